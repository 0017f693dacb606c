import { describe, expect, test } from "vitest";
import { GitHubError } from "../../src/github/types.ts";
import { apiClient } from "./api-client.ts";
import { createBench } from "./bench.ts";
import { signedIn } from "./visitor.ts";
import type { Visitor } from "./visitor.ts";

const hour = 3_600_000;
const text = async (response: Response | Promise<Response>): Promise<string> => await (await response).text();
/** Addresses of the forms that end a session: this one first. */
const ends = async (visitor: Visitor): Promise<string[]> =>
  [...(await text(visitor.get("/account"))).matchAll(/action="(\/account\/sessions\/[^"]+)"/g)].map(
    ([, path]) => path ?? "",
  );

describe("the account", () => {
  test("lists where I am signed in, this browser first, and what ended by itself not any more", async () => {
    const bench = createBench();
    const api = apiClient(bench);
    const old = await signedIn(bench, "alice");
    await api.signIn("alice");
    await signedIn(bench, "bob");
    bench.clock.pass(1.5 * hour);
    const alice = await signedIn(bench, "alice");
    const page = await text(alice.get("/account"));
    expect(page.match(/<span class="title">(?:Browser|Command line)/g)).toEqual([
      `<span class="title">Browser`,
      `<span class="title">Browser`,
      `<span class="title">Command line`,
    ]);
    expect(page.indexOf("This one")).toBeLessThan(page.indexOf("Command line"));
    expect(page).toContain(`<a href="/notifications">`);
    expect(page).toContain("No refresh token is kept.");
    for (const id of bench.sessions.keys()) expect(page).not.toContain(id.slice(4, 30));
    bench.clock.pass(hour);
    expect(await ends(alice)).toHaveLength(2);
    expect((await old.get("/account")).status).toBe(303);
  });

  test("ends another of my sessions, its access token at GitHub too", async () => {
    const bench = createBench();
    const [here, there] = [await signedIn(bench, "alice"), await signedIn(bench, "alice")];
    const [, other = ""] = await ends(here);
    const response = await here.post(other, {});
    expect(response.headers.get("location")).toBe("/account?done=session-ended");
    expect(await text(here.get("/account?done=session-ended"))).toContain("That session is over.");
    expect((await there.get("/account")).status).toBe(303);
    expect(bench.revoked).toEqual(["ghu_alice"]);
    expect((await here.post(other, {})).status).toBe(404);
  });

  test("ends this one: I am signed out, and the cookie is gone", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    const [own = ""] = await ends(alice);
    expect((await alice.post(own, {})).headers.get("location")).toBe("/?done=signed-out");
    expect([alice.cookies.has("__Host-countersign"), bench.sessions.size]).toEqual([false, 0]);
  });

  test("nobody else's session can be ended", async () => {
    const bench = createBench();
    const [own = ""] = await ends(await signedIn(bench, "bob"));
    const mallory = await signedIn(bench, "mallory");
    expect((await mallory.post(own, {})).status).toBe(404);
    expect(bench.sessions.size).toBe(2);
    expect(bench.revoked).toEqual([]);
  });

  test("signs me out everywhere, command lines too; other people stay; GitHub forgets each token", async () => {
    const bench = createBench();
    const api = apiClient(bench);
    const [here, there, bob] = [
      await signedIn(bench, "alice"),
      await signedIn(bench, "alice"),
      await signedIn(bench, "bob"),
    ];
    const program = await api.signIn("alice");
    const response = await here.post("/account/sign-out-everywhere", {});
    expect(response.headers.get("location")).toBe("/?done=signed-out-everywhere");
    expect(await text(here.get("/?done=signed-out-everywhere"))).toContain("signed out everywhere");
    expect((await there.get("/account")).status).toBe(303);
    expect((await api.send("GET", "/sessions", undefined, program)).status).toBe(401);
    expect((await bob.get("/account")).status).toBe(200);
    expect(bench.revoked).toEqual(["ghu_alice", "ghu_alice", "ghu_alice"]);
  });

  test("every session ends here also where GitHub takes back no token", async () => {
    const bench = createBench();
    bench.trouble.revoke = new GitHubError("unavailable", "revoke", "socket hang up");
    const alice = await signedIn(bench, "alice");
    expect((await alice.post("/account/sign-out-everywhere", {})).status).toBe(303);
    expect(bench.sessions.size).toBe(0);
    expect(JSON.stringify(bench.logged)).not.toContain("ghu_");
  });

  test("a form that was sent too late leads back to the account after signing in", async () => {
    const bench = createBench();
    const alice = await signedIn(bench, "alice");
    bench.sessions.clear();
    expect(await text(alice.post("/account/sign-out-everywhere", {}))).toContain("/sign-in?return_to=%2Faccount");
  });
});

describe("sessions for programs", () => {
  test("are listed with what they are, and ended one by one, this one too", async () => {
    const bench = createBench();
    const api = apiClient(bench);
    await signedIn(bench, "alice");
    const headers = await api.signIn("alice");
    const { body } = await api.send("GET", "/sessions", undefined, headers);
    const sessions = body["sessions"] as Array<Record<string, unknown>>;
    expect(sessions).toMatchObject([
      { kind: "command-line", current: true, expiresAt: "2026-11-23T18:00:00.000Z" },
      { kind: "browser", current: false, createdAt: "2026-11-23T10:00:00.000Z" },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/ghu_|sealed|person/);
    const remove = async (id: unknown) =>
      (await api.send("DELETE", `/sessions/${String(id)}`, undefined, headers)).status;
    expect(await remove(sessions[1]?.["id"])).toBe(204);
    expect(await remove(sessions[1]?.["id"])).toBe(404);
    expect(await remove([...bench.sessions.keys()][0])).toBe(404);
    expect(await remove(sessions[0]?.["id"])).toBe(204);
    expect(await remove(sessions[0]?.["id"])).toBe(401);
    expect(bench.revoked).toHaveLength(2);
  });
});
