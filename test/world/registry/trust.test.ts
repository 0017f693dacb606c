import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRunner } from "../runner/index.ts";
import { orderOf, workflowOf } from "../runner/order.ts";
import type { JobOrder, JobResult } from "../types.ts";
import { startRegistry } from "./index.ts";
import type { PersonAtNpm, Trust, TrustConfig } from "./index.ts";
import { createNpm } from "./npm.ts";
import type { Npm, Said } from "./npm.ts";

const name = "@acme/widget";

describe("trusted publishers, by the real npm", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let runner: Awaited<ReturnType<typeof createRunner>>;
  let npm: Npm;
  let alice: PersonAtNpm;
  let token: string;
  let minor = 0;
  beforeAll(async () => {
    [registry, runner] = await Promise.all([startRegistry(), createRunner()]);
    registry.github({ issuer: runner.issuer, server: "https://github.example" });
    npm = await createNpm(registry);
    alice = await registry.account("alice", { tfa: "totp" });
    token = registry.token("alice", { packages: [name, "other"] });
    await registry.seed(name, "1.0.0");
  });
  afterEach(() => registry.untrust(name));
  afterAll(async () => {
    await npm.close();
    await Promise.all([runner.close(), registry.close()]);
  });

  const code = (): Record<string, string> => ({ NPM_CONFIG_OTP: registry.recoveryOf("alice") });
  const nextVersion = (): string => `1.${(minor += 1)}.0`;
  const trustOf = (different: Partial<Trust> = {}): Trust => ({
    ...{ repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: runner.issuer },
    ...different,
  });

  async function trust(args: string[], env = code(), by = token): Promise<Said> {
    return await npm.run(["trust", ...args], by, env);
  }
  const github = ["github", name, "--repo", "acme/widget", "--file", "publish.yml", "--env", "npm", "--yes"];

  /** A job of the world's runner in which npm does this. */
  async function job(
    command: string,
    different: Partial<JobOrder> = {},
    head = "permissions: { id-token: write }",
  ): Promise<JobResult> {
    const steps = `
- uses: actions/checkout@v5
- uses: actions/setup-node@v5
  with: { registry-url: "${registry.url}" }
- run: ${command}
  env:
    NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}`;
    return await runner.start(orderOf(workflowOf(steps, head), different), () => {}).done;
  }
  const files = (version: string): Partial<JobOrder> => ({
    files: new Map([["package.json", JSON.stringify({ name, version })]]),
  });

  test("one is made, listed and revoked with a second factor each time, and there is one per package", async () => {
    expect((await trust([...github, "--allow-stage-publish"], {})).output).toContain("EOTP");
    const made = await trust([...github, "--allow-stage-publish"]);
    expect(made.output).toContain("Trust configuration created successfully");
    const twice = await trust([...github, "--allow-publish"]);
    expect(twice.output).toContain(
      "trusted publisher config already exists for the package. Please delete and re-create.",
    );
    expect((await trust(["list", name], {})).output).toContain("EOTP");
    const listed = JSON.parse((await trust(["list", name, "--json"])).stdout) as { id: string };
    expect(listed).toEqual({
      ...{ id: listed.id, type: "github", file: "publish.yml", repository: "acme/widget", environment: "npm" },
      permissions: ["createStagedPackage"],
    });
    expect((await trust(["revoke", name, `--id=${listed.id}`], {})).output).toContain("EOTP");
    expect((await trust(["revoke", name, `--id=${listed.id}`])).output).toContain("Revoked trusted configuration");
    expect((await trust(["list", name])).output).toContain(`No trust configurations found for package (${name})`);
    expect(registry.trustOf(name)).toBeNull();
  });

  test("refused are tokens that bypass the second factor, readers, accounts without one, packages that aren't there, and nonsense", async () => {
    await registry.account("bob", { tfa: null });
    const ask = async (by: string, of = name, body?: unknown, otp = ""): Promise<[number, unknown]> => {
      const response = await fetch(new URL(`/-/package/${of.replace("/", "%2f")}/trust`, registry.url), {
        method: body === undefined ? "GET" : "POST",
        headers: { ...(by === "" ? {} : { authorization: `Bearer ${by}` }), ...(otp === "" ? {} : { "npm-otp": otp }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return [response.status, ((await response.json()) as { message?: string }).message];
    };
    expect(await ask("")).toEqual([401, "Unauthorized"]);
    for (const kind of [{ bypass2fa: true }, { readOnly: true }])
      expect((await ask(registry.token("alice", { packages: [name], ...kind })))[0]).toBe(403);
    expect(await ask(registry.token("bob", { packages: [name] }))).toEqual([403, "Please enable 2fa for your account"]);
    expect(await ask(token, "other")).toEqual([404, "Package not found"]);
    const config = { type: "github", claims: { repository: "a/b" }, permissions: ["createPackage"] };
    for (const bad of [[], [config, config], [{ ...config, permissions: [] }], [{ ...config, claims: {} }], "x"])
      expect(await ask(token, name, bad, registry.recoveryOf("alice"))).toEqual([
        400,
        "Invalid trusted publisher configuration",
      ]);
    const url = new URL(`/-/package/@acme%2fwidget/trust/`, registry.url);
    const revoke = async (id: string): Promise<number> =>
      (
        await fetch(`${url.href}${id}`, {
          method: "DELETE",
          headers: { authorization: `Bearer ${token}`, "npm-otp": registry.recoveryOf("alice") },
        })
      ).status;
    expect(await revoke("x")).toBe(400);
    expect(await revoke("00000000-0000-4000-8000-000000000000")).toBe(404);
  });

  test("a job whose publisher may only stage can't publish, and stages without any secret; a person approves", async () => {
    const config = registry.trust(name, trustOf({ permissions: ["createStagedPackage"] }));
    const version = nextVersion();
    const direct = await job("npm publish", files(version));
    expect(direct.conclusion).toBe("failure");
    expect(direct.log).toContain("OIDC permission denied for this action");
    const staged = await job("npm stage publish", files(version));
    expect(staged.log).toContain(`+ ${name}@${version} (staged with id `);
    const [item] = registry.stages.list();
    expect(item).toMatchObject({ version, actor: "GitHub Actions", actorType: "trusted automation" });
    expect((await npm.run(["stage", "approve", item?.id ?? ""], token, { NPM_CONFIG_OTP: alice.totp() })).status).toBe(
      0,
    );
    expect((await registry.published(name))?.versions[version]?._npmUser).toEqual({
      ...{ name: "GitHub Actions", email: "npm-oidc-no-reply@github.com" },
      trustedPublisher: { id: "github", oidcConfigId: `oidc:${config.id}` },
      approver: { name: "alice", email: "alice@example.com" },
    });
  });

  test("a job whose publisher may only publish doesn't stage", async () => {
    registry.trust(name, trustOf({ permissions: ["createPackage"] }));
    const version = nextVersion();
    expect((await job("npm stage publish", files(version))).log).toContain("OIDC permission denied for this action");
    const published = await job("npm publish --tag next", files(version));
    expect(published.log).toContain(`+ ${name}@${version}`);
    expect((await registry.published(name))?.versions[version]?._npmUser).not.toHaveProperty("approver");
  });

  test("with the id-token variables npm takes the trusted publisher and says nothing of the token that it was given", async () => {
    registry.trust(name, trustOf());
    const version = nextVersion();
    const given = { ...files(version), secrets: { NPM_TOKEN: token } };
    const silent = await job("npm publish", given);
    expect(silent.log).toContain(`+ ${name}@${version}`);
    expect(silent.log).not.toMatch(/oidc|trusted/i);
    expect(registry.log.findLast(({ operation }) => operation === "publish")).toMatchObject({
      user: `trusted:${name}`,
      otp: false,
    });
    const unset = "env -u ACTIONS_ID_TOKEN_REQUEST_URL -u ACTIONS_ID_TOKEN_REQUEST_TOKEN npm publish";
    expect((await job(unset, { ...files(nextVersion()), secrets: { NPM_TOKEN: token } })).log).toContain("EOTP");
  });

  test("where the exchange is refused, npm goes on with its token without a word", async () => {
    registry.trust(name, trustOf({ workflow: "Publish.yml" }));
    const version = nextVersion();
    const bypass = registry.token("alice", { packages: [name], bypass2fa: true });
    const silent = await job("npm publish", { ...files(version), secrets: { NPM_TOKEN: bypass } });
    expect(silent.log).toContain(`+ ${name}@${version}`);
    expect(registry.log.findLast(({ operation }) => operation === "exchange an id token")?.status).toBe(401);
    expect((await registry.published(name))?.versions[version]?._npmUser?.name).toBe("alice");
  });

  test("a job's token does nothing but publish and stage its package", async () => {
    registry.trust(name, trustOf());
    const jobs = await exchange({});
    const ask = async (method: string, path: string): Promise<number> =>
      (await fetch(new URL(path, registry.url), { method, headers: { authorization: `Bearer ${jobs}` } })).status;
    expect(await ask("GET", "/-/stage")).toBe(403);
    expect(await ask("GET", "/-/stage/00000000-0000-4000-8000-000000000000")).toBe(403);
    expect(await ask("POST", "/-/stage/00000000-0000-4000-8000-000000000000/approve")).toBe(403);
    expect(await ask("GET", "/-/package/@acme%2fwidget/trust")).toBe(403);
    expect(await ask("GET", "/-/package/@acme%2fwidget/version/1.0.0/status")).toBe(404);
    expect(await ask("POST", "/-/stage/package/other")).toBe(404);
    expect(await ask("PUT", "/other")).toBe(403);
  });

  test.each<
    [string, Record<string, string>, { foreign?: boolean; expired?: boolean; issuer?: string; audience?: string }]
  >([
    ["another repository", { repository: "evil/widget" }, {}],
    ["a repository in other letters", { repository: "Acme/widget" }, {}],
    ["another workflow", { workflow_ref: "acme/widget/.github/workflows/other.yml@refs/heads/main" }, {}],
    ["another environment", { environment: "other" }, {}],
    ["no environment", { environment: "" }, {}],
    ["a runner of one's own", { runner_environment: "self-hosted" }, {}],
    ["a foreign key", {}, { foreign: true }],
    ["an old token", {}, { expired: true }],
    ["another issuer", {}, { issuer: "http://127.0.0.1:9" }],
    ["another audience", {}, { audience: "npm:elsewhere" }],
  ])("a job with %s gets no token", async (_, claims, of) => {
    registry.trust(name, trustOf());
    expect(await exchange({}).then((given) => registry.isAlive(given))).toBe(true);
    await expect(exchange(claims, of)).rejects.toThrow("401");
  });

  test("a configuration without an environment takes any", async () => {
    registry.trust(name, trustOf({ environment: null }));
    expect(registry.isAlive(await exchange({ environment: "whatever" }))).toBe(true);
  });

  async function exchange(
    different: Record<string, string>,
    { audience, ...of }: { foreign?: boolean; expired?: boolean; issuer?: string; audience?: string } = {},
  ): Promise<string> {
    const workflow = "acme/widget/.github/workflows/publish.yml@refs/heads/main";
    const claims = { repository: "acme/widget", environment: "npm", workflow_ref: workflow, ...different };
    const jwt = await runner.mint(claims, audience ?? "npm:127.0.0.1", of);
    const url = new URL("/-/npm/v1/oidc/token/exchange/package/@acme%2fwidget", registry.url);
    const response = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${jwt}` } });
    if (response.status !== 201) throw new Error(String(response.status));
    return ((await response.json()) as { token: string }).token;
  }

  test("what is kept is what npm's CLI sent", async () => {
    await trust([...github, "--allow-publish", "--allow-stage-publish"]);
    expect(registry.trustOf(name)).toEqual({
      id: expect.any(String) as string,
      type: "github",
      claims: { repository: "acme/widget", workflow_ref: { file: "publish.yml" }, environment: "npm" },
      permissions: ["createPackage", "createStagedPackage"],
    } satisfies TrustConfig);
  });
});
