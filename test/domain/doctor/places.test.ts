import { describe, expect, test } from "vitest";
import { comparableVersion } from "../../../src/domain/doctor/comparable-version.ts";
import { checkPlace } from "../../../src/domain/doctor/environment/check.ts";
import type { PlaceToCheck } from "../../../src/domain/doctor/environment/check.ts";
import { checkDirectory } from "../../../src/domain/doctor/package/directory.ts";
import { checkPackage } from "../../../src/domain/doctor/package/check.ts";
import type { PackageFacts } from "../../../src/domain/doctor/package/check.ts";
import { checkPeople } from "../../../src/domain/doctor/people/check.ts";
import type { PeopleFacts } from "../../../src/domain/doctor/people/check.ts";
import { shellWord } from "../../../src/domain/doctor/shell-word.ts";
import { checkEnvironment, checkSecret } from "../../../src/domain/checks.ts";
import type { EnvironmentFacts } from "../../../src/domain/facts.ts";

const good: EnvironmentFacts = {
  ...{ name: "npm", exists: true, id: 3, adminsCanBypass: false, waitTimer: 0, requiredReviewers: true },
  ...{ preventSelfReview: true, branchRestricted: true, branchAllowed: true, ourRule: true, otherRules: [] },
};

function place(over: Partial<EnvironmentFacts> = {}, more: Partial<PlaceToCheck> = {}): PlaceToCheck {
  return {
    environment: { ...good, ...over },
    secret: { name: "NPM_TOKEN", inEnvironment: false, elsewhere: [] },
    policy: { gate: "rule", mode: "otp" },
    ...{ branch: "main", repository: { owner: "acme", name: "widget", private: false }, appId: 5 },
    ...more,
  };
}

const found = (one: PlaceToCheck): string[] => checkPlace(one).map(({ rule }) => rule);

describe("an environment", () => {
  test("that is as it should be has no finding", () => {
    expect(checkPlace(place())).toEqual([]);
  });

  test.each<[Partial<EnvironmentFacts>, string[]]>([
    [{ exists: false }, ["environment-exists"]],
    [{ ourRule: false, requiredReviewers: false }, ["our-rule"]],
    [{ otherRules: ["other"] }, ["other-rules"]],
    [{ adminsCanBypass: true }, ["admin-bypass"]],
    [{ adminsCanBypass: null }, ["admin-bypass"]],
    [{ branchRestricted: false }, ["branch-policy"]],
    [{ branchAllowed: false }, ["branch-policy"]],
    [{ requiredReviewers: false }, ["required-reviewers"]],
    [{ preventSelfReview: false }, ["self-review"]],
    [{ waitTimer: 24 * 60 }, []],
    [{ waitTimer: 24 * 60 + 1 }, ["wait-timer"]],
  ])("with %j breaks %j", (over, rules) => {
    expect(found(place(over))).toEqual(rules);
  });

  test("is judged in the words of the decision", () => {
    const facts = { ...good, adminsCanBypass: true, branchRestricted: false, otherRules: ["other"] };
    const reasons = checkEnvironment(facts, { gate: "rule", mode: "otp" }, "main").children ?? [];
    const findings = checkPlace(place(facts));
    expect(findings).toHaveLength(reasons.length);
    findings.forEach(({ text, mend }, index) => {
      const said = `${text.slice(0, -1)}: ${mend.text.charAt(0).toLowerCase()}${mend.text.slice(1)}`;
      expect(said).toBe(reasons[index]?.text);
    });
    const secret = { name: "NPM_TOKEN", inEnvironment: true, elsewhere: [] };
    expect(checkSecret(secret).text).toContain(checkPlace(place({}, { secret }))[0]?.text.slice(0, -1));
  });

  test("of a private repository without a rule is told that the plan may have none", () => {
    const repository = { owner: "acme", name: "widget", private: true };
    expect(found(place({ ourRule: false, requiredReviewers: false }, { repository }))).toEqual(["our-rule", "plan"]);
    const policy = { gate: "before-dispatch", mode: "otp" } as const;
    const bare = { ourRule: false, requiredReviewers: false };
    expect(found(place(bare, { repository, policy }))).toEqual(["plan"]);
  });

  test("whose secrets lie elsewhere is given a command for each place", () => {
    const secret = {
      name: "NPM_TOKEN",
      inEnvironment: false,
      elsewhere: ["repository" as const, "organization" as const],
    };
    expect(checkPlace(place({}, { secret }))[0]?.mend.command).toBe(
      "gh secret delete NPM_TOKEN --repo acme/widget\ngh secret delete NPM_TOKEN --org acme",
    );
  });
});

