import { describe, expect, test } from "vitest";
import type { Reason } from "../../src/domain/reason.ts";
import { renewals } from "../../src/web/own-queue.ts";
import { aRelease } from "../support/examples.ts";
import { apiClient } from "./api-client.ts";
import { aTodo, aToken, aView, createBench, morning, widget } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { busyMorning } from "./gallery.ts";
import { signedIn } from "./visitor.ts";

const day = 86_400_000;
const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;
const gadgets = { ...widget, id: 2, name: "gadgets" };
const past = (days: number): Date => new Date(morning.getTime() - days * day);

async function queueOf(bench: Bench, login: string, path = "/"): Promise<string> {
  return await (await (await signedIn(bench, login)).get(path)).text();
}

describe("an entry of the queue", () => {
  test("names package, version, repository, commit with its message and author, who asked, and whom it waits for", async () => {
    const release = aRelease({ commitTitle: "Count widgets", commitAuthor: "carol", releaserLogin: "alice" });
    const text = flat(await queueOf(createBench({ views: [aView({ release })] }), "alice"));
    expect(text).toContain("@acme/widget@1.2.0");
    expect(text).toContain("Waits for bob, carol.");
    expect(text).toContain("acme/widget · asked for by alice 1 hour ago");
    expect(text).toContain("aaaaaaa on main · Count widgets · by carol");
  });

  test("does without message and author where they were not kept", async () => {
    const text = flat(await queueOf(createBench({ views: [aView()] }), "alice"));
    expect(text).toContain("aaaaaaa on main");
    expect(text).not.toMatch(/null|undefined/);
  });

  test("tells GitHub's end of a waiting run in its last seven days, not before", async () => {
    const waits = (days: number) => createBench({ views: [aView({ release: aRelease({ gateAskedAt: past(days) }) })] });
    expect(flat(await queueOf(waits(24.5), "bob"))).toContain("GitHub ends the run in 5 days");
    expect(flat(await queueOf(waits(22.5), "bob"))).not.toContain("GitHub ends the run");
  });

  test("that is staged says whom it waits for and how long it may, and leads whom it names to compare and approve", async () => {
    const bench = createBench(busyMorning());
    const carol = await queueOf(bench, "carol");
    expect(flat(carol)).toMatch(/It is staged at npm, and waits for you to compare and approve it\. · 29 d\S* .*left/);
    expect(carol).toContain('href="/releases/r20#stage"');
    const bob = await queueOf(bench, "bob");
    expect(flat(bob)).toContain("Staged at npm. Waits for carol, dan to compare it, then approve it from here.");
    expect(bob).not.toContain('href="/releases/r20#stage"');
  });

  test("shows markup of message, author and branch as text", async () => {
    const release = aRelease({ commitTitle: evil, commitAuthor: evil, branch: evil });
    for (const login of ["alice", "bob"])
      expect(await queueOf(createBench({ views: [aView({ release })] }), login)).not.toMatch(/<img|<script>alert/);
  });

  test("leads whoever has to seal a fresh token to the form, and offers them no approval", async () => {
    const token: Reason = { rule: "token", verdict: "waiting", text: "Seal one.", waitsFor: ["alice"] };
    const decision: Reason = { rule: "release", verdict: "waiting", text: "", children: [token] };
    const text = await queueOf(createBench({ views: [aView({ decision })] }), "alice");
    expect(text).toContain("It waits for a fresh npm token of yours.");
    expect(text).toContain("/tokens/new?repository=1");
    expect(text).not.toContain("/approve");
  });
});

