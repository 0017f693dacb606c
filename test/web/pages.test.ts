import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { GitHubError } from "../../src/github/types.ts";
import { aRelease } from "../support/examples.ts";
import {
  aChallenge,
  aTodo,
  aPlace,
  aRunnerSession,
  aToken,
  aView,
  createBench,
  morning,
  nothing,
  widget,
} from "./bench.ts";
import { busyMorning } from "./gallery.ts";
import { signedIn, stranger } from "./visitor.ts";

const sha = "a".repeat(40);
const may = { approve: true, reject: true, cancel: true, confirm: "No.", answer: "No." } as const;

describe("the queue", () => {
  test("shows what waits for me first: challenges, runs to confirm, approvals", async () => {
    const bench = createBench(busyMorning());
    const alice = await (await (await signedIn(bench, "alice")).get("/")).text();
    expect(
      order(alice, ["Waits for you", "Answer npm", "Look and confirm", "Under way", "1.2.0", "Ended", "1.1.0"]),
    ).toBe(true);
    expect(alice).not.toContain("/approve");
    const bob = await (await (await signedIn(bench, "bob")).get("/")).text();
    expect(bob).toContain("<title>(2) Queue · Countersign</title>");
    expect(order(bob, ["Waits for you", "/releases/r3/approve", "/releases/r1/approve", "Under way"])).toBe(true);
    expect(bob).not.toContain("Answer npm");
  });

  test("counts somebody who has approved already among the others", async () => {
    const approval = {
      id: "a",
      releaseId: "r1",
      personId: 101,
      personLogin: "bob",
      verdict: "approved" as const,
      sha,
      source: "chat" as const,
      comment: null,
      evidence: "c",
      givenAt: morning,
    };
    const bench = createBench({ views: [aView({ approvals: [approval] })] });
    expect(await (await (await signedIn(bench, "bob")).get("/")).text()).not.toContain("/approve");
  });

  test("says what would be there where nothing is", async () => {
    const bench = createBench();
    const text = await (await (await signedIn(bench, "alice")).get("/")).text();
    expect(text).toContain("Nothing waits for you");
    expect(text).toContain("/release 1.2.0");
  });

  test("answers 204 to a page that is still right, and the whole page to one that isn't", async () => {
    const bench = createBench({ views: [aView()] });
    const visitor = await signedIn(bench, "bob");
    for (const path of ["/", "/releases/r1"]) {
      const digest = /data-digest="([^"]+)"/.exec(await (await visitor.get(path)).text())?.[1] ?? "";
      expect((await visitor.get(path, { "x-live": digest })).status).toBe(204);
      expect((await visitor.get(path, { "x-live": "old" })).status).toBe(200);
    }
  });
});

