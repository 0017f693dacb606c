import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookAtToken } from "../../action/src/token.ts";
import { startRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";

const token = "npm_aBcD0000000000000000000000000000007890";
const shown = "npm_aBcD...7890";
const unknown = { npmUser: null, mayWrite: null, expiresAt: null, bypass2fa: null, dead: false };
let registry: Registry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.tokens.set(token, "alice-npm");
});
afterEach(async () => await registry.close());

const look = async (timeoutMs = 5000) => await lookAtToken(registry.url, token, "@acme/widget", timeoutMs);

describe("what the step asks the registry of a token", () => {
  it("is whose it is, whether they may write the package, and what the list of tokens tells of this one", async () => {
    registry.listed = [
      [{ token: "npm_aBcD...7891", expiry: "2027-01-01T00:00:00.000Z", bypass_2fa: true }],
      [{ token: shown, expiry: "2026-12-24T12:00:00.000Z", bypass_2fa: false, readonly: false }],
    ];
    const expiresAt = "2026-12-24T12:00:00.000Z";
    expect(await look()).toEqual({ npmUser: "alice-npm", mayWrite: true, expiresAt, bypass2fa: false, dead: false });
    expect(registry.asked.toSorted()).toEqual([
      ...["GET /-/npm/v1/tokens otp=no", "GET /-/npm/v1/tokens otp=no"],
      ...["GET /-/package/@acme%2fwidget/collaborators otp=no", "GET /-/whoami otp=no"],
    ]);
  });

  it("is unknown where npm lists tokens to sessions only, and where the package isn't there yet", async () => {
    registry.collaborators = null;
    expect(await look()).toEqual({ ...unknown, npmUser: "alice-npm" });
  });

  it.each([
    ["read-only", false],
    ["read", false],
    ["write", true],
    ["owner", null],
    [1, null],
  ])("is for a right %j: may write %j", async (right, mayWrite) => {
    registry.collaborators = { "alice-npm": right };
    expect((await look()).mayWrite).toBe(mayWrite);
  });

  it("takes nobody who isn't named for one who may not", async () => {
    for (const collaborators of [
      { "bob-npm": "read-write" },
      {},
      [],
      "alice-npm",
      null,
      { constructor: "read-only" },
    ]) {
      registry.collaborators = collaborators;
      expect((await look()).mayWrite).toBeNull();
    }
    registry.tokens.set(token, "constructor");
    registry.collaborators = { "alice-npm": "read-only" };
    expect(await look()).toMatchObject({ npmUser: "constructor", mayWrite: null });
  });

  it("takes a token that may only read for one that can't write, whatever its user may", async () => {
    registry.listed = [[{ token: shown, readonly: true }]];
    expect((await look()).mayWrite).toBe(false);
  });

  it("takes two that look alike, one of another form, and a list that leads elsewhere for unknown", async () => {
    const one = { token: shown, expiry: "2026-12-24T12:00:00.000Z", bypass_2fa: true };
    for (const listed of [
      [[one, one]],
      [[{ ...one, token: "5e34cd" }]],
      [[{ ...one, token }]],
      [[{ ...one, token: 7 }]],
      [{}],
    ]) {
      registry.listed = listed;
      expect(await look()).toMatchObject({ expiresAt: null, bypass2fa: null });
    }
    registry.listed = [[{ ...one, expiry: "soon", bypass_2fa: "yes" }]];
    expect(await look()).toMatchObject({ expiresAt: null, bypass2fa: null });
    registry.probes.tokens = JSON.stringify({ objects: [one], urls: { next: "https://elsewhere.example/tokens" } });
    expect(await look()).toMatchObject({ expiresAt: null, bypass2fa: null });
  });

  const odd = [
    401,
    403,
    404,
    429,
    500,
    503,
    "",
    "<html>",
    "null",
    "[]",
    "7",
    '{"username":7,"objects":{}}',
    '{"username":""}',
  ];
  it.each(odd)("is unknown where whoami answers %j, and the rest is looked at all the same", async (answer) => {
    registry.probes.whoami = answer;
    registry.listed = [[{ token: shown, bypass_2fa: true }]];
    expect(await look()).toEqual({ ...unknown, bypass2fa: true });
  });

  it.each(odd)("is unknown where the collaborators are %j", async (answer) => {
    registry.probes.collaborators = answer;
    expect(await look()).toEqual({ ...unknown, npmUser: "alice-npm" });
  });

  it.each(odd)("is unknown where the list of tokens is %j", async (answer) => {
    registry.probes.tokens = answer;
    expect(await look()).toEqual({ ...unknown, npmUser: "alice-npm", mayWrite: true });
  });

  it("waits for none of them longer than its own time", async () => {
    registry.probes = { whoami: "never", collaborators: "never", tokens: "never" };
    expect(await look(50)).toEqual(unknown);
    registry.probes = { tokens: "never" };
    expect(await look(300)).toEqual({ ...unknown, npmUser: "alice-npm", mayWrite: true });
  });

  it("takes a name with a line break or a blank in it for none", async () => {
    for (const name of ["alice\n::add-path::/x", "a b", "x".repeat(215)]) {
      registry.tokens.set(token, name);
      expect((await look()).npmUser).toBeNull();
    }
  });

  it("calls a token dead only where both whoami and the package's collaborators answer 401", async () => {
    registry.tokens.clear();
    expect(await look()).toEqual({ ...unknown, dead: true });
    registry.probes.collaborators = 404;
    expect((await look()).dead).toBe(false);
    registry.probes = { whoami: 403 };
    expect((await look()).dead).toBe(false);
  });
});
