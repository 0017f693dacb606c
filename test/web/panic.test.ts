import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aStop } from "../support/examples.ts";
import { Story } from "../support/story.ts";
import { readPages } from "../support/pages.ts";
import { apiClient } from "./api-client.ts";
import { createBench } from "./bench.ts";
import { signedIn } from "./visitor.ts";

const form = { account: "acme", reason: "a laptop was stolen", confirm: "acme" };
const stops = [{ stop: aStop(), secrets: 1, releases: 2 }];

describe("the page that stops everything", () => {
  test("stops an account whose name is typed, with a reason, and says what is left", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    expect(await (await alice.get("/panic")).text()).toContain('<option value="acme"');
    const response = await alice.post("/panic", form);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/panic?done=stopped"]);
    expect(bench.asked).toMatchObject([
      { verb: "panic", input: { account: "acme", reason: "a laptop was stolen", origin: "dashboard" } },
    ]);
    const text = (await (await alice.get("/panic?done=stopped")).text()).replace(/\s+/g, " ");
    expect(text).toContain("1 secret still to be removed, tried until it is done. 2 releases still under way.");
    expect(text).not.toContain("Stop all releases</h2>");
  });

  test("changes nothing where another name is typed, and keeps what was filled in", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    const response = await alice.post("/panic", { ...form, confirm: "amce" });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain("Type the account's name, <code>acme</code>".replace("'", "&#39;"));
    expect(text).toContain('value="a laptop was stolen"');
    expect(bench.asked).toEqual([]);
  });

  test("says who may, to whoever may not", async () => {
    const bench = createBench({ readers: ["bob"] });
    const response = await (await signedIn(bench, "bob")).post("/panic", form);
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining("Only an admin")]);
  });

  test("lifts it, with a reason", async () => {
    const bench = createBench({ stops: [...stops] });
    const alice = await signedIn(bench, "alice");
    const response = await alice.post("/panic/lift", { account: "acme", reason: "every token was revoked" });
    expect(response.headers.get("location")).toBe("/panic?done=lifted");
    const text = await (await alice.get("/panic?done=lifted")).text();
    expect(text).toContain("Releases can be asked for again");
    expect(text).toContain("every token was revoked");
  });

  test("is a red line on every page for those who see one of its repositories, and for nobody else", async () => {
    const bench = createBench({ stops: [...stops], visible: { alice: [1], bob: [] } });
    const [alice, bob] = [await signedIn(bench, "alice"), await signedIn(bench, "bob")];
    for (const path of ["/", "/repositories", "/tokens", "/audit", "/account", "/nowhere"]) {
      expect(await (await alice.get(path)).text(), path).toContain("All releases of acme are stopped");
      expect(await (await bob.get(path)).text(), path).not.toContain("are stopped");
    }
  });

  test("makes open pages look again when it begins and when it is over", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    const digest = /data-digest="([^"]*)"/.exec(await (await alice.get("/")).text())?.[1] ?? "";
    const look = async (): Promise<number> => (await alice.get("/", { "x-live": digest })).status;
    expect(await look()).toBe(204);
    await alice.post("/panic", form);
    expect(await look()).toBe(200);
    await alice.post("/panic/lift", { account: "acme", reason: "over" });
    expect(await look()).toBe(204);
  });
});

describe("stops in the API", () => {
  test("are begun, listed and lifted", async () => {
    const api = apiClient(createBench());
    const headers = await api.signIn("alice");
    const begun = await api.send("POST", "/stops", { account: "acme", reason: "a laptop was stolen" }, headers);
    expect(begun).toMatchObject({
      status: 201,
      body: { already: false, stop: { accountLogin: "acme", origin: "api" } },
    });
    expect((await api.send("GET", "/stops", undefined, headers)).body).toMatchObject({
      open: [{ secrets: 1, releases: 2, stop: { reason: "a laptop was stolen" } }],
      lifted: [],
    });
    const lifted = await api.send("POST", "/stops/lift", { account: "acme", reason: "over" }, headers);
    expect(lifted).toMatchObject({ status: 200, body: { liftReason: "over" } });
    expect((await api.send("POST", "/stops", { account: "acme" }, headers)).status).toBe(400);
  });
});

describe("the page on the whole app", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    expect(story.judge.violations).toEqual([]);
  });

  test("shows a stop that was said in a thread to those who see the repository", async () => {
    const { alice, dave } = story.cast;
    await story.say(dave, "/panic a laptop was stolen");
    const at = { world: { github: story.github }, url: story.publicUrl };
    expect(await readPages(at, alice, ["/", "/panic"])).toContain("No secret of ours is left in its environments.");
  });
});