describe("a release's page", () => {
  test("offers only what the person may do, and says why not", async () => {
    const bench = createBench({
      views: [aView()],
      abilities: { ...nothing, approve: "You asked for this release; somebody else has to countersign.", cancel: true },
    });
    const text = await (await (await signedIn(bench, "alice")).get("/releases/r1")).text();
    expect(text).toContain("somebody else has to countersign");
    expect(text).toContain("/releases/r1/cancel");
    expect(text).not.toContain("/releases/r1/approve");
    expect(text).not.toContain("/releases/r1/reject");
  });

  test("of several packages has each with its state, and what is inside it", async () => {
    const packages = [
      { name: "@acme/widget", state: "published" as const, shasum: "d".repeat(40), inside: { dangers: 1, looks: 0 } },
      { name: "@acme/gadget", state: "failed" as const, text: "npm publish failed (`E403`)." },
      { name: "@acme/tool", state: "already" as const },
    ];
    const release = aRelease({ packages, state: "failed", endText: "No." });
    const bench = createBench({ views: [aView({ release })] });
    const alice = await signedIn(bench, "alice");
    const text = await (await alice.get("/releases/r1")).text();
    expect(text).toContain("<h1>@acme/widget@1.2.0 with 1 more</h1>");
    expect(text).toContain("Published, as the step says.");
    expect(text).toContain("npm publish failed (<code>E403</code>).");
    expect(text).toContain('href="/releases/r1/contents?package=%40acme%2Fwidget"');
    expect(text).toContain("There already, from an earlier release of this commit.");
    expect(await (await alice.get("/releases/r1/contents?package=%40acme%2Fgadget")).text()).toContain(
      "What is inside @acme/gadget@1.2.0",
    );
    expect((await alice.get("/releases/r1/contents?package=left-pad")).status).toBe(404);
  });

  test("approves the commit that was shown, as this person, with their own access token", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    const response = await bob.post("/releases/r1/approve", { sha });
    expect(response.headers.get("location")).toBe("/releases/r1?done=approved");
    expect(bench.asked).toEqual([
      {
        verb: "decide",
        input: {
          releaseId: "r1",
          person: { id: 101, login: "bob" },
          verdict: "approved",
          seenSha: sha,
          comment: null,
          evidence: expect.stringMatching(/^session-[0-9a-f]{16}-approved$/) as string,
          accessToken: "ghu_bob",
        },
      },
    ]);
  });

  test("gives the same evidence twice in one session, so that a doubled form counts once", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    await bob.post("/releases/r1/approve", { sha });
    await bob.post("/releases/r1/approve", { sha });
    const [one, other] = bench.asked.map((call) => (call.input as { evidence: string }).evidence);
    expect(one).toBe(other);
  });

  test("takes no approval without the commit, and no rejection without a reason", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    expect((await bob.post("/releases/r1/approve", {})).status).toBe(400);
    const response = await bob.post("/releases/r1/reject", { sha, why: "  " });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Say why");
    expect(bench.asked).toEqual([]);
  });

  test("shows a refusal in its own words, on the release as it is now", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    bench.trouble.desk = new Refusal("other-commit", "It is a release of `bbbbbbb`: look at it again.");
    const response = await bob.post("/releases/r1/approve", { sha });
    expect(response.status).toBe(409);
    expect(await response.text()).toContain("It is a release of <code>bbbbbbb</code>: look at it again.");
  });

  test("cancels and confirms only what was shown", async () => {
    const bench = createBench({ views: [aView()], abilities: { ...may, confirm: true } });
    const alice = await signedIn(bench, "alice");
    expect((await alice.post("/releases/r1/cancel", { sha: "b".repeat(40) })).status).toBe(409);
    expect((await alice.post("/releases/r1/confirm", { sha: "b".repeat(40), version: "1.2.0" })).status).toBe(409);
    expect(bench.asked).toEqual([]);
    await alice.post("/releases/r1/cancel", { sha, why: "wrong branch" });
    await alice.post("/releases/r1/confirm", { sha, version: "1.2.0" });
    expect(bench.asked.map((call) => call.verb)).toEqual(["cancel", "confirm"]);
  });

  test("says that GitHub can't be reached, without saying what it said", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    bench.trouble.desk = new GitHubError("unavailable", "file", "secret-host refused");
    const response = await bob.post("/releases/r1/approve", { sha });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("secret-host");
  });

  test("refuses free text that carries a token, and neither keeps nor repeats it", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    const token = `npm_${"x".repeat(36)}`;
    const response = await bob.post("/releases/r1/reject", { sha, why: `take ${token}` });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain(token);
    expect(JSON.stringify([bench.asked, bench.logged])).not.toContain(token);
  });

  test("refuses a form that is too large or of another kind", async () => {
    const bench = createBench({ views: [aView()], abilities: may });
    const bob = await signedIn(bench, "bob");
    expect((await bob.post("/releases/r1/reject", { sha, why: "x".repeat(200_000) })).status).toBe(400);
    const cookie = [...bob.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const json = await bench.app.request("/releases/r1/approve", {
      method: "POST",
      body: JSON.stringify({ sha }),
      headers: { cookie, origin: bench.publicUrl, "sec-fetch-site": "same-origin", "content-type": "application/json" },
    });
    expect(json.status).toBe(400);
    expect(bench.asked).toEqual([]);
  });
});