describe("a package at the registry", () => {
  const facts = (
    over: Partial<NonNullable<PackageFacts["published"]>> = {},
    more: Partial<PackageFacts> = {},
  ): PackageFacts => ({
    name: "@acme/widget",
    published: {
      ...{ maintainers: ["alice-npm"], tags: { latest: "1.1.0" }, versions: ["1.0.0", "1.1.0", "2.0.0-rc.1"] },
      last: [
        { version: "1.1.0", trusted: false, attested: false },
        { version: "1.0.0", trusted: false, attested: false },
      ],
      ...over,
    },
    releasers: [{ login: "alice", npmUser: "alice-npm" }],
    ...{ teams: [], byToken: true, settingsUrl: "https://www.npmjs.com/package/@acme/widget/access" },
    ...more,
  });
  const told = (one: PackageFacts): string[] => checkPackage(one).findings.map(({ rule, text }) => `${rule}: ${text}`);

  test("that is as it should be has no finding; npm's setting is where only maintainers see it", () => {
    expect(told(facts())).toEqual([]);
    expect(checkPackage(facts()).unchecked).toEqual([
      {
        rule: "publisher",
        why: expect.stringContaining("https://www.npmjs.com/package/@acme/widget/access") as string,
      },
    ]);
  });

  test("that isn't there is a first publish", () => {
    expect(told({ ...facts(), published: null })).toEqual([
      "package-exists: The registry doesn't know `@acme/widget` yet.",
    ]);
  });

  test("is compared with the releasers' npm users", () => {
    expect(told(facts({ maintainers: ["alice-npm", "old-hand"] }))).toEqual([
      "maintainers: At npm `old-hand` can publish `@acme/widget` too, past all that is asked for here.",
    ]);
    expect(told(facts({ maintainers: [] }))[0]).toMatch(/^maintainers: alice releases .* as the npm user `alice-npm`/);
    const unknown = facts({}, { releasers: [{ login: "carol", npmUser: null }] });
    expect(checkPackage(unknown).unchecked.map(({ rule }) => rule)).toContain("maintainers");
    expect(told(facts({ maintainers: ["somebody"] }, { byToken: false }))).toEqual([]);
  });

  test("whose newest version came a less safe way than one before is told so", () => {
    const before = { version: "1.0.0", trusted: true, attested: true };
    const last = [{ version: "1.1.0", trusted: false, attested: false }, before];
    expect(told(facts({ last }))).toEqual([
      "publisher: `1.1.0` of `@acme/widget` wasn't published by trusted publishing; `1.0.0` before it was.",
      "publisher: `1.1.0` of `@acme/widget` wasn't published with provenance; `1.0.0` before it was.",
    ]);
    expect(told(facts({ last: [before, ...last] }))).toEqual([]);
  });

  test("whose `latest` isn't the newest stable version is told so; a version to come doesn't count", () => {
    expect(told(facts({ tags: { latest: "1.0.0" } }))).toEqual([
      "dist-tags: The newest stable version of `@acme/widget` is `1.1.0`, but `latest` is `1.0.0`.",
    ]);
    expect(told(facts({ tags: {} }))[0]).toContain("there is no `latest`");
    expect(told(facts({ versions: ["1.0.0-rc.1"], tags: {} }))).toEqual([]);
  });
});