describe("tokens and to-dos", () => {
  const soon = new Date(morning.getTime() + 3 * day);

  test("wait for their owner after the releases, and count", async () => {
    const bench = createBench({
      tokens: [aToken({ expiresAt: soon, sealedAt: past(60) }), aToken({ id: "t2", groupId: "g2" })],
      todos: [aTodo({ personId: 101 })],
    });
    const alice = await queueOf(bench, "alice");
    expect(alice).toContain("<title>(1) Queue");
    expect(alice).toContain("Renew countersign-acme-widget");
    expect(alice).toContain("/tokens/new?for=1+%40acme%2Fwidget");
    const bob = await queueOf(bench, "bob");
    expect(bob).toContain("<title>(1) Queue");
    expect(flat(bob)).toContain("Revoke countersign-acme-widget at npm");
    expect(bob).toContain('href="/tokens#todo"');
  });

  test("one npm token in several places is one entry, with its worst state; what is for one release is none", () => {
    const group = [
      aToken({ expiresAt: soon, sealedAt: past(60) }),
      aToken({ id: "t2", expiresAt: past(1) }),
      aToken({ id: "t3", expiresAt: past(1), forReleaseId: "r1", groupId: "g9" }),
      aToken({ id: "t4", groupId: "g8" }),
    ];
    expect(renewals(group, morning).map(({ tokens, state }) => [tokens.map(({ id }) => id), state])).toEqual([
      [["t2", "t1"], "expired"],
    ]);
  });

  test("a token in a repository that I don't see any more is named without it", async () => {
    const token = aToken({ repositoryId: 9, packages: ["@hidden/thing"], expiresAt: soon, sealedAt: past(60) });
    const text = await queueOf(createBench({ tokens: [token] }), "alice");
    expect(text).toContain("in a repository that GitHub doesn&#39;t show you now");
    expect(text).not.toContain("@hidden/thing");
  });
});

describe("the filter", () => {
  const views = [
    aView({ release: aRelease({ id: "r1", version: "1.0.1" }) }),
    aView({
      release: aRelease({ id: "r2", version: "1.0.2", repositoryId: 2, state: "running" }),
      repository: gadgets,
    }),
    aView({ release: aRelease({ id: "r3", version: "1.0.3", releaserId: 102, releaserLogin: "carol" }) }),
    aView({ release: aRelease({ id: "r4", version: "1.0.4", state: "failed", endedAt: past(1) }) }),
  ];
  const scene = { views, repositories: [widget, gadgets], visible: { bob: [1, 2] } };
  const shown = async (path: string): Promise<string[]> =>
    [...(await queueOf(createBench(scene), "bob", path)).matchAll(/1\.0\.(\d)<\/a>/g)].map(([, id]) => id ?? "");

  test.each([
    ["/", ["1", "3", "2", "4"]],
    ["/?repository=2", ["2"]],
    ["/?person=Carol", ["3"]],
    ["/?person=nobody", []],
    ["/?state=running", ["2"]],
    ["/?state=failed", ["4"]],
    ["/?repository=1&person=alice&state=waiting", ["1"]],
    ["/?repository=77", []],
  ])("%s", async (path, ids) => {
    expect(await shown(path)).toEqual(ids);
  });

  test("stands in the form again, which is open then", async () => {
    const text = await queueOf(createBench(scene), "bob", "/?repository=2&person=carol&state=running");
    expect(text).toMatch(/<details class="box filters" id="filter" open>/);
    expect(text).toMatch(/<option value="2" selected>\s*acme\/gadgets/);
    expect(text).toMatch(/<option value="running" selected>/);
    expect(text).toContain('value="carol"');
    expect(await queueOf(createBench(scene), "bob")).toMatch(/id="filter"\s*>/);
  });

  test.each([
    ["/?repository=x", "Choose the repository from the list."],
    ["/?person=a%20b", "a login at GitHub"],
    ["/?state=gone", "Choose the state from the list."],
    ["/?page=0", "There is no such page"],
  ])("%s is refused with a sentence", async (path, sentence) => {
    const response = await (await signedIn(createBench(scene), "bob")).get(path);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(sentence);
  });

  test("says that nothing is like that where nothing is", async () => {
    const text = await queueOf(createBench(scene), "bob", "/?state=arming");
    expect(text).toContain("Nothing of that waits for you");
    expect(text).toContain("No release like that is under way");
  });

  test("shows nothing of a repository that GitHub doesn't show me, named or not", async () => {
    const text = await queueOf(createBench({ ...scene, visible: { bob: [1] } }), "bob", "/?repository=2");
    expect(text).not.toMatch(/gadgets|1\.0\.2/);
  });
});

