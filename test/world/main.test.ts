import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { AppProcess } from "../support/child.ts";
import { freshDatabase } from "../support/database.ts";
import { freePort } from "../support/story.ts";
import { WorldProcess } from "./process.ts";

describe("the world as a process of its own", () => {
  const open: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    while (open.length > 0) await open.pop()?.();
  });

  async function start(): Promise<WorldProcess> {
    const world = await WorldProcess.start(`http://127.0.0.1:${await freePort()}`);
    open.push(async () => await world.close());
    return world;
  }

  test("tells in one line all that an app needs, and the app talks with it", async () => {
    const world = await start();
    const database = await freshDatabase();
    open.push(database.drop);
    const keys = `k:${Buffer.alloc(32, 7).toString("base64")}`;
    const app = new AppProcess({ ...world.line.app, DATABASE_URL: database.url, COUNTERSIGN_KEYS: keys });
    open.push(async () => await app.stop());
    await app.start();
    await world.ask("say", { by: "alice", body: "/help" });
    await world.ask("untilSaid", { text: "/release" });
    await world.ask("untilIdle");
    expect(await world.ask("comments")).toMatchObject([{ by: "alice", body: "/help" }, { by: "app" }]);
    expect(await world.ask("violations")).toEqual([]);
    expect(await world.ask("secrets")).toEqual([]);
  });

  test("has an npm with accounts, tokens and codes", async () => {
    const world = await start();
    await world.ask("account", { name: "alice-npm", tfa: "totp" });
    const { token } = await world.ask<{ token: string }>("token", { account: "alice-npm", packages: ["@acme/widget"] });
    expect(await world.ask("code", { account: "alice-npm" })).toEqual({
      code: expect.stringMatching(/^\d{6}$/) as string,
    });
    const headers = { authorization: `Bearer ${token}` };
    const whoami = await fetch(new URL("/-/whoami", world.line.registry), { headers });
    expect(await whoami.json()).toEqual({ username: "alice-npm" });
    await fetch(new URL(`/-/user/token/${token}`, world.line.registry), { method: "DELETE", headers });
    expect(await world.ask("isAlive", { token })).toEqual({ alive: false });
    expect(JSON.stringify(await world.ask("registryLog"))).not.toContain(token);
    await world.ask("registryHabit", { listsTokens: true });
    await world.ask("collaborator", { account: "alice-npm", package: "@acme/widget", right: "read-only" });
    await world.ask("registryFault", { status: 503 });
    expect((await fetch(new URL("/x", world.line.registry))).status).toBe(503);
  });

  test("answers bad input with a sentence, and nobody without its key", async () => {
    const world = await start();
    await expect(world.ask("dance")).rejects.toThrow("There is no POST /dance: POST to one of say, comments");
    await expect(world.ask("say", { by: "nobody", body: "x" })).rejects.toThrow("say: ");
    await expect(world.ask("code", { account: "nobody" })).rejects.toThrow("There is no npm account nobody");
    await expect(world.ask("toString")).rejects.toThrow("There is no POST /toString");
    const { url } = world.line.control;
    expect((await fetch(`${url}comments`, { method: "POST" })).status).toBe(401);
    expect(await world.ask("comments")).toEqual([]);
  });

  test("ends with whoever started it, and when it is told to", async () => {
    const one = await start();
    expect(await one.close()).toBe(0);
    const other = await start();
    await other.ask("close");
    expect(await other.close()).toBe(0);
    expect(() => process.kill(other.pid, 0)).toThrow("ESRCH");
  });

  test("without the app's address it says what is missing", async () => {
    const main = join(import.meta.dirname, "main.ts");
    const run = promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", main]);
    await expect(run).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("--public-url is needed") as string,
    });
  });
});