describe("tokens", () => {
  const draft = {
    repository: "1",
    package: "@acme/widget",
    key_id: "key-1",
    ciphertext: Buffer.alloc(90, 200).toString("base64"),
    npm_user: "alice-npm",
    label: "laptop",
    expires: "2026-12-23",
  };

  test("the token's own field has no name, and the form stays closed without script", async () => {
    const bench = createBench({ places: [aPlace()] });
    const text = await (
      await (await signedIn(bench, "alice")).get("/tokens/new?repository=1&package=%40acme%2Fwidget")
    ).text();
    const field = /<input[^>]*id="token"[^>]*>/.exec(text)?.[0] ?? "";
    expect(field).toContain('type="password"');
    expect(field).not.toContain("name=");
    expect(/<button[^>]*id="seal"[^>]*>/.exec(text)?.[0]).toContain("disabled");
    expect(text).toContain("Sealing needs JavaScript");
    expect(text).toContain("npm token create --name countersign-acme-widget --packages @acme/widget");
  });

  test("what was sealed is handed on with the end of the day it expires on", async () => {
    const bench = createBench({ places: [aPlace()] });
    const response = await (await signedIn(bench, "alice")).post("/tokens", draft);
    expect(response.headers.get("location")).toBe("/tokens?done=sealed");
    expect(bench.asked).toEqual([
      {
        verb: "registerToken",
        input: {
          person: { id: 100, login: "alice" },
          places: [{ repositoryId: 1, packages: ["@acme/widget"], keyId: "key-1", ciphertext: draft.ciphertext }],
          npmUser: "alice-npm",
          label: "laptop",
          npmKey: null,
          bypass2fa: false,
          releaseId: null,
          expiresAt: new Date("2026-12-23T23:59:59Z"),
        },
      },
    ]);
  });

  test("a changed key brings the form back with what was filled in, and with the new key", async () => {
    const bench = createBench({ places: [aPlace({ keyId: "key-2", key: "bmV3LWtleQ==" })] });
    bench.trouble.desk = new Refusal(
      "token-key-rotated",
      "GitHub changed the environment's key between page and post.",
    );
    const response = await (await signedIn(bench, "alice")).post("/tokens", draft);
    expect(response.status).toBe(409);
    const text = await response.text();
    expect(text).toContain("GitHub changed the environment&#39;s key");
    expect(text).toContain('value="key-2"');
    expect(text).toContain('data-key="bmV3LWtleQ=="');
    expect(text).toContain('value="alice-npm"');
    expect(text).not.toContain(draft.ciphertext);
  });

  test("a repository that GitHub doesn't show me is as if it weren't there", async () => {
    const bench = createBench({ places: [aPlace()] });
    const mallory = await signedIn(bench, "mallory");
    expect((await mallory.get("/tokens/new?repository=1&package=%40acme%2Fwidget")).status).toBe(404);
    expect((await mallory.get("/tokens/new?repository=99&package=x")).status).toBe(404);
    expect((await mallory.post("/tokens", draft)).status).toBe(404);
    expect(bench.asked).toEqual([]);
  });

  test("my token in a repository that I don't see any more is listed without its name", async () => {
    const hidden = { ...widget, id: 7, name: "moved-away" };
    const bench = createBench({ tokens: [aToken({ repositoryId: 7 })], repositories: [widget, hidden] });
    const text = await (await (await signedIn(bench, "alice")).get("/tokens")).text();
    expect(text).toContain("a repository that GitHub doesn&#39;t show you now");
    expect(text).not.toContain("moved-away");
    expect(text).toContain("/tokens/t1/remove");
  });

  test("one token for several environments is handed on whole, and only once for one environment", async () => {
    const places = [aPlace(), aPlace({ package: "@acme/gadget", packages: ["@acme/gadget"], environmentId: 3 })];
    const bench = createBench({ places });
    const alice = await signedIn(bench, "alice");
    const text = await (
      await alice.get("/tokens/new?for=1+%40acme%2Fwidget&for=1+%40acme%2Fgadget&for=1+%40acme%2Fwidget")
    ).text();
    expect([...text.matchAll(/data-key=/g)]).toHaveLength(2);
    const second = {
      "repository-1": "1",
      "package-1": "@acme/gadget @acme/gizmo",
      "key_id-1": "key-1",
      "ciphertext-1": "x",
    };
    await alice.post("/tokens", { ...draft, ...second, npm_key: "1234-abcd", bypass_2fa: "yes" });
    expect(bench.asked).toMatchObject([
      {
        input: {
          places: [{ packages: ["@acme/widget"] }, { packages: ["@acme/gadget", "@acme/gizmo"], ciphertext: "x" }],
          npmKey: "1234-abcd",
          bypass2fa: true,
        },
      },
    ]);
  });

  test("for one release go back to that release", async () => {
    const bench = createBench({ places: [aPlace()] });
    const response = await (await signedIn(bench, "alice")).post("/tokens", { ...draft, release: "r1" });
    expect(response.headers.get("location")).toBe("/releases/r1?done=sealed");
    expect(bench.asked).toMatchObject([{ input: { releaseId: "r1" } }]);
  });

  test("the form says what the rules are: the shortest life, a reason for bypass where there is one, and what npm's site asks", async () => {
    const rules = {
      maxDays: 7,
      keep: "until-expiry" as const,
      bypass2fa: null,
      revoke: false,
      limits: ["Acme says 7."],
    };
    const strict = await (
      await signedIn(createBench({ places: [aPlace({ rules })] }), "alice")
    ).get("/tokens/new?repository=1&package=%40acme%2Fwidget");
    const text = await strict.text();
    expect(text).toContain("--expires 7");
    expect(text).toContain("7 days ahead at most");
    expect(text).toContain("Acme says 7.");
    expect(text).not.toContain('type="checkbox" name="bypass_2fa"');
    const lax = { ...rules, bypass2fa: "the mirror has no second factor" };
    const other = await (
      await signedIn(createBench({ places: [aPlace({ rules: lax })] }), "alice")
    ).get("/tokens/new?repository=1&package=%40acme%2Fwidget");
    expect(await other.text()).toContain("the mirror has no second factor");
  });

  test("the ledger tells each state, what the runner saw, and what is to be done at npm", async () => {
    const seen = {
      at: morning.toISOString(),
      releaseId: "r1",
      npmUser: "alice-npm",
      mayWrite: true,
      expiresAt: null,
      bypass2fa: null,
    };
    const later = new Date(morning.getTime() + 60 * 86_400_000);
    const token = aToken({ id: "t2", expiresAt: later, seen });
    const todo = aTodo();
    const bench = createBench({
      places: [aPlace({ current: token, currentKeyId: "key-9" })],
      tokens: [token, aToken({ id: "t3", expiresAt: later, refusedAt: morning, refusedWhy: "It belongs to bob-npm." })],
      todos: [todo],
    });
    const alice = await signedIn(bench, "alice");
    const text = await (await alice.get("/tokens")).text();
    for (const words of [
      "Seal it again: GitHub changed the key",
      "bypasses 2FA: unknown",
      "Refused at its last use",
      "It belongs to bob-npm.",
      "npm token revoke 1234-abcd",
      "It was for one release, which is over.",
    ])
      expect(text).toContain(words);
    const response = await alice.post("/todos/todo-1/done", {});
    expect(response.headers.get("location")).toBe("/tokens?done=todo");
    expect(bench.asked).toEqual([
      { verb: "closeTodo", input: { person: { id: 100, login: "alice" }, todoId: "todo-1" } },
    ]);
  });

  test("a repository's ledger says who can release what, and calls nobody's token by its name", async () => {
    const bench = createBench(busyMorning());
    const text = await (await (await signedIn(bench, "alice")).get("/repositories/1/tokens")).text();
    for (const words of [
      "Only alice can release it. From 23 Dec 2026 nobody can release it",
      "Nobody can release it: no token on file works.",
      "No token is kept: its releaser seals a fresh one at each release.",
      "bypasses 2FA: unknown",
    ])
      expect(text).toContain(words);
    expect(text).not.toContain("countersign-acme-widget");
    expect((await (await signedIn(bench, "mallory")).get("/repositories/1/tokens")).status).toBe(404);
    expect((await (await signedIn(bench, "alice")).get("/repositories/none/tokens")).status).toBe(404);
  });

  test("a token that is expired counts as missing", async () => {
    const old = aToken({ expiresAt: new Date(morning.getTime() - 1) });
    const bench = createBench({ places: [aPlace({ current: old })], tokens: [old] });
    const text = await (await (await signedIn(bench, "alice")).get("/tokens")).text();
    expect(text).toContain("You may release these, and have no token on file that works");
    expect(text).toContain("Expired 23 Nov 2026");
  });
});

