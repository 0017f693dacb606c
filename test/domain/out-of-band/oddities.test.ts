import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdown } from "../../../src/domain/markdown.ts";
import { graded, movedOddities, oddities } from "../../../src/domain/out-of-band/oddities.ts";
import type { Told } from "../../../src/domain/out-of-band/oddities.ts";
import { mayBeOf } from "../../../src/domain/out-of-band/ours.ts";
import { oddityCodes } from "../../../src/domain/out-of-band/types.ts";
import type { LocalPublishing, Oddity, SightingFacts } from "../../../src/domain/out-of-band/types.ts";
import { endStates } from "../../../src/domain/release-types.ts";
import { aSighting, aWatch } from "../../support/examples.ts";

const { policy } = aWatch();
const repository = "https://github.com/acme/widget";
const here = { repository, workflow: ".github/workflows/publish.yml", commit: null };
const told = (more: Partial<Told> = {}): Told => ({
  ...{ npmUsers: [], source: { tag: { name: "v1.2.1", commit: "c" }, commit: null }, provenance: null, repository },
  ...more,
});
/** A version as the one before it was. */
const facts = (more: Partial<SightingFacts> = {}): SightingFacts => ({
  ...{ ...aSighting().facts, publisher: "alice-npm", installScripts: [], runsOnInstall: false },
  ...more,
});
const before = (more: object): SightingFacts["before"] => ({ ...aSighting().facts.before, ...more }) as never;
const codes = (found: Oddity[]): string[] => found.map(({ code }) => code);
const said = (of: SightingFacts, by: Told = told()): string[] => codes(oddities(of, policy, by));

describe("nothing is odd about a version", () => {
  test("that came as those before it came", () => {
    expect(said(facts())).toEqual([]);
  });
  test("by a releaser's npm user, or by one whom the policy names for publishing by hand", () => {
    expect(said(facts({ publisher: "carol-npm" }), told({ npmUsers: ["carol-npm"] }))).toEqual([]);
    const localPublishing: LocalPublishing = { by: "a", reason: "r", until: "2027-01-01", publishers: ["dave-npm"] };
    expect(oddities(facts({ publisher: "dave-npm" }), { ...policy, localPublishing }, told())).toEqual([]);
  });
  test("whose commit is in the default branch's history, or that of its tag", () => {
    for (const commit of ["identical", "behind"] as const)
      expect(said(facts({ commit: "c0ffee" }), told({ source: { tag: null, commit } }))).toEqual([]);
    const tagged = told({ source: { tag: { name: "v1", commit: "c0ffee" }, commit: "diverged" } });
    expect(said(facts({ commit: "c0ffee" }), tagged)).toEqual([]);
  });
  test("with provenance of this repository and the policy's workflow", () => {
    expect(said(facts({ provenance: true, trusted: true }), told({ provenance: here }))).toEqual([]);
  });
});

describe("it is odd that", () => {
  test.each<[string, SightingFacts, Told, string]>([
    ["somebody else published it", facts({ publisher: "mallory" }), told(), "other-publisher"],
    ["a token published it", facts({ before: before({ trusted: true }) }), told(), "not-trusted"],
    ["it has no provenance", facts({ before: before({ provenance: true }) }), told(), "no-provenance"],
    [
      "its provenance is another repository's",
      facts({ provenance: true }),
      told({ provenance: { ...here, repository: "https://github.com/evil/widget" } }),
      "provenance-elsewhere",
    ],
    [
      "its provenance is another workflow's",
      facts({ provenance: true }),
      told({ provenance: { ...here, workflow: ".github/workflows/ci.yml" } }),
      "provenance-elsewhere",
    ],
    ["its provenance can't be read", facts({ provenance: true }), told(), "provenance-unread"],
    ["nobody told it", facts({ provenance: true }), told({ provenance: "unread" }), "provenance-unread"],
    [
      "it has a new install script",
      facts({ installScripts: [{ name: "postinstall", text: "node evil.js", is: "new" }], runsOnInstall: true }),
      told(),
      "install-script",
    ],
    [
      "an install script is another one",
      facts({ installScripts: [{ name: "install", text: "x", is: "changed" }], runsOnInstall: true }),
      told(),
      "install-script",
    ],
    ["it builds when it is installed", facts({ runsOnInstall: true }), told(), "install-script"],
    ["no tag and no commit is known", facts(), told({ source: { tag: null, commit: null } }), "no-source"],
    [
      "its commit isn't the repository's",
      facts({ commit: "c0ffee" }),
      told({ source: { tag: null, commit: null } }),
      "no-source",
    ],
    [
      "its tag is of another commit",
      facts({ commit: "c0ffee" }),
      told({ source: { tag: { name: "v1.2.1", commit: "d" }, commit: "diverged" } }),
      "no-source",
    ],
    ["GitHub doesn't answer", facts(), told({ source: "unread" }), "source-unread"],
  ])("%s", (_, of, by, code) => {
    expect(said(of, by)).toEqual([code]);
  });

  test("`latest` points at an older version, and nothing else about dist-tags", () => {
    expect(codes(movedOddities("latest", "1.3.0", "1.2.0"))).toEqual(["tag-moved-back"]);
    expect([movedOddities("latest", "1.2.0", "1.3.0"), movedOddities("next", "1.3.0", "1.2.0")]).toEqual([[], []]);
  });
});

