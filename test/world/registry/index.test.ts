import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner } from "../runner/index.ts";
import { startRegistry } from "./index.ts";
import { createNpm } from "./npm.ts";
import type { Npm, Said } from "./npm.ts";

describe("the registry, asked by the real npm", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let npm: Npm;
  let now = new Date();
  const codes: string[] = [];
  let codeOfAlice = "";
  beforeAll(async () => {
    registry = await startRegistry({ now: () => now });
    npm = await createNpm(registry);
  });
  afterAll(async () => {
    await npm.close();
    await registry.close();
  });

  async function publish(name: string, token: string, env: Record<string, string> = {}): Promise<Said> {
    await npm.write({ name, version: "1.0.0" });
    return await npm.run(["publish", "--json"], token, env);
  }

  test("without a code a publish is refused with EOTP; with the code it passes; the same code doesn't pass twice", async () => {
    const alice = await registry.account("alice", { tfa: "totp" });
    const token = registry.token("alice", { packages: ["one", "two"] });
    const refused = await publish("one", token);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.output).toContain("EOTP");
    const code = alice.totp();
    codeOfAlice = code;
    expect(await publish("one", token, { NPM_CONFIG_OTP: code })).toMatchObject({ status: 0 });
    expect((await registry.published("one"))?.versions["1.0.0"]?._npmUser?.name).toBe("alice");
    expect((await publish("two", token, { NPM_CONFIG_OTP: code })).output).toContain("EOTP");
  });

  test("a passkey account gets a link, and the proof behind it passes once", async () => {
    const carol = await registry.account("carol", { tfa: "web" });
    const token = registry.token("carol", { packages: ["three"] });
    const { output } = await publish("three", token);
    const authUrl = /http:\/\/127\.0\.0\.1:\d+\/auth\/cli\/[\w-]+/.exec(output)?.[0] ?? "";
    const doneUrl = /http:\/\/127\.0\.0\.1:\d+\/-\/v1\/done\?authId=[\w-]+/.exec(output)?.[0] ?? "";
    expect((await fetch(doneUrl)).status).toBe(202);
    await carol.confirm(authUrl);
    const { token: otp } = (await (await fetch(doneUrl)).json()) as { token: string };
    expect(await publish("three", token, { NPM_CONFIG_OTP: otp })).toMatchObject({ status: 0 });
  });

  test("a token revoked by possession is dead, and a token publishes only its packages", async () => {
    await registry.account("bob", { tfa: null });
    const token = registry.token("bob", { packages: ["four"] });
    expect((await publish("five", token)).output).toContain("E403");
    const url = new URL(`/-/user/token/${token}`, registry.url);
    expect((await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(registry.isAlive(token)).toBe(false);
    expect((await publish("four", token)).output).toContain("E401");
  });

  test("five wrong codes are followed by 429", async () => {
    const dora = await registry.account("dora", { tfa: "totp" });
    const token = registry.token("dora", { packages: ["six"] });
    for (let tries = 0; tries < 5; tries += 1) await publish("six", token, { NPM_CONFIG_OTP: dora.wrongCode() });
    expect((await publish("six", token, { NPM_CONFIG_OTP: dora.totp() })).output).toContain("429");
  });

  test("five minutes after the last wrong code npm listens again", async () => {
    const fred = await registry.account("fred", { tfa: "totp" });
    const token = registry.token("fred", { packages: ["seven"] });
    for (let tries = 0; tries < 5; tries += 1) await put("seven", token, fred.wrongCode());
    expect(await put("seven", token, fred.totp())).toBe(429);
    now = new Date(now.getTime() + 5 * 60_000);
    expect(await put("seven", token, fred.totp())).toBe(201);
  });

  test("a recovery code and a token that needs no second factor pass; a recovery code passes once", async () => {
    const gina = await registry.account("gina", { tfa: "totp" });
    const token = registry.token("gina", { packages: ["eight", "nine", "ten"] });
    expect(gina.recovery[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await put("eight", token, gina.recovery[0])).toBe(201);
    expect(await put("nine", token, gina.recovery[0])).toBe(401);
    expect(await put("ten", registry.token("gina", { packages: ["ten"], bypass2fa: true }))).toBe(201);
  });

  test("an expired token is dead, a reading one doesn't publish, and nobody publishes without one", async () => {
    await registry.account("hugo", { tfa: null });
    const short = registry.token("hugo", { packages: ["eleven"], expiresAt: new Date(now.getTime() + 1000) });
    expect(registry.isAlive(short)).toBe(true);
    now = new Date(now.getTime() + 1000);
    expect(await put("eleven", short)).toBe(401);
    expect(await put("eleven", registry.token("hugo", { packages: ["eleven"], readOnly: true }))).toBe(403);
    expect(await put("eleven", "")).toBe(401);
    expect(await registry.published("eleven")).toBeNull();
  });

  test("a version is published once; tags and removals need the same proof as a publish", async () => {
    await registry.seed("twelve", "1.0.0");
    const ida = await registry.account("ida", { tfa: "totp" });
    const token = registry.token("ida", { packages: ["twelve"] });
    expect(await put("twelve", token, ida.totp())).toBe(403);
    const tag = new URL("/-/package/twelve/dist-tags/next", registry.url);
    const of = { method: "PUT", body: '"1.0.0"', headers: { "content-type": "application/json" } };
    expect((await fetch(tag, of)).status).toBe(401);
    expect((await fetch(new URL("/twelve/-rev/1", registry.url), { method: "DELETE" })).status).toBe(401);
    const added = await npm.run(["dist-tag", "add", "twelve@1.0.0", "next"], token, {
      NPM_CONFIG_OTP: ida.recovery[0] ?? "",
    });
    expect(added).toMatchObject({ status: 0 });
    expect((await registry.published("twelve"))?.["dist-tags"]).toEqual({ latest: "1.0.0", next: "1.0.0" });
  });

  test("npm reads what was published: its whoami, its versions and the bytes", async () => {
    await registry.account("jane", { tfa: null });
    const token = registry.token("jane", { packages: ["@acme/thirteen"] });
    expect((await npm.run(["whoami"], token)).output.trim()).toBe("jane");
    expect(await publish("@acme/thirteen", token, { NPM_CONFIG_ACCESS: "public" })).toMatchObject({ status: 0 });
    const viewed = await npm.run(["view", "@acme/thirteen", "dist.tarball"], token);
    expect(viewed.output.trim().startsWith(registry.url)).toBe(true);
    expect((await fetch(viewed.output.trim())).status).toBe(200);
  });

  test("npm reads a package's collaborators, and lists tokens, shortened, where the registry lets a token do that", async () => {
    await registry.account("kim", { tfa: null });
    const token = registry.token("kim", { packages: ["sixteen"], bypass2fa: true });
    expect((await npm.run(["access", "list", "collaborators", "sixteen", "--json"], token)).output).toContain("E404");
    await publish("sixteen", token);
    const collaborators = async (): Promise<unknown> =>
      JSON.parse((await npm.run(["access", "list", "collaborators", "sixteen", "--json"], token)).output);
    expect(await collaborators()).toEqual({ kim: "read-write" });
    registry.collaborator("sixteen", "kim", "read-only");
    expect(await collaborators()).toEqual({ kim: "read-only" });
    expect((await npm.run(["token", "list", "--json"], token)).output).toContain("E403");
    for (let more = 0; more < 11; more += 1) registry.token("kim", {});
    registry.habits.listsTokens = true;
    const listed = JSON.parse((await npm.run(["token", "list", "--json"], token)).output) as Array<
      Record<string, unknown>
    >;
    registry.habits.listsTokens = false;
    expect(listed).toHaveLength(12);
    const own = listed.filter((one) => one["token"] === `${token.slice(0, 8)}...${token.slice(-4)}`);
    expect(own).toMatchObject([{ bypass_2fa: true, readonly: false, expiry: expect.stringMatching(/^20/) as string }]);
    expect(JSON.stringify(listed)).not.toContain(token);
  });

  test("a trusted publisher's job gets a token for an hour that needs no second factor; any other claim gets none", async () => {
    const runner = await createRunner({ now: () => now });
    try {
      const trust = { repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: runner.issuer };
      const url = new URL("/-/npm/v1/oidc/token/exchange/package/fourteen", registry.url);
      const ask = async (different: Record<string, string> = {}, foreign = false): Promise<Response> => {
        const workflow = "acme/widget/.github/workflows/publish.yml@refs/heads/main";
        const claims = { repository: "acme/widget", environment: "npm", workflow_ref: workflow, ...different };
        const jwt = await runner.mint(claims, `npm:${url.hostname}`, { foreign });
        return await fetch(url, { method: "POST", headers: { authorization: `Bearer ${jwt}` } });
      };
      expect((await ask()).status).toBe(404);
      registry.trust("fourteen", trust);
      expect((await ask({ environment: "other" })).status).toBe(401);
      expect((await ask({ workflow_ref: "acme/widget/.github/workflows/other.yml@refs/heads/main" })).status).toBe(401);
      expect((await ask({ repository: "evil/widget" })).status).toBe(401);
      expect((await ask({}, true)).status).toBe(401);
      const { token } = (await (await ask()).json()) as { token: string };
      expect(await put("fourteen", token)).toBe(201);
      now = new Date(now.getTime() + 3_600_000);
      expect(registry.isAlive(token)).toBe(false);
    } finally {
      await runner.close();
    }
  });

  test("faults: cut connections, and statuses by request", async () => {
    registry.faults.status = (method) => (method === "GET" ? 503 : null);
    expect((await fetch(new URL("/twelve", registry.url))).status).toBe(503);
    expect(await put("twelve", "npm_unknown")).toBe(401);
    registry.faults.status = null;
    registry.faults.down = true;
    await expect(fetch(new URL("/twelve", registry.url))).rejects.toThrow("fetch failed");
    registry.faults.down = false;
    expect((await fetch(new URL("/twelve", registry.url))).status).toBe(200);
  });

  test("a request waits for as long as a test holds it", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    registry.faults.hold = (method, path) => (method === "PUT" && path === "/fifteen" ? promise : null);
    await registry.account("kim", { tfa: null });
    const held = put("fifteen", registry.token("kim", { packages: ["fifteen"] }));
    expect(await put("twelve", "")).toBe(401);
    expect(await registry.published("fifteen")).toBeNull();
    resolve();
    expect(await held).toBe(201);
    registry.faults.hold = null;
  });

  test("a publishing token neither lists nor makes tokens: npm wants a session for that", async () => {
    await registry.account("lea", { tfa: null });
    const token = registry.token("lea", { packages: ["sixteen"] });
    expect((await npm.run(["token", "list"], token)).output).toContain("E403");
    const ask = async (of: RequestInit): Promise<number> =>
      (await fetch(new URL("/-/npm/v1/tokens", registry.url), of)).status;
    expect(await ask({ method: "POST", headers: { authorization: `Bearer ${token}` } })).toBe(403);
    expect(await ask({})).toBe(401);
  });

  test("the log keeps who asked for what and when, and no token or code", () => {
    expect(registry.log.find(({ user, otp, status }) => user === "alice" && otp && status === 201)).toMatchObject({
      method: "PUT",
      path: "/one",
      at: expect.any(Date) as Date,
      otpDigest: createHash("sha256").update(codeOfAlice).digest("hex"),
    });
    const text = JSON.stringify(registry.log);
    expect(text).not.toMatch(/npm_[A-Za-z0-9]{36}/);
    for (const code of codes) expect(text).not.toContain(code);
  });

  /** A publish as npm sends it, without npm: for rules that its own checks would hide. */
  async function put(name: string, token: string, otp?: string): Promise<number> {
    if (otp !== undefined && otp.length > 6) codes.push(otp);
    const file = `${name}-1.0.0.tgz`;
    const shasum = createHash("sha1").update("seed").digest("hex");
    const body = {
      _id: name,
      name,
      "dist-tags": { latest: "1.0.0" },
      versions: {
        "1.0.0": { name, version: "1.0.0", dist: { shasum, tarball: `${registry.url}${name}/-/${file}` } },
      },
      _attachments: { [file]: { content_type: "application/octet-stream", data: "c2VlZA==", length: 4 } },
    };
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (token !== "") headers["authorization"] = `Bearer ${token}`;
    if (otp !== undefined) headers["npm-otp"] = otp;
    const url = new URL(`/${name}`, registry.url);
    return (await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) })).status;
  }
});
