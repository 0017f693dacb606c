import { describe, expect, test } from "vitest";
import { freshStore } from "../support/database.ts";
import { createBench, widget } from "./bench.ts";
import { beginSignIn, signedIn, stranger } from "./visitor.ts";

const hour = 3_600_000;
const cookie = "__Host-countersign";

describe("signing in", () => {
  test("leads to GitHub with a state and a challenge, and back to where one came from", async () => {
    const bench = createBench();
    const visitor = stranger(bench);
    const away = await visitor.get("/sign-in?return_to=%2Freleases%2Fr1%3Fa%3Db");
    expect(away.status).toBe(303);
    const url = new URL(away.headers.get("location") ?? "");
    expect(url.searchParams.get("uri")).toBe("https://countersign.test/sign-in/callback");
    expect(url.searchParams.get("challenge")).toMatch(/^[\w-]{43}$/);
    const back = await visitor.get(`/sign-in/callback?code=alice&state=${url.searchParams.get("state")}`);
    expect(back.headers.get("location")).toBe("/releases/r1?a=b");
    expect(await (await visitor.get("/")).text()).toContain("Signed in as <strong>alice</strong>");
  });

  test("sets a cookie that script can't read, bound to this host over https", async () => {
    const bench = createBench();
    const visitor = stranger(bench);
    const state = await beginSignIn(visitor);
    const back = await visitor.get(`/sign-in/callback?code=alice&state=${state}`);
    expect(back.headers.getSetCookie().join("\n")).toMatch(
      /^__Host-countersign=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/m,
    );
  });

  test("uses a plain cookie on loopback http", async () => {
    const bench = createBench({}, { publicUrl: "http://127.0.0.1:4000" });
    const visitor = await signedIn(bench, "alice");
    expect([...visitor.cookies.keys()]).toContain("countersign");
  });

  test("takes a state once", async () => {
    const visitor = stranger(createBench());
    const state = await beginSignIn(visitor);
    await visitor.get(`/sign-in/callback?code=alice&state=${state}`);
    const again = await visitor.get(`/sign-in/callback?code=alice&state=${state}`);
    expect(again.status).toBe(400);
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test("refuses a state that another browser began", async () => {
    const bench = createBench();
    const state = await beginSignIn(stranger(bench));
    const victim = stranger(bench);
    await beginSignIn(victim);
    const response = await victim.get(`/sign-in/callback?code=mallory&state=${state}`);
    expect(response.status).toBe(400);
    expect(victim.cookies.has(cookie)).toBe(false);
  });

  test("refuses a state after ten minutes, a code that GitHub refuses, and a person who says no", async () => {
    const bench = createBench();
    const visitor = stranger(bench);
    const late = await beginSignIn(visitor);
    bench.clock.pass(10 * 60_000 + 1);
    expect((await visitor.get(`/sign-in/callback?code=alice&state=${late}`)).status).toBe(400);
    const wrong = await beginSignIn(visitor);
    expect((await visitor.get(`/sign-in/callback?code=replayed&state=${wrong}`)).status).toBe(400);
    const denied = await beginSignIn(visitor);
    expect((await visitor.get(`/sign-in/callback?error=access_denied&state=${denied}`)).status).toBe(403);
    expect(visitor.cookies.has(cookie)).toBe(false);
  });

  test("gives the session a new name, whatever cookie came along", async () => {
    const bench = createBench();
    const visitor = stranger(bench);
    const planted = "A".repeat(43);
    visitor.cookies.set(cookie, planted);
    const state = await beginSignIn(visitor);
    await visitor.get(`/sign-in/callback?code=alice&state=${state}`);
    expect(visitor.cookies.get(cookie)).not.toBe(planted);
    expect(bench.sessions.size).toBe(1);
  });

  test("ends the session before it, at GitHub too", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    const state = await beginSignIn(visitor);
    await visitor.get(`/sign-in/callback?code=bob&state=${state}`);
    expect([...bench.sessions.values()].map((row) => row.personLogin)).toEqual(["bob"]);
    expect(bench.revoked).toEqual(["ghu_alice"]);
  });

  test("stores neither the cookie nor the access token as they are", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    const stored = JSON.stringify([...bench.sessions.values()]);
    expect(stored).not.toContain(visitor.cookies.get(cookie));
    expect(stored).not.toContain("ghu_alice");
  });
});

describe("a session", () => {
  test("ends after two hours without a visit", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    bench.clock.pass(2 * hour - 1);
    expect((await visitor.get("/tokens")).status).toBe(200);
    bench.clock.pass(2 * hour);
    expect((await visitor.get("/tokens")).headers.get("location")).toBe("/sign-in?return_to=%2Ftokens");
    expect(bench.sessions.size).toBe(0);
  });

  test("isn't kept alive by a page that refreshes itself", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    for (let minutes = 0; minutes < 120; minutes += 30) {
      await visitor.get("/", { "x-live": "old" });
      await (await visitor.get("/live", { accept: "text/event-stream" })).body?.cancel();
      bench.clock.pass(30 * 60_000);
    }
    expect((await visitor.get("/releases/r1", { "x-live": "old" })).status).toBe(401);
  });

  test("ends after eight hours in any case", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    for (let hours = 0; hours < 8; hours++) {
      expect((await visitor.get("/tokens")).status).toBe(200);
      bench.clock.pass(hour);
    }
    expect((await visitor.get("/tokens")).status).toBe(303);
  });

  test("ends at sign-out, with its access token", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    const response = await visitor.post("/sign-out", {});
    expect(response.headers.get("location")).toBe("/?done=signed-out");
    expect(visitor.cookies.has(cookie)).toBe(false);
    expect(bench.sessions.size).toBe(0);
    expect(bench.revoked).toEqual(["ghu_alice"]);
  });

  test("ends where GitHub doesn't take its access token any more", async () => {
    const bench = createBench();
    const visitor = await signedIn(bench, "alice");
    const { GitHubError } = await import("../../src/github/types.ts");
    bench.trouble.github = new GitHubError("unauthorized", "visibleRepositories", "Bad credentials");
    expect((await visitor.get("/tokens")).headers.get("location")).toBe("/sign-in?return_to=%2Ftokens");
    expect(bench.sessions.size).toBe(0);
  });
});

test("with the real store: in, seen, out, and nothing left", async () => {
  const { store, close } = await freshStore();
  try {
    await store.repositories.see(widget, new Date());
    const bench = createBench({}, { store });
    const visitor = await signedIn(bench, "alice");
    expect((await visitor.get("/tokens")).status).toBe(200);
    expect(await store.people.byLogin("alice")).toEqual({ id: 100, login: "alice" });
    const old = new Map(visitor.cookies);
    await visitor.post("/sign-out", {});
    for (const [name, value] of old) visitor.cookies.set(name, value);
    expect((await visitor.get("/tokens")).status).toBe(303);
  } finally {
    await close();
  }
});