describe("many releases", () => {
  const views = Array.from({ length: 120 }, (_, index) =>
    aView({
      release: aRelease({ id: `r${index}`, version: `1.0.${index}`, requestedAt: new Date(morning.getTime() - index) }),
    }),
  );
  const mine = (text: string): number => [...text.matchAll(/action="\/releases\/r\d+\/approve"/g)].length;

  test("come fifty a page, with the way on and back, the filter kept", async () => {
    const bench = createBench({ views });
    const first = await queueOf(bench, "bob", "/?repository=1");
    expect(mine(first)).toBe(50);
    // The title counts all that waits, whatever the filter leaves: the page's script asks for that.
    expect(first).toContain("<title>Queue");
    expect(first).toContain('<span class="count">120');
    expect(first).toContain('href="/?repository=1&amp;page=2"');
    const last = await queueOf(bench, "bob", "/?repository=1&page=3");
    expect(mine(last)).toBe(20);
    expect(last).toContain("Page 3 of 3");
    expect(last).not.toContain('rel="next"');
  });

  test("a page that is not there any more leads to the last one", async () => {
    const response = await (await signedIn(createBench({ views }), "bob")).get("/?page=9");
    expect(response.headers.get("location")).toBe("/?page=3");
  });
});

describe("the queue as JSON", () => {
  test("has the same entries by the same rules", async () => {
    const bench = createBench(busyMorning());
    const api = apiClient(bench);
    const { body } = await api.send("GET", "/queue", undefined, await api.signIn("bob"));
    expect(body).toMatchObject({ mine: 2, page: 1, pages: 1, renewals: [], todoIds: [] });
    const items = body["items"] as Array<Record<string, unknown>>;
    expect(items.map(({ id, waitsForYou }) => [id, waitsForYou])).toEqual([
      ["r3", "approve"],
      ["r1", "approve"],
      ["r6", null],
      ["r20", null],
      ["r2", null],
    ]);
    expect(items[1]).toMatchObject({
      ...{ package: "@acme/widget", repository: { owner: "acme", name: "widget" }, missing: ["bob", "carol"] },
      commit: { sha: "a".repeat(40), title: "Count widgets, and refuse what is none", author: "carol" },
    });
    const none = await api.send("GET", "/queue?state=arming", undefined, await api.signIn("bob"));
    expect(none.body).toMatchObject({ items: [], total: 0 });
  });

  test("refuses a field that it doesn't know, and one that makes no sense", async () => {
    const api = apiClient(createBench());
    const headers = await api.signIn("bob");
    for (const query of ["page=0", "state=gone", "other=1"])
      expect((await api.send("GET", `/queue?${query}`, undefined, headers)).status).toBe(400);
  });

  test("a release has its decision, its approvals and what the person may do; a stranger's is not there", async () => {
    const api = apiClient(createBench(busyMorning()));
    const { body } = await api.send("GET", "/releases/r2", undefined, await api.signIn("alice"));
    expect(body).toMatchObject({
      ...{ id: "r2", state: "running", challenge: { id: "c1" }, exposure: { secretName: "NPM_TOKEN" } },
      approvals: [{ login: "bob", verdict: "approved" }],
      decision: { verdict: "satisfied", children: [{ rule: "releaser" }, {}, {}] },
      may: { answer: { allowed: true, why: null }, approve: { allowed: false, why: "It was approved already." } },
    });
    expect(JSON.stringify(body)).not.toMatch(/rowVersion|statusDigest|keyId/);
    const mallory = await api.signIn("mallory");
    const hidden = await api.send("GET", "/releases/r2", undefined, mallory);
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual((await api.send("GET", "/releases/none", undefined, mallory)).body);
  });
});

/** Text as it is read: without markup, one space between words. */
function flat(html: string): string {
  return html
    .replace(/<svg.*?<\/svg>/gs, "")
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ");
}