describe("npm's question", () => {
  const scene = () => {
    const view = aView({ release: aRelease({ state: "running" }) });
    return { views: [view], challenges: [{ challenge: aChallenge(), session: aRunnerSession(), view }] };
  };
  const sealed = Buffer.alloc(54, 200).toString("base64");

  test("is shown to the token's owner, with a field that no browser can send", async () => {
    const text = await (await (await signedIn(createBench(scene()), "alice")).get("/challenges/c1")).text();
    const field = /<input[^>]*id="code"[^>]*>/.exec(text)?.[0] ?? "";
    expect(field).toContain('autocomplete="one-time-code"');
    expect(field).toContain("autofocus");
    expect(field).not.toContain("name=");
    expect(text).toContain("5 min 00 s");
  });

  test("is refused to everybody else, in words", async () => {
    const response = await (await signedIn(createBench(scene()), "bob")).get("/challenges/c1");
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("Only alice can answer npm.");
  });

  test("takes one sealed answer", async () => {
    const bench = createBench(scene());
    const alice = await signedIn(bench, "alice");
    const first = await alice.post("/challenges/c1/answer", { sealed });
    expect(first.headers.get("location")).toBe("/challenges/c1");
    expect(await (await alice.get("/challenges/c1")).text()).toContain("on its way to the job");
    const second = await alice.post("/challenges/c1/answer", { sealed });
    expect(second.status).toBe(409);
    expect(await second.text()).toContain("This was answered already.");
  });

  test.each(["123456", "", Buffer.from("123456").toString("base64"), `${sealed}!`])(
    "takes no code in clear: %j",
    async (given) => {
      const bench = createBench(scene());
      const response = await (await signedIn(bench, "alice")).post("/challenges/c1/answer", { sealed: given });
      expect(response.status).toBe(400);
      expect(bench.asked).toEqual([]);
    },
  );

  test("says when it is over, and shows no field", async () => {
    const bench = createBench(scene());
    const alice = await signedIn(bench, "alice");
    bench.clock.pass(5 * 60_000);
    const text = await (await alice.get("/challenges/c1")).text();
    expect(text).toContain("The time is over");
    expect(text).not.toContain('id="code"');
  });

  test("leads on to the next question where npm refused the answer", async () => {
    const next = aChallenge({ id: "c2", try: 2 });
    const view = aView({ release: aRelease({ state: "running" }), challenge: next });
    const bench = createBench({
      views: [view],
      challenges: [{ challenge: aChallenge({ state: "refused" }), session: aRunnerSession(), view }],
    });
    const response = await (await signedIn(bench, "alice")).get("/challenges/c1");
    expect(response.headers.get("location")).toBe("/challenges/c2");
  });

  test("isn't helped to be answered where the job publishes something else", async () => {
    const view = aView({ release: aRelease({ state: "running" }) });
    const other = aChallenge({ subject: { name: "@acme/widget", version: "6.6.6" } });
    const bench = createBench({ views: [view], challenges: [{ challenge: other, session: aRunnerSession(), view }] });
    const text = await (await (await signedIn(bench, "alice")).get("/challenges/c1")).text();
    expect(text).toContain("Don&#39;t answer");
    expect(text).not.toContain('id="code"');
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x"])("never makes a link of %s", async (authUrl) => {
    const view = aView({ release: aRelease({ state: "running" }) });
    const link = aChallenge({ kind: "link", authUrl });
    const bench = createBench({ views: [view], challenges: [{ challenge: link, session: aRunnerSession(), view }] });
    const text = await (await (await signedIn(bench, "alice")).get("/challenges/c1")).text();
    expect(text).not.toContain(authUrl);
  });
});

