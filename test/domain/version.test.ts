import fc from "fast-check";
import semver from "semver";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { checkDistTag, checkVersion, nextVersion } from "../../src/domain/version.ts";

const published = { versions: ["1.0.0", "1.2.3", "2.0.0-rc.1"], tags: { latest: "1.2.3", next: "2.0.0-rc.1" } };
const said = (answer: unknown): string =>
  answer instanceof Refusal ? `${answer.code}: ${answer.message}` : String(answer);

describe("the version that is meant", () => {
  test.each([
    ["patch", "1.2.4"],
    ["Minor", "1.3.0"],
    ["major", "2.0.0"],
    ["v1.4.0", "1.4.0"],
    ["2.0.0-rc.2", "2.0.0-rc.2"],
  ])("by %s is %s", (asked, version) => {
    expect(nextVersion(asked, published)).toBe(version);
  });

  test("can't be counted on from where nothing is published", () => {
    for (const state of [null, { versions: [], tags: {} }])
      expect(said(nextVersion("patch", state))).toBe(
        "version-invalid: Nothing is published under `latest` yet, so there is no patch version after it: name the version, e.g. `1.0.0`.",
      );
    expect(said(nextVersion("patch", { versions: [], tags: { latest: "garbage" } }))).toContain(
      "can't be counted on from",
    );
  });

  test.each(["1.2", "1.x", "^1.2.0", "latest", "1.2.0+build", "", "01.0.0", "1.0.0-", "@all", "`x`", "1".repeat(300)])(
    "is not %j, and the answer is a sentence",
    (asked) => {
      const answer = nextVersion(asked, published);
      expect(answer).toBeInstanceOf(Refusal);
      expect(said(answer)).not.toMatch(/@[a-z]/);
    },
  );

  test("is always higher than latest when it is a step", () => {
    const version = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, fc.constantFrom("patch", "minor", "major"), (latest, step) => {
        const next = nextVersion(step, { versions: [latest], tags: { latest } });
        expect(typeof next === "string" && semver.gt(next, latest)).toBe(true);
      }),
    );
  });

  test("comes from anything without an error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (asked) => {
        const answer = nextVersion(asked, published);
        if (typeof answer === "string") expect(checkVersion(answer, null, "next")).toBeNull();
      }),
    );
  });
});

describe("a version", () => {
  test.each([
    ["1.2.4", undefined],
    ["1.2.4", "latest"],
    ["1.0.1", "release-1.0.x"],
    ["2.0.0-rc.2", "next"],
    ["3.0.0", "next"],
    ["1.0.0-beta.1", "constructor"],
  ])("%s may be published as %s", (version, tag) => {
    expect(checkVersion(version, published, tag)).toBeNull();
  });

  test.each([
    [
      "1.2.3",
      undefined,
      "version-exists: 1.2.3 is on the registry already, and a version is published only once: choose another one (the highest is 2.0.0-rc.1).",
    ],
    [
      "2.0.0-rc.1",
      "next",
      "version-exists: 2.0.0-rc.1 is on the registry already, and a version is published only once: choose a higher one.",
    ],
    [
      "2.0.0-rc.2",
      undefined,
      "version-invalid: 2.0.0-rc.2 is a prerelease, and npm would give it to everybody as `latest`: add `--tag next`.",
    ],
    [
      "1.1.0",
      undefined,
      "version-lower: 1.1.0 is lower than 1.2.3, which is `latest` now: choose a higher version, or add a dist-tag for the older line, e.g. `--tag release-1.x`.",
    ],
    [
      "1.9.0",
      "next",
      "version-lower: 1.9.0 is lower than 2.0.0-rc.1, which has the dist-tag `next` now: choose a higher version or another dist-tag.",
    ],
    ["1.2", undefined, "version-invalid: `1.2` is not a version: write one like `1.2.0`."],
    ["1.3.0+5", undefined, "version-invalid: `1.3.0+5` is not a version: write one like `1.2.0`."],
  ])("%s may not be published as %s", (version, tag, sentence) => {
    expect(said(checkVersion(version, published, tag))).toBe(sentence);
  });

  test("may be the first of a package, but not a prerelease as latest", () => {
    expect(checkVersion("0.1.0", null, undefined)).toBeNull();
    expect(said(checkVersion("0.1.0-a.1", null, undefined))).toContain("add `--tag next`");
  });
});

describe("a dist-tag", () => {
  test.each(["latest", "next", "beta", "release-1.x", "a", "v-next"])("%s is fine", (tag) => {
    expect(checkDistTag(tag)).toBeNull();
  });

  test.each(["1.0.0", "v1", "1.x", "x", "*", "", ">=1", "-next", "a b", "@all", "LATEST", "a".repeat(65), "nächste"])(
    "%j is refused",
    (tag) => {
      expect(checkDistTag(tag)?.code).toBe("tag-invalid");
    },
  );

  test("that passes is never a range to npm", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 6 }), (tag) => {
        if (checkDistTag(tag) === null) expect(semver.validRange(tag)).toBeNull();
      }),
    );
  });
});
