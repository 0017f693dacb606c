import { createHash, randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateKeyPair, open, seal } from "../../../src/domain/sealed-box.ts";
import { audienceOf, createIdTokenVerifier, createRunnerRoutes } from "../../../src/web/runner/index.ts";
import { alice, relayBench, subject, untold } from "../../desk/relay/bench.ts";
import type { RelayBench } from "../../desk/relay/bench.ts";
import { contentsOf } from "../../support/surveys.ts";
import { startIssuer } from "./issuer.ts";
import type { Issuer } from "./issuer.ts";

const publicUrl = "https://countersign.example";
let bench: RelayBench;
let issuer: Issuer;
let app: Hono;

beforeEach(async () => {
  bench = await relayBench({ publicUrl, policy: { registry: "https://registry.example.org/" } });
  issuer = await startIssuer(() => bench.claims());
  const verifyIdToken = createIdTokenVerifier({ issuer: issuer.url, publicUrl, clock: { now: () => new Date() } });
  app = createRunnerRoutes({ relay: bench.relay, verifyIdToken, store: bench.store, clock: bench.clock, publicUrl });
});
afterEach(async () => {
  await issuer.close();
  await bench.close();
});

async function send(
  method: string,
  path: string,
  bearer: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await app.request(path, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

async function openSession(step = "publish") {
  const keys = await generateKeyPair();
  const bearer = randomBytes(32).toString("base64url");
  const token = await issuer.sign(bench.claims(), audienceOf(publicUrl, keys.publicKey));
  const bearerHash = createHash("sha256").update(bearer).digest("hex");
  const answer = await send("POST", "/sessions", token, { publicKey: keys.publicKey, bearerHash, step });
  return { ...answer, keys, bearer, id: String(answer.body["session"]) };
}

describe("the runner's API", () => {
  it("carries a code from the page to the runner that waits for it", async () => {
    const job = await openSession();
    expect(job.status).toBe(201);
    expect(job.body).toEqual({
      session: job.id,
      release: {
        ...{ id: "r1", package: "@acme/widget", version: "1.2.0", tag: "latest", releaser: "alice" },
        mode: "otp",
        registry: "https://registry.example.org/",
      },
      revoke: false,
      secondBuild: false,
      maxWaitSeconds: 28 * 60,
    });
    expect((await send("POST", `/sessions/${job.id}/token`, job.bearer, untold)).status).toBe(204);
    const asked = await send("POST", `/sessions/${job.id}/challenges`, job.bearer, { kind: "code", subject });
    const challengeId = String(asked.body["challenge"]);
    expect(asked).toMatchObject({ status: 201, body: { url: `${publicUrl}/challenges/${challengeId}`, try: 1 } });
    expect((await send("GET", `/challenges/${challengeId}`, job.bearer)).body).toEqual({ state: "open" });

    const waiting = send("GET", `/challenges/${challengeId}?wait=20`, job.bearer);
    await bench.relay.answer({ person: alice, challengeId, sealed: await seal("123456", job.keys.publicKey) });
    const { body } = await waiting;
    expect(body["state"]).toBe("taken");
    expect(await open(String(body["sealed"]), job.keys)).toBe("123456");
    expect((await send("GET", `/challenges/${challengeId}?wait=20`, job.bearer)).body).toEqual({ state: "taken" });
    const accepted = { result: "accepted" };
    expect((await send("POST", `/challenges/${challengeId}/result`, job.bearer, accepted)).status).toBe(204);
    const told = { outcome: "published", shasum: "e".repeat(40) };
    expect((await send("POST", `/sessions/${job.id}/reports`, job.bearer, told)).status).toBe(204);
    expect((await bench.release()).runnerReport).toMatchObject(told);
  });

  it("says whether the release goes on, with each report too, and keeps what is reported late", async () => {
    const job = await openSession();
    expect(await send("GET", `/sessions/${job.id}`, job.bearer)).toMatchObject({ status: 200, body: { over: null } });
    await bench.change({ state: "failed", endText: "Other bytes.", endedAt: bench.clock.now(), holds: null });
    const over = "This release is over (failed). Other bytes.";
    expect(await send("GET", `/sessions/${job.id}`, job.bearer)).toMatchObject({ status: 200, body: { over } });
    const told = { outcome: "published", shasum: "e".repeat(40) };
    const late = await send("POST", `/sessions/${job.id}/reports`, job.bearer, told);
    expect(late).toMatchObject({ status: 200, body: { over } });
    expect((await bench.release()).runnerReport).toMatchObject(told);
    expect((await send("GET", `/sessions/${job.id}`, "x".repeat(43))).status).toBe(401);
    expect((await send("GET", "/sessions/another", job.bearer)).status).toBe(401);
  });

  it("refuses forged, foreign, late and early OIDC tokens, each with a sentence", async () => {
    const { publicKey } = await generateKeyPair();
    const audience = audienceOf(publicUrl, publicKey);
    const other = audienceOf(publicUrl, (await generateKeyPair()).publicKey);
    const at = (seconds: number): { at: Date } => ({ at: new Date(Date.now() + seconds * 1000) });
    const good = await issuer.sign(bench.claims(), audience);
    const [head, , signature] = good.split(".");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    const { jti: _, ...nameless } = bench.claims();
    for (const token of [
      await issuer.sign(bench.claims(), audience, { key: "foreign" }),
      await issuer.sign(bench.claims(), audience, { issuer: "https://elsewhere.example" }),
      await issuer.sign(bench.claims(), other),
      await issuer.sign(bench.claims(), `https://elsewhere.example/runner/${audience.split("/").at(-1)}`),
      await issuer.sign(bench.claims(), audience, at(-400)),
      await issuer.sign(bench.claims(), audience, at(120)),
      await issuer.sign(nameless, audience),
      `${head}.${Buffer.from(JSON.stringify(bench.claims())).toString("base64url")}.${signature}`,
      `${unsigned}.${good.split(".")[1]}.`,
      "this-is-no-token-at-all",
    ]) {
      const body = { publicKey, bearerHash: "0".repeat(64), step: "publish" };
      const answer = await send("POST", "/sessions", token, body);
      expect(answer).toMatchObject({ status: 401, body: { code: "proof-invalid" } });
      expect(JSON.stringify(answer.body)).not.toContain(token);
    }
    expect(await bench.audit()).toEqual([]);
  });

  it("says that GitHub's keys can't be read, when they can't", async () => {
    const { publicKey } = await generateKeyPair();
    const token = await issuer.sign(bench.claims(), audienceOf(publicUrl, publicKey));
    await issuer.close();
    const answer = await send("POST", "/sessions", token, { publicKey, bearerHash: "0".repeat(64), step: "publish" });
    expect(answer).toMatchObject({ status: 503, body: { code: "github-unavailable" } });
  });

  it("opens one session with one token", async () => {
    const keys = await generateKeyPair();
    const token = await issuer.sign(bench.claims(), audienceOf(publicUrl, keys.publicKey));
    const body = (digit: string) => ({ publicKey: keys.publicKey, bearerHash: digit.repeat(64), step: "publish" });
    expect((await send("POST", "/sessions", token, body("0"))).status).toBe(201);
    expect(await send("POST", "/sessions", token, body("1"))).toMatchObject({ status: 401 });
  });

  it("knows a session by its bearer alone, while it lives", async () => {
    const job = await openSession();
    const body = { kind: "code", subject };
    expect((await send("POST", `/sessions/${job.id}/challenges`, "x".repeat(43), body)).status).toBe(401);
    expect((await send("POST", "/sessions/another/challenges", job.bearer, body)).status).toBe(401);
    expect((await app.request(`/sessions/${job.id}/reports`, { method: "POST" })).status).toBe(401);
    bench.clock.add(30 * 60);
    expect((await send("POST", `/sessions/${job.id}/challenges`, job.bearer, body)).status).toBe(401);
  });

  it("refuses bodies of another form, and repeats nothing of them", async () => {
    const job = await openSession();
    const canary = "npm_canaryCANARYcanaryCANARYcanaryCANARY";
    for (const body of [
      canary,
      {},
      { kind: "code", subject: { ...subject, name: "" } },
      { kind: "code", subject, otp: canary },
      { kind: canary, subject },
      { kind: "link", subject },
      { kind: "code", subject: { ...subject, shasum: canary } },
    ]) {
      const answer = await send("POST", `/sessions/${job.id}/challenges`, job.bearer, body);
      expect(answer).toMatchObject({ status: 400, body: { code: "bad-input" } });
      expect(JSON.stringify(answer.body)).not.toContain(canary);
    }
    const long = { kind: "code", subject, more: "x".repeat(17_000) };
    expect((await send("POST", `/sessions/${job.id}/challenges`, job.bearer, long)).status).toBe(413);
    expect((await send("GET", "/challenges/none?wait=1e9", job.bearer)).status).toBe(400);
    expect((await send("GET", "/challenges/none", job.bearer)).status).toBe(404);
    expect((await send("GET", "/elsewhere", job.bearer)).status).toBe(404);
  });

  it("takes what was seen of the token, or stops the release with a sentence", async () => {
    const job = await openSession();
    const path = `/sessions/${job.id}/token`;
    const seen = { npmUser: "alice-npm", mayWrite: true, expiresAt: "2026-12-01T10:00:00Z", bypass2fa: false };
    const { npmUser: _, ...without } = seen;
    for (const body of [
      ...[without, { ...seen, expiresAt: "tomorrow" }, { ...seen, mayWrite: "yes" }, { ...seen, npmUser: "a\nb" }],
      ...[{ ...seen, token: "npm_x" }, []],
    ])
      expect(await send("POST", path, job.bearer, body)).toMatchObject({ status: 400, body: { code: "bad-input" } });
    expect((await send("POST", path, "x".repeat(43), seen)).status).toBe(401);
    expect(await send("POST", path, job.bearer, seen)).toEqual({ status: 204, body: {} });
    expect((await bench.token()).seen).toMatchObject({ ...seen, expiresAt: "2026-12-01T10:00:00.000Z" });
    const refused = await send("POST", path, job.bearer, { ...seen, npmUser: "mallory-npm" });
    expect(refused).toMatchObject({ status: 409, body: { code: "token-refused" } });
    expect(refused.body["message"]).toContain("alice seals another one at https://countersign.example/tokens/new?");
  });

  it("takes a long description of the tarball, and one of no other form", async () => {
    const job = await openSession();
    const path = `/sessions/${job.id}/contents`;
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`lib/${at}.js`, `${at}\n`.repeat(60)]));
    const contents = contentsOf({ "package.json": "{}", ...many }, null);
    expect(JSON.stringify(contents).length).toBeGreaterThan(100_000);
    expect(await send("POST", path, job.bearer, contents)).toEqual({ status: 204, body: {} });
    expect((await bench.store.contents.of("r1"))?.document).toEqual(contents);
    for (const body of [
      ...[{}, [], { ...contents, form: 2 }, { ...contents, more: 1 }, { ...contents, shasum: "x" }],
      ...[
        { ...contents, files: [{ ...contents.files[0], path: "a\u0000" }] },
        { ...contents, manifest: [{ at: ["\ud800"] }] },
      ],
    ])
      expect(await send("POST", path, job.bearer, body)).toMatchObject({ status: 400, body: { code: "bad-input" } });
    expect((await send("POST", path, "x".repeat(43), contents)).status).toBe(401);
    const longer = await send("POST", path, job.bearer, { ...contents, more: "x".repeat(600_000) });
    expect(longer).toMatchObject({ status: 413, body: { message: "The body is larger than 512 KB." } });
    // Other paths are as short as before, whatever they are called.
    expect((await send("POST", `/sessions/${job.id}/reports`, job.bearer, contents)).status).toBe(413);
  });

  it("lets a request that was given up take no answer with it", async () => {
    const job = await openSession();
    await send("POST", `/sessions/${job.id}/token`, job.bearer, untold);
    const asked = await send("POST", `/sessions/${job.id}/challenges`, job.bearer, { kind: "code", subject });
    const challengeId = String(asked.body["challenge"]);
    const giveUp = new AbortController();
    const headers = { authorization: `Bearer ${job.bearer}` };
    const waiting = app.request(`/challenges/${challengeId}?wait=20`, { headers, signal: giveUp.signal });
    giveUp.abort();
    expect(await (await waiting).json()).toEqual({ state: "open" });
    await bench.relay.answer({ person: alice, challengeId, sealed: await seal("123456", job.keys.publicKey) });
    expect((await send("GET", `/challenges/${challengeId}?wait=20`, job.bearer)).body["state"]).toBe("taken");
  });
});