test("markup in anything that comes from outside shows as text", async () => {
  const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;
  const release = aRelease({
    package: evil,
    version: evil,
    distTag: evil,
    branch: evil,
    releaserLogin: evil,
    environmentName: evil,
    workflowPath: evil,
    runUrl: `https://github.test/${evil}/actions/runs/1`,
    jobConclusion: evil,
    jobEndedAt: morning,
  });
  const view = aView({
    release,
    repository: { ...widget, owner: evil, name: evil },
    decision: { rule: evil, verdict: "waiting", text: `${evil} \`${evil}\``, waitsFor: [evil] },
    approvals: [
      {
        id: "a",
        releaseId: "r1",
        personId: 9,
        personLogin: evil,
        verdict: "approved",
        sha,
        source: "chat",
        comment: evil,
        evidence: evil,
        givenAt: morning,
      },
    ],
  });
  const bench = createBench({
    views: [
      view,
      { ...view, release: { ...release, id: "r9", state: "failed", endText: evil, endedAt: morning, shasum: evil } },
    ],
    abilities: { approve: evil, reject: true, cancel: true, confirm: true, answer: evil },
    places: [aPlace({ package: evil, environmentName: evil, registry: evil })],
    tokens: [aToken({ label: evil, npmUser: evil, environmentName: evil })],
    repositories: [{ ...widget, owner: evil, name: evil }],
    challenges: [
      {
        challenge: aChallenge({ subject: { name: evil, version: evil, tag: evil, shasum: evil } }),
        session: aRunnerSession({ publicKey: evil }),
        view,
      },
    ],
  });
  const alice = await signedIn(bench, "alice");
  const paths = [
    "/",
    "/releases/r1",
    "/releases/r9",
    "/tokens",
    "/tokens/new",
    `/tokens/new?repository=1&package=${encodeURIComponent(evil)}`,
    "/challenges/c1",
    `/${encodeURIComponent(evil)}?done=${encodeURIComponent(evil)}`,
  ];
  for (const path of paths) {
    const text = await (await alice.get(path)).text();
    expect(text).not.toMatch(/<img|<script>|onerror=alert\(1\)>/);
  }
  const out = await stranger(bench).get(`/nowhere?${evil}`);
  expect(await out.text()).not.toContain("<img");
});

