import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSetting } from "./setting.ts";
import type { Setting } from "./setting.ts";

describe("the simulated GitHub's device flow", () => {
  let at: Setting;
  beforeEach(async () => {
    at = await openSetting();
    at.app.deviceFlow = true;
  });
  afterEach(async () => {
    await at.close();
    at.judge.assertClean();
  });

  async function post(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    const answer = await fetch(at.github.url + path, { method: "POST", body: new URLSearchParams(fields) });
    return (await answer.json()) as Record<string, unknown>;
  }
  const begin = async (): Promise<Record<string, unknown>> =>
    await post("/login/device/code", { client_id: at.app.clientId });
  const poll = async (code: unknown, clientId = at.app.clientId): Promise<Record<string, unknown>> => {
    at.clock.advance(5000);
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    return await post("/login/oauth/access_token", { client_id: clientId, device_code: String(code), grant_type });
  };

  test("gives a person's token, once, after the code was entered on its page", async () => {
    const codes = await begin();
    expect(codes).toMatchObject({ expires_in: 900, interval: 5, verification_uri: `${at.github.url}/login/device` });
    expect(codes["user_code"]).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    expect(await poll(codes["device_code"])).toMatchObject({ error: "authorization_pending" });
    const page = await fetch(`${at.github.url}/login/device`, {
      method: "POST",
      body: new URLSearchParams({ user_code: String(codes["user_code"]), login: "alice" }),
    });
    expect(await page.text()).toContain("connected");
    const granted = await poll(codes["device_code"]);
    expect(granted).toMatchObject({ token_type: "bearer", expires_in: 28_800, scope: "" });
    expect((await at.call(String(granted["access_token"]), "GET /user")).body).toMatchObject({ login: "alice" });
    expect(await poll(codes["device_code"])).toMatchObject({ error: "incorrect_device_code" });
  });

  test("whoever polls too soon has to wait longer from then on", async () => {
    const { device_code } = await begin();
    await poll(device_code);
    at.clock.advance(-4000);
    expect(await poll(device_code)).toMatchObject({ error: "slow_down", interval: 10 });
    expect(await poll(device_code)).toMatchObject({ error: "slow_down", interval: 15 });
  });

  test("a person may say no, come late, or enter what isn't there", async () => {
    const first = await begin();
    at.github.denyDevice(String(first["user_code"]), at.alice);
    expect(await poll(first["device_code"])).toMatchObject({ error: "access_denied" });
    const second = await begin();
    at.clock.advance(900_000);
    expect(() => at.github.approveDevice(String(second["user_code"]), at.alice)).toThrow("no such code");
    expect(await poll(second["device_code"])).toMatchObject({ error: "expired_token" });
    expect(() => at.github.approveDevice("AAAA-BBBB", at.alice)).toThrow("no such code");
  });

  test("is off until the app's owner switches it on, and is each app's own", async () => {
    const { device_code, user_code } = await begin();
    const other = at.github.createApp({ slug: "other", permissions: {}, events: [] });
    expect(await post("/login/device/code", { client_id: other.clientId })).toMatchObject({
      error: "device_flow_disabled",
    });
    other.deviceFlow = true;
    at.github.approveDevice(String(user_code), at.alice);
    expect(await poll(device_code, other.clientId)).toMatchObject({ error: "incorrect_device_code" });
    expect(await post("/login/device/code", { client_id: "Iv1" })).toEqual({ error: "Not Found" });
  });

  test("a person's token reads an environment's key with write access alone", async () => {
    const key = "GET R/environments/npm/secrets/public-key".replace("R/", "/repos/acme/widget/");
    expect((await at.call(at.github.signIn(at.app, at.alice), key)).body).toMatchObject({ key_id: at.npm.keyId });
    at.widget.collaborators.set(at.mallory.id, "read");
    expect((await at.call(at.github.signIn(at.app, at.mallory), key)).status).toBe(403);
  });
});
