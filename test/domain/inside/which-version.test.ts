import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { compareVersions, versionBefore } from "../../../src/domain/inside/which-version.ts";

describe("the version that a new one is compared with", () => {
  const known = (versions: string[], tags: Record<string, string> = {}) => ({ versions, tags });

  test("is what people get today by the dist-tag", () => {
    const all = known(["1.0.0", "1.1.0-beta.1", "1.0.9"], { latest: "1.0.9", next: "1.1.0-beta.1" });
    expect(versionBefore("1.1.0", "latest", all)).toBe("1.0.9");
    expect(versionBefore("1.1.0-beta.2", "next", all)).toBe("1.1.0-beta.1");
  });

  test("is the highest lower one where the tag is new, or has a higher one", () => {
    const all = known(["1.0.0", "1.10.0", "1.9.0", "2.0.0", "2.1.0"], { latest: "2.1.0" });
    expect(versionBefore("1.10.1", "old", all)).toBe("1.10.0");
    expect(versionBefore("1.10.1", "latest", all)).toBe("1.10.0");
    expect(versionBefore("2.2.0", "beta", all)).toBe("2.1.0");
  });

  test("is what there is where nothing is lower, and none where there is nothing", () => {
    expect(versionBefore("0.1.0", "old", known(["1.0.0", "2.0.0"], { latest: "2.0.0" }))).toBe("2.0.0");
    expect(versionBefore("1.0.0", "latest", known(["1.0.0"], { latest: "1.0.0" }))).toBeNull();
    expect(versionBefore("1.0.0", "latest", known([], {}))).toBeNull();
    expect(versionBefore("1.0.0", "constructor", known(["0.9.0"], {}))).toBe("0.9.0");
    // A tag that leads nowhere leads nowhere.
    expect(versionBefore("1.0.0", "latest", known(["0.9.0"], { latest: "0.9.9" }))).toBe("0.9.0");
  });

  test("is found by the order that semver has", () => {
    const number = fc.integer({ min: 0, max: 3 });
    const part = fc.oneof(fc.constantFrom("alpha", "beta", "rc-1", "x"), fc.nat(12).map(String));
    const version = fc
      .tuple(number, number, number, fc.array(part, { maxLength: 3 }))
      .map(([a, b, c, before]) => `${a}.${b}.${c}${before.length === 0 ? "" : `-${before.join(".")}`}`);
    fc.assert(
      fc.property(version, version, (one, other) => {
        expect(Math.sign(compareVersions(one, other))).toBe(semver.compare(one, other));
      }),
    );
    expect(Math.sign(compareVersions("nonsense", "1.0.0"))).toBe(-1);
    expect(compareVersions("nonsense", "none")).toBe(0);
  });
});
