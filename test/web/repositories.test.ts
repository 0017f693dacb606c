import { describe, expect, test } from "vitest";
import { GitHubError } from "../../src/github/types.ts";
import { parsePolicy, policyLines } from "../../src/domain/policy.ts";
import { aRelease, aSighting, aWatch } from "../support/examples.ts";
import { apiClient } from "./api-client.ts";
import { aView, createBench, noChanges, widget } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { busyMorning } from "./gallery.ts";
import { signedIn } from "./visitor.ts";

const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;
const harmless = /<img|<script>alert/;

async function text(bench: Bench, login: string, path: string): Promise<string> {
  return await (await (await signedIn(bench, login)).get(path)).text();
}

describe("the repositories", () => {
  test("are those that GitHub shows me, with packages, mode, what is under way and the last release", async () => {
    const scene = { ...busyMorning(), visible: { alice: [1, 2], bob: [1] } };
    const alice = flat(await text(createBench(scene), "alice", "/repositories"));
    expect(alice).toContain("acme/widget 4 under way @acme/widget · trusted Last release @acme/widget@1.5.0 Failed");
    expect(alice).toContain("acme/gadgets-with-a-rather-long-name 1 under way");
    expect(await text(createBench(scene), "bob", "/repositories")).not.toContain("gadgets");
  });

  test("are found by a part of their name or of a package's", async () => {
    const find = async (q: string) => flat(await text(createBench(busyMorning()), "alice", `/repositories?q=${q}`));
    expect(await find("GADG")).toMatch(/Found 1 repository.*gadgets-with/);
    expect(await find("GADG")).not.toContain("acme/widget 4");
    expect(await find("%40acme%2Fwidget")).toContain("acme/widget 4 under way");
    expect(await find(encodeURIComponent(evil))).toContain("No repository or package like that");
  });

  test("come a hundred a page, and a page that isn't there is the last or the first", async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({ ...widget, id: index + 1, name: `r-${index + 1}` }));
    const bench = createBench({ repositories: many, visible: { alice: many.map(({ id }) => id) } });
    const rows = async (path: string) => [...(await text(bench, "alice", path)).matchAll(/class="title"/g)].length;
    expect(await rows("/repositories")).toBe(100);
    expect(await rows("/repositories?page=3")).toBe(30);
    expect(await rows("/repositories?page=99")).toBe(30);
    expect(await rows("/repositories?page=x")).toBe(100);
    expect(await text(bench, "alice", "/repositories?q=r&page=2")).toContain('href="/repositories?q=r&amp;page=3"');
  });

  test("where there is none, what would be there is said", async () => {
    expect(await text(createBench({ visible: {} }), "alice", "/repositories")).toContain("No repository for you here");
  });
});