describe("beside the pages", () => {
  test("probes answer 200 or 503 with JSON", async () => {
    const bench = createBench();
    expect((await bench.app.request("/healthz")).status).toBe(200);
    expect(await (await bench.app.request("/readyz")).json()).toEqual({ ok: true });
  });

  test("assets are good for ever at their address, and gone at another", async () => {
    const bench = createBench();
    const path = /href="(\/assets\/[^"]+\.css)"/.exec(await (await bench.app.request("/")).text())?.[1] ?? "";
    const response = await bench.app.request(path, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(20_000);
    expect((await bench.app.request(path.replace(/assets\/\w+/, "assets/0000"))).status).toBe(404);
    expect((await bench.app.request(path.replace("page.css", "..%2Fcurrent"))).status).toBe(404);
  });

  test("a page's script stays below 15 KB, gzipped, sealing apart", async () => {
    const bench = createBench();
    const path = /src="(\/assets\/[^"]+\.js)"/.exec(await (await bench.app.request("/")).text())?.[1] ?? "";
    const response = await bench.app.request(path, { headers: { "accept-encoding": "gzip" } });
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(15_000);
  });
});

function order(text: string, words: string[]): boolean {
  let from = 0;
  return words.every((word) => {
    const at = text.indexOf(word, from);
    from = at + 1;
    return at >= 0;
  });
}