const text = fc.string({ unit: "binary", maxLength: 300 });
const anyFacts: fc.Arbitrary<SightingFacts> = fc.record({
  ...{ publishedAt: fc.constant(null), publisher: fc.option(text), trusted: fc.boolean(), provenance: fc.boolean() },
  ...{ commit: fc.option(text), shasum: fc.constant(null), runsOnInstall: fc.boolean() },
  installScripts: fc.array(
    fc.record({ name: text, text, is: fc.constantFrom("new" as const, "changed" as const, "same" as const) }),
    { maxLength: 3 },
  ),
  ...{ tags: fc.array(text, { maxLength: 2 }), from: fc.option(text) },
  before: fc.option(
    fc.record({
      ...{ version: text, publishers: fc.array(text, { maxLength: 3 }), trusted: fc.boolean() },
      ...{ provenance: fc.boolean(), runsOnInstall: fc.boolean() },
    }),
  ),
});
const anyTold: fc.Arbitrary<Told> = fc.record({
  npmUsers: fc.array(text, { maxLength: 2 }),
  source: fc.oneof(
    fc.constant("unread" as const),
    fc.record({
      tag: fc.option(fc.record({ name: text, commit: text })),
      commit: fc.option(fc.constantFrom("identical", "behind", "ahead", "diverged")),
    }),
  ),
  provenance: fc.oneof(
    fc.constantFrom("unread" as const, null),
    fc.record({ repository: text, workflow: text, commit: fc.option(text) }),
  ),
  repository: fc.constant(repository),
});

describe("whatever a registry says", () => {
  test("sentences are one line, bounded, and stay text: nobody is mentioned, nothing is a link or markup", () => {
    fc.assert(
      fc.property(anyFacts, anyTold, (of, by) => {
        for (const { code, text: sentence } of oddities(of, policy, by)) {
          expect(oddityCodes).toContain(code);
          expect(sentence.length).toBeLessThan(700);
          expect(sentence.split("`").length % 2).toBe(1);
          const written = markdown(sentence);
          expect(written).not.toMatch(/[\r\n]|@(?!\u200b)/);
          // Outside of code no sign is left that could begin anything.
          const outside = written.split("`").filter((_, index) => index % 2 === 0);
          expect(outside.join("")).not.toMatch(/[<>[\]#]|https?:\/\//);
        }
      }),
    );
  });

  test("a version that nobody declared always calls people, and one by a stranger whatever was declared", () => {
    const now = new Date("2026-12-01T00:00:00Z");
    fc.assert(
      fc.property(anyFacts, anyTold, (of, by) => {
        const found = oddities(of, policy, by);
        expect(graded(of, found, null, now).verdict).toBe("odd");
        const declared: LocalPublishing = { by: "ada", reason: "By hand.", until: "2026-12-31", publishers: null };
        if (codes(found).some((code) => ["other-publisher", "install-script", "provenance-elsewhere"].includes(code)))
          expect(graded(of, found, declared, now).verdict).toBe("odd");
      }),
    );
  });
});

describe("local publishing that the policy expects", () => {
  const declared: LocalPublishing = {
    by: "ada",
    reason: "The 1.x line by hand.",
    until: "2026-12-31",
    publishers: null,
  };
  const byHand: Oddity[] = [{ code: "no-provenance", text: "" }];
  const graded_ = (more: { publisher?: string; trusted?: boolean }, now: string, of = declared, found = byHand) =>
    graded({ publisher: "alice-npm", trusted: false, ...more }, found, of, new Date(now)).verdict;

  test("holds through its last day, and says whose word it is", () => {
    expect([graded_({}, "2026-12-31T23:59:59Z"), graded_({}, "2027-01-01T00:00:00Z")]).toEqual(["expected", "odd"]);
    const { why } = graded({ publisher: "alice-npm", trusted: false }, [], declared, new Date("2026-12-01T00:00:00Z"));
    expect(why).toBe("The policy expects local publishing until 2026-12-31, by the word of ada: The 1.x line by hand.");
  });

  test("is by the npm users that it names alone, by no job, and by nobody unnamed", () => {
    const named = { ...declared, publishers: ["ada-npm"] };
    expect(graded_({ publisher: "ada-npm" }, "2026-12-01T00:00:00Z", named)).toBe("expected");
    expect(graded_({ publisher: "alice-npm" }, "2026-12-01T00:00:00Z", named)).toBe("odd");
    expect(graded_({ trusted: true }, "2026-12-01T00:00:00Z")).toBe("odd");
    expect(graded({ publisher: null, trusted: false }, [], declared, new Date("2026-12-01T00:00:00Z")).verdict).toBe(
      "odd",
    );
  });

  test("explains no script that runs on everybody's machine", () => {
    const script: Oddity[] = [{ code: "install-script", text: "" }];
    expect(graded_({}, "2026-12-01T00:00:00Z", declared, script)).toBe("odd");
  });
});

describe("a version is the work of a release", () => {
  const ended = new Date("2026-11-23T10:00:00Z");
  const after = (minutes: number): Date => new Date(ended.getTime() + minutes * 60_000);

  test("that was published, or that found it, for ever", () => {
    const release = { state: "published" as const, endedAt: ended, verifiedAt: ended };
    expect(mayBeOf(release, false, after(1e6))).toBe(true);
    expect(mayBeOf({ ...release, state: "failed" }, false, after(1e6))).toBe(true);
  });

  test("that is under way only once its job could publish", () => {
    const active = { endedAt: null, verifiedAt: null };
    for (const state of ["waiting", "running", "verifying", "staged"] as const)
      expect([mayBeOf({ ...active, state }, true, ended), mayBeOf({ ...active, state }, false, ended)]).toEqual([
        true,
        false,
      ]);
  });

  test.each(endStates.filter((state) => state !== "published"))("that ended as %s, for an hour", (state) => {
    const release = { state, endedAt: ended, verifiedAt: null };
    expect([-30, 60, 61].map((minutes) => mayBeOf(release, true, after(minutes)))).toEqual([true, true, false]);
    expect(mayBeOf(release, false, after(-30))).toBe(false);
  });
});
