import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesSince, factsOf, isVersion, knownAfter, knownOf } from "../../../src/domain/out-of-band/changes.ts";
import type { SeenPackage, SeenVersion } from "../../../src/domain/out-of-band/types.ts";

function seenVersion(version: string, more: Partial<SeenVersion> = {}): SeenVersion {
  return {
    ...{ version, publishedAt: null, shasum: null, publisher: { name: "alice-npm" }, trustedPublisher: null },
    ...{ provenanceType: null, commit: null, installScripts: {}, runsOnInstall: false },
    ...more,
  };
}

const found = (versions: SeenVersion[], tags: Record<string, string> = {}): SeenPackage => ({ versions, tags });
const plain = (...versions: string[]): SeenVersion[] => versions.map((one) => seenVersion(one));

describe("what happened since the last look", () => {
  test("is every version that wasn't there, in the order of their times, and none that was", () => {
    const known = knownOf(found(plain("1.0.0")));
    const now = found([
      seenVersion("1.2.0", { publishedAt: new Date(2000) }),
      ...plain("1.0.0"),
      seenVersion("1.1.1", { publishedAt: new Date(1000) }),
    ]);
    expect(changesSince(known, now)).toEqual([
      { what: "published", version: "1.1.1" },
      { what: "published", version: "1.2.0" },
    ]);
    expect(changesSince(knownOf(now), now)).toEqual([]);
  });

  test("is a dist-tag that moved onto a version that was there, not one that came with a new version", () => {
    const known = { versions: ["1.0.0", "1.1.0"], tags: { latest: "1.1.0", next: "1.1.0" } };
    const now = found(plain("1.0.0", "1.1.0", "2.0.0"), { latest: "1.0.0", next: "2.0.0", old: "1.0.0" });
    expect(changesSince(known, now)).toEqual([
      { what: "published", version: "2.0.0" },
      { what: "tag-moved", version: "1.0.0", tag: "latest", from: "1.1.0" },
    ]);
  });

  test("is a version that isn't there any more", () => {
    const known = { versions: ["1.0.0", "1.1.0"], tags: {} };
    expect(changesSince(known, found(plain("1.0.0")))).toEqual([{ what: "unpublished", version: "1.1.0" }]);
  });

  test("is nothing that is no version, and no tag with hidden characters", () => {
    const odd = found(plain("1.0.0", "__proto__", "1.0.0; rm -rf /", "latest", ""), { "la\u202etest": "1.0.0" });
    expect(knownOf(odd)).toEqual({ versions: ["1.0.0"], tags: {} });
    expect(changesSince({ versions: [], tags: {} }, odd)).toEqual([{ what: "published", version: "1.0.0" }]);
  });

  test("of a version's name nothing is left that means something to a shell, Markdown or HTML", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (isVersion(text)) expect(text).toMatch(/^[\dA-Za-z.+-]{5,256}$/);
        expect(isVersion(`1.0.0${text}`) && /[^\dA-Za-z.+-]/.test(text)).toBe(false);
      }),
    );
  });
});

describe("any two documents", () => {
  const version = fc.constantFrom("1.0.0", "1.1.0", "1.2.0", "2.0.0", "2.0.0-rc.1", "no version");
  const document = fc
    .record({
      versions: fc.uniqueArray(version),
      tags: fc.dictionary(fc.constantFrom("latest", "next"), version),
    })
    .map(({ versions, tags }) =>
      found(plain(...versions), Object.fromEntries(Object.entries(tags).filter(([, one]) => versions.includes(one)))),
    );

  test("looked at a few changes a time end where one look at all of them does", () => {
    fc.assert(
      fc.property(document, document, fc.integer({ min: 1, max: 3 }), (before, after, most) => {
        const first = knownOf(before);
        const wanted = changesSince(first, after).map((one) => JSON.stringify(one));
        const got: string[] = [];
        let known = first;
        for (let looks = 0; looks < 20; looks += 1) {
          const changes = changesSince(known, after);
          const dealt = changes.slice(0, most);
          got.push(...dealt.map((one) => JSON.stringify(one)));
          if (dealt.length === changes.length) break;
          known = knownAfter(known, dealt, after);
        }
        expect(got.toSorted()).toEqual(wanted.toSorted());
      }),
    );
  });
});

describe("what is kept of a version", () => {
  const evil = "\0\u202e\ud800<script>@everyone`";

  test("is compared with the versions that were known, and with no other new one", () => {
    const now = found(
      [
        seenVersion("1.0.0", { publishedAt: new Date(1), trustedPublisher: { id: "github" }, provenanceType: "slsa" }),
        seenVersion("1.1.0", { publishedAt: new Date(2), installScripts: { install: "node-gyp rebuild" } }),
        seenVersion("1.1.1", { publishedAt: new Date(3), publisher: { name: "mallory" } }),
        seenVersion("1.1.2", {
          ...{ publishedAt: new Date(4), publisher: { name: "mallory" } },
          installScripts: { install: "node-gyp rebuild", postinstall: "node evil.js" },
        }),
      ],
      { latest: "1.1.2" },
    );
    const known = { versions: ["1.0.0", "1.1.0"], tags: { latest: "1.1.0" } };
    expect(factsOf({ what: "published", version: "1.1.2" }, known, now)).toMatchObject({
      ...{ publisher: "mallory", trusted: false, provenance: false, tags: ["latest"], from: null },
      installScripts: [
        { name: "install", text: "node-gyp rebuild", is: "same" },
        { name: "postinstall", text: "node evil.js", is: "new" },
      ],
      before: { version: "1.1.0", publishers: ["alice-npm"], trusted: true, provenance: true },
    });
  });

  test("tells scripts apart by all of their text, and keeps the beginning", () => {
    const long = "x".repeat(1000);
    const now = found([
      seenVersion("1.0.0", { installScripts: { install: `${long}a` } }),
      seenVersion("1.1.0", { installScripts: { install: `${long}b` } }),
    ]);
    const facts = factsOf({ what: "published", version: "1.1.0" }, { versions: ["1.0.0"], tags: {} }, now);
    expect(facts.installScripts[0]?.is).toBe("changed");
    expect(facts.installScripts[0]?.text.length).toBeLessThanOrEqual(300);
  });

  test("fits into the database, and on a line, whatever the registry says", () => {
    const now = found([seenVersion("1.0.0", { publisher: { name: evil }, installScripts: { install: evil } })], {
      [evil]: "1.0.0",
    });
    const facts = JSON.stringify(factsOf({ what: "published", version: "1.0.0" }, { versions: [], tags: {} }, now));
    expect(facts).not.toMatch(/\\u0000|\\ud800|\u202e|[\0-\x1f]/);
  });
});
