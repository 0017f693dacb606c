import { describe, expect, test } from "vitest";
import { lacks, needed } from "../../src/github/permissions.ts";
import { manifest } from "../world/scene.ts";

describe("what an installation has to grant", () => {
  test("is what app.yml asks for, but for the check on the policy file, which is still to come", () => {
    const { checks: _checks, ...asked } = manifest().permissions;
    expect(needed).toEqual(asked);
  });

  test("is lacking by name and access; write includes read, and people's accounts have no members", () => {
    expect(lacks(needed, "Organization")).toEqual([]);
    expect(lacks({ ...needed, contents: "write", environments: "read" }, "Organization")).toEqual([
      "environments: write",
    ]);
    const { members: _members, ...rest } = needed;
    expect(lacks(rest, "Organization")).toEqual(["members: read"]);
    expect(lacks(rest, "User")).toEqual([]);
  });
});