describe("the people whom a policy names", () => {
  const person = (login: string) => ({ kind: "person" as const, login });
  const team = { kind: "team" as const, org: "acme", slug: "maintainers" };
  const facts = (over: Partial<PeopleFacts["policy"]> = {}, more: Partial<PeopleFacts> = {}): PeopleFacts => ({
    policy: {
      ...{ name: "@acme/widget", environment: "npm", releasers: [person("Alice"), person("carol")] },
      approvals: { count: 1, from: [person("bob"), person("Alice")], self: false },
      ...over,
    },
    permissions: new Map([
      ["bob", "read"],
      ["alice", "write"],
    ]),
    tokens: new Map([
      ["alice", "alive"],
      ["carol", "expiring"],
    ]),
    ...more,
  });
  const told = (one: PeopleFacts): string[] => checkPeople(one).findings.map(({ rule, text }) => `${rule}: ${text}`);

  test("who can do what they are named for have no finding", () => {
    expect(checkPeople(facts())).toEqual({ findings: [], unchecked: [] });
  });

  test("without a token that works, or with one that doesn't", () => {
    expect(told(facts({}, { tokens: new Map([["alice", "key-rotated"]]) }))).toEqual([
      "releaser-tokens: Alice has an npm token that can't be used (key rotated) for `@acme/widget`.",
      "releaser-tokens: carol has no npm token for `@acme/widget`.",
    ]);
    expect(told(facts({}, { tokens: null }))).toEqual([]);
  });

  test("who approve and see nothing, so that too few are left for a releaser who is one of them", () => {
    const blind = new Map([
      ["bob", "none" as const],
      ["alice", "write" as const],
    ]);
    expect(told(facts({}, { permissions: blind }))).toEqual([
      "approvers-can: bob is named as an approver of `@acme/widget`, but has no access to the repository.",
      "approvers-enough: Alice can't release `@acme/widget`: nobody else can approve it, and it takes 1.",
    ]);
    expect(checkPeople(facts({}, { permissions: new Map() })).unchecked).toHaveLength(2);
  });

  test("are enough where a team approves, and too few where one person alone releases", () => {
    expect(told(facts({ approvals: { count: 9, from: [team], self: false } }))).toEqual([]);
    expect(told(facts({ releasers: [person("carol")] }))).toEqual([
      "more-than-one: carol is the only one who can release `@acme/widget`.",
    ]);
    expect(told(facts({ releasers: [team] }))).toEqual([]);
  });
});

describe("a version from a comment", () => {
  test.each(["v5", "5.0.0", "v5.0.0-rc.1", "setup-node-v1.2", "release_1"])("%s can be asked for", (text) => {
    expect(comparableVersion(text)).toBe(text);
  });

  test.each([
    "mallory:v5",
    "refs/pull/7/head",
    "pull/7/head",
    "1234567",
    "DEADBEEF",
    "08c6903cd8c0fde910a37f88322edcfb5dd907a8",
    "v5-1-gabcdef0",
    "v5...v6",
    "HEAD",
    "v5^",
    "@{-1}",
    "v5 ",
    "",
    null,
  ])("%s can't, since GitHub might take it for something else", (text) => {
    expect(comparableVersion(text)).toBeNull();
  });
});

test("a text is one word of a shell, whatever is in it", () => {
  expect(shellWord("npm/@acme-1.0")).toBe("npm/@acme-1.0");
  expect(shellWord("it's; rm -rf $HOME")).toBe(String.raw`'it'\''s; rm -rf $HOME'`);
  expect(shellWord("")).toBe("''");
});

describe("a package's folder in the policy", () => {
  const told = (manifest: string | null): string =>
    checkDirectory({ name: "@acme/widget", directory: "packages/widget", manifest })
      .map(({ text }) => text)
      .join();

  test("is where its package.json is", () => {
    expect(told('{"name":"@acme/widget"}')).toBe("");
    expect(told('{"name":"@acme/gadget"}')).toContain("and the package.json in there is that of `@\u200bacme/gadget`.");
    expect(told("{")).toContain("has no name that can be read.");
    expect(told(null)).toContain("there is no package.json in there.");
  });
});
