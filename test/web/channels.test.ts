import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { aChannel, createBench, morning } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { signedIn, stranger } from "./visitor.ts";

const ofRepository = { scope: "repository" as const, repositoryId: 1, personId: null };
const slack = { kind: "slack", name: "team", address: "https://hooks.slack.com/services/T0/B0/for-nobody" };

async function read(bench: Bench, login: string, path: string): Promise<string> {
  return (await (await (await signedIn(bench, login)).get(path)).text()).replace(/\s+/g, " ");
}

describe("my notifications", () => {
  test("say what would be there where nothing is, and lead to the repositories that GitHub shows me", async () => {
    const text = await read(createBench(), "alice", "/notifications");
    expect(text).toContain("Nothing calls you yet");
    expect(text).toContain('href="/repositories/1/notifications"');
    expect(await read(createBench({ visible: {} }), "alice", "/notifications")).toContain("GitHub shows you none");
  });

  test("show each channel with its state, and what went wrong", async () => {
    const lastError = "Slack says that this address is dead (`no_service`): make a new one.";
    const bench = createBench({
      channels: [
        aChannel({ lastSentAt: morning }),
        aChannel({ id: "ch2", name: "old", lastFailedAt: morning, lastError }),
        aChannel({ id: "ch3", name: "new", kind: "email", shownAddress: "alice@acme.test" }),
        aChannel({ id: "ch4", name: "of bob", personId: 101 }),
      ],
    });
    const text = await read(bench, "alice", "/notifications");
    for (const part of ["Working", "Not working", "(<code>no_service</code>)", "Not tried yet", "alice@acme.test"])
      expect(text).toContain(part);
    expect(text).not.toContain("of bob");
    expect(text).toContain('action="/notifications/ch2/test"');
  });

  test("take a channel, and come back to the list", async () => {
    const bench = createBench();
    const response = await (await signedIn(bench, "alice")).post("/notifications", slack);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/notifications?done=added"]);
    expect(bench.asked).toEqual([
      { verb: "addChannel", input: { person: { id: 100, login: "alice" }, place: "own", ...slack } },
    ]);
  });

  test("show a webhook's secret on the page that answers, and nowhere else", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    const response = await alice.post("/notifications", { ...slack, kind: "webhook" });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain("whsec_c2VjcmV0");
    expect(await (await alice.get("/notifications")).text()).not.toContain("whsec_");
  });

  test("give the form back with the sentence, and without the address where it is a secret", async () => {
    const bench = createBench();
    bench.trouble.desk = new Refusal("bad-input", "That is not the whole address of an incoming webhook.");
    const alice = await signedIn(bench, "alice");
    const response = await alice.post("/notifications", { ...slack, name: '"><script>' });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain("not the whole address");
    expect(text).toContain("&quot;&gt;&lt;script&gt;");
    expect(text).not.toContain("for-nobody");
    const mail = await alice.post("/notifications", { kind: "email", name: "me", address: "me@acme" });
    expect(await mail.text()).toContain('value="me@acme"');
    expect((await alice.post("/notifications", { ...slack, kind: "carrier pigeon" })).status).toBe(400);
  });

  test("say why mail can't be chosen where no mail server is set up", async () => {
    const text = await read(createBench({ mail: false }), "alice", "/notifications");
    expect(text).toContain("no mail server is set up");
    expect(text).not.toContain('value="email"');
  });

  test("try a channel and say what came of it", async () => {
    const bench = createBench({ channels: [aChannel()] });
    const alice = await signedIn(bench, "alice");
    const good = await alice.post("/notifications/ch1/test", {});
    expect(good.headers.get("location")).toBe("/notifications?done=sent");
    bench.stage.testProblem = "It is dead.";
    const bad = await alice.post("/notifications/ch1/test", {});
    expect(bad.headers.get("location")).toBe("/notifications?done=not-sent");
    expect(await (await alice.get("/notifications?done=not-sent")).text()).toContain("The test message was not taken");
  });

  test("ask who comes without a session to sign in", async () => {
    const bench = createBench();
    const nobody = stranger(bench);
    expect((await nobody.get("/notifications")).headers.get("location")).toBe("/sign-in?return_to=%2Fnotifications");
    const posted = await nobody.post("/repositories/1/notifications/ch1/test", {});
    expect(posted.status).toBe(401);
    expect(await posted.text()).toContain("return_to=%2Frepositories%2F1%2Fnotifications");
    expect(bench.asked).toEqual([]);
  });
});

describe("a repository's notifications", () => {
  test("are changed by who may, and shown to others with the reason", async () => {
    const bench = createBench({ channels: [aChannel({ ...ofRepository })] });
    const alice = await read(bench, "alice", "/repositories/1/notifications");
    expect(alice).toContain('action="/repositories/1/notifications/ch1/remove"');
    expect(alice).toContain("Add a channel");
    const bob = await read(bench, "bob", "/repositories/1/notifications");
    expect(bob).toContain("releases");
    expect(bob).toContain("Only people who administer it change this.");
    expect(bob).not.toContain('action="/repositories/1/notifications');
  });

  test("are given to the desk with the repository they are of", async () => {
    const bench = createBench({ channels: [aChannel({ ...ofRepository })] });
    const alice = await signedIn(bench, "alice");
    await alice.post("/repositories/1/notifications", slack);
    await alice.post("/repositories/1/notifications/ch1/remove", {});
    const person = { id: 100, login: "alice" };
    expect(bench.asked).toEqual([
      { verb: "addChannel", input: { person, place: { repositoryId: 1 }, ...slack } },
      { verb: "removeChannel", input: { person, place: { repositoryId: 1 }, channelId: "ch1" } },
    ]);
  });

  test("are not there for whom GitHub doesn't show the repository", async () => {
    const bench = createBench({ visible: { alice: [1] } });
    const mallory = await signedIn(bench, "mallory");
    expect((await mallory.get("/repositories/1/notifications")).status).toBe(404);
    for (const path of ["", "/ch1/test", "/ch1/remove"])
      expect((await mallory.post(`/repositories/1/notifications${path}`, slack)).status).toBe(404);
    const alice = await signedIn(bench, "alice");
    for (const id of ["2", "x", "1e3"]) expect((await alice.get(`/repositories/${id}/notifications`)).status).toBe(404);
    expect(bench.asked).toEqual([]);
  });
});