describe("a repository", () => {
  test("tells each rule of its policy with the line that it stands in", async () => {
    const page = await text(createBench(busyMorning()), "alice", "/repositories/1");
    const words = flat(page);
    for (const rule of [
      "From line 6 on.",
      "Releasers alice, @acme/release-team defaults, line 3",
      "Approvals 1 of bob, carol line 8",
      "Approvals 2 of alice, @acme/release-team defaults, line 4",
      "Mode otp by default",
      "at most 30 days, kept until they end, may bypass 2FA: the mirror of the tests has no second factor line 9",
      "Environment: npm (2 packages, one release at a time).",
    ])
      expect(words).toContain(rule);
    const file = `https://github.com/acme/widget/blob/${"a".repeat(40)}/.github/countersign.yml`;
    expect(page).toContain(`href="${file}#L8"`);
    expect(page).toContain('href="/repositories/1/tokens"');
    expect(words).toContain("Last releases 7");
  });

  test("leads only people with write access to tokens and audit", async () => {
    const page = await text(createBench(busyMorning()), "bob", "/repositories/1");
    expect(page).not.toContain("/repositories/1/tokens");
    expect(page).not.toContain("/audit?repository");
  });

  test("shows what appeared without a release, how odd it is, and to people with write access the button", async () => {
    const bench = createBench(busyMorning());
    const page = await text(bench, "alice", "/repositories/1");
    const words = flat(page);
    expect(words).toContain(
      "@acme/widget@1.2.1 Nobody knows of it Published without a release by the npm user mallory",
    );
    expect(words).toContain("A new postinstall script runs when it is installed: node evil.js");
    expect(words).toContain("alice said that it was one of them");
    expect(words).toContain("@acme/widget-cli: looked at");
    expect(page.match(/action="\/repositories\/1\/sightings\/g\d\/expected"/g)?.length).toBe(1);
    expect(await text(bench, "bob", "/repositories/1")).not.toContain("/sightings/g1/expected");
    expect(flat(await text(bench, "alice", "/"))).toContain("Something happened at the registry without a release.");
    const answer = await (await signedIn(bench, "alice")).post("/repositories/1/sightings/g1/expected", {});
    expect(answer.headers.get("location")).toBe("/repositories/1?done=expected#without-a-release");
    expect(bench.asked.at(-1)).toMatchObject({
      ...{ verb: "acknowledge" },
      input: { repositoryId: 1, sightingId: "g1", person: { login: "alice" }, origin: "dashboard" },
    });
    const calm = flat(
      await text(createBench({ ...busyMorning(), watches: [], sightings: [] }), "alice", "/repositories/1"),
    );
    expect(calm).toContain("No package is watched yet");
  });

  test("shows markup in what a registry says as text", async () => {
    const facts = { ...aSighting().facts, publisher: evil };
    const sightings = [
      aSighting({ facts, package: evil, version: evil, oddities: [{ code: "other-publisher", text: evil }] }),
    ];
    const bench = createBench({ ...busyMorning(), sightings, watches: [aWatch({ package: evil, lastError: evil })] });
    for (const path of ["/", "/repositories/1"]) expect(await text(bench, "alice", path)).not.toMatch(harmless);
  });

  test("tells the problems of a broken policy with their lines", async () => {
    const words = flat(await text(createBench(busyMorning()), "alice", "/repositories/2"));
    expect(words).toContain("Policy Can't be used");
    expect(words).toContain("Line 3, defaults.releaser: there is no key releaser here. Did you mean releasers?");
    expect(words).toContain("Line 8, packages[0].approvals.count: it can't be more than 10.");
  });

  test.each([
    [{ state: "missing" as const }, "No policy yet"],
    [{ state: "unread" as const }, "GitHub doesn't answer Countersign at the moment"],
  ])("with a policy that is %j says so, and shows the rest", async (policy, sentence) => {
    const words = flat(
      await text(createBench({ views: [aView()], policies: { 1: policy } }), "alice", "/repositories/1"),
    );
    expect(words).toContain(sentence);
    expect(words).toContain("Last releases 1");
  });

  test("that GitHub doesn't show me is as if it weren't there", async () => {
    const mallory = await signedIn(createBench(busyMorning()), "mallory");
    const answers = await Promise.all(["1", "999", "none"].map((id) => mallory.get(`/repositories/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await answers[0]?.text()).not.toContain("acme");
    const api = apiClient(createBench(busyMorning()));
    const headers = await api.signIn("mallory");
    const [hidden, nowhere] = [
      await api.send("GET", "/repositories/1", undefined, headers),
      await api.send("GET", "/repositories/999", undefined, headers),
    ];
    expect([hidden.status, hidden.body]).toEqual([404, nowhere.body]);
    expect((await api.send("GET", "/repositories", undefined, headers)).body).toEqual({ repositories: [] });
  });

  test("shows markup in whatever its policy and its problems say as text", async () => {
    const policy = `version: 1
packages:
  - name: left-pad
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
    environment: ${JSON.stringify(evil)}
    token: { bypass2fa: ${JSON.stringify(evil)} }
`;
    const read = parsePolicy(policy);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const fine = { state: "fine" as const, sha: evil, policy: read.policy, lines: policyLines(policy) };
    const broken = parsePolicy(`${JSON.stringify(evil)}: 1\nversion: ${JSON.stringify(evil)}\n`);
    const problems = [
      ...(broken.ok ? [] : broken.problems),
      { line: 1, column: 1, key: evil, text: `${evil} \`${evil}\`` },
    ];
    expect(problems.length).toBeGreaterThan(2);
    for (const standing of [fine, { state: "broken" as const, sha: evil, problems }]) {
      const repositories = [{ ...widget, owner: evil, name: evil, defaultBranch: evil }];
      const bench = createBench({
        views: [aView({ release: aRelease({ package: evil }) })],
        repositories,
        policies: { 1: standing },
      });
      for (const path of ["/repositories", `/repositories?q=${encodeURIComponent(evil)}`, "/repositories/1"])
        expect(await text(bench, "alice", path)).not.toMatch(harmless);
    }
  });

  test("is JSON with the same rules and lines", async () => {
    const api = apiClient(createBench(busyMorning()));
    const headers = await api.signIn("alice");
    expect((await api.send("GET", "/repositories/1", undefined, headers)).body).toMatchObject({
      ...{ id: 1, owner: "acme", active: 4 },
      policy: {
        ...{ state: "fine", problems: [] },
        packages: [
          { name: "@acme/widget", line: 6, approvals: { count: 1, from: ["bob", "carol"] }, registry: null },
          {},
        ],
      },
    });
    expect((await api.send("GET", "/repositories/2", undefined, headers)).body).toMatchObject({
      policy: { state: "broken", problems: [{ line: 3 }, {}, { line: 8 }, {}], packages: [] },
    });
    expect((await api.send("GET", "/repositories", undefined, headers)).body).toMatchObject({
      repositories: [{ id: 1, packages: [{ name: "@acme/widget", last: { id: "r21" } }] }, { id: 2 }],
    });
  });
});

describe("what changed in a release", () => {
  test("is behind a link that works without script, and not read with the release's page", async () => {
    const bench = createBench({ views: [aView()] });
    bench.trouble.desk = new GitHubError("unavailable", "compare", "x");
    const page = await text(bench, "bob", "/releases/r1");
    expect(page).toContain('data-part="/releases/r1/changes"');
    expect(page).toMatch(/<a href="\/releases\/r1\/changes"/);
    expect((await (await signedIn(bench, "bob")).get("/releases/r1/changes")).status).toBe(503);
  });

  test("tells commits, how far they go, and each line of the workflow that differs", async () => {
    const words = flat(await text(createBench(busyMorning()), "bob", "/releases/r1/changes"));
    expect(words).toContain("120 commits since @acme/widget@1.1.0 (ddddddd). Compare on GitHub");
    expect(words).toContain("This release doesn't follow from that one: 1 commit of it is not in this one.");
    expect(words).toContain("These are the first 50; GitHub shows all of them.");
    expect(words).toContain("is not what main (ccccccc) has now.");
    // A mark that would turn the line around is named.
    expect(words).toContain("6 + - run: curl ⟨U+202E⟩https://example.com/");
  });

  test.each([
    ["same", "is unchanged: the release runs what main (aaaaaaa) has now."],
    ["only-here", "isn't on main (aaaaaaa) any more."],
    ["only-there", "isn't in the release's commit"],
    ["unreadable", "can't be compared with that of"],
    ["changed", "They differ only in the line break at the end."],
  ] as const)("says plainly that the workflow is %s", async (state, sentence) => {
    const changes = { ...noChanges, workflow: { ...noChanges.workflow, state } };
    const words = flat(await text(createBench({ views: [aView()], changes }), "bob", "/releases/r1/changes"));
    expect(words).toContain(sentence);
    expect(words).toContain("Countersign has published no release of @acme/widget before this one.");
  });

  test.each([
    ["a".repeat(40), "None: @acme/widget@1.1.0 (aaaaaaa) was published from the same commit."],
    ["d".repeat(40), "GitHub doesn't know the commit of @acme/widget@1.1.0 (ddddddd) any more"],
  ])("after a release of %s says so", async (sha, sentence) => {
    const changes = { ...noChanges, last: aRelease({ id: "r4", version: "1.1.0", sha }) };
    expect(flat(await text(createBench({ views: [aView()], changes }), "bob", "/releases/r1/changes"))).toContain(
      sentence,
    );
  });

  test("shows markup of messages, authors, paths and lines as text, and makes no link of what is none", async () => {
    const line = { kind: "added" as const, text: evil, before: null, after: 1 };
    const changes = {
      workflow: { path: evil, branch: evil, head: evil, state: "changed" as const, parts: [[line]] },
      last: aRelease({ id: "r4", version: evil, package: evil, sha: evil }),
      ...{ of: evil, unreleased: [evil] },
      commits: {
        ...{ url: "javascript:alert(1)", total: 2, behind: 0 },
        commits: [{ sha: evil, url: "javascript:alert(2)", title: evil, author: evil }],
      },
    };
    const page = await text(createBench({ views: [aView()], changes }), "bob", "/releases/r1/changes");
    expect(page).not.toMatch(harmless);
    expect(page).not.toContain("javascript:");
  });

  test("that has very many lines is cut, and says how many are left", async () => {
    const lines = Array.from({ length: 700 }, (_, index) => ({
      ...{ kind: "added" as const, text: "x".repeat(600), before: null, after: index + 1 },
    }));
    const changes = { ...noChanges, workflow: { ...noChanges.workflow, state: "changed" as const, parts: [lines] } };
    const page = await text(createBench({ views: [aView()], changes }), "bob", "/releases/r1/changes");
    expect(page).toContain("100 more lines differ");
    expect(page).not.toContain("x".repeat(501));
  });
});

/** Text as it is read: without markup, one space between words. */
function flat(html: string): string {
  return html
    .replace(/<svg.*?<\/svg>/gs, " ")
    .replace(/<\/(?:td|dt|dd|h\d|p|li|header|span)>/g, " ")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ")
    .replace(/ ([.,):])/g, "$1");
}
