import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner } from "../runner/index.ts";
import { orderOf, workflowOf } from "../runner/order.ts";
import { startRegistry } from "./index.ts";
import { createNpm } from "./npm.ts";
import type { Npm, Said } from "./npm.ts";

describe("which token may what, by the real npm", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let npm: Npm;
  let count = 0;
  beforeAll(async () => {
    registry = await startRegistry();
    npm = await createNpm(registry);
    await registry.account("alice", { tfa: "totp" });
  });
  afterAll(async () => {
    await npm.close();
    await registry.close();
  });

  const code = (): Record<string, string> => ({ NPM_CONFIG_OTP: registry.recoveryOf("alice") });
  const tokenFor = (name: string, of: Partial<Parameters<typeof registry.token>[1]> = {}): string =>
    registry.token("alice", { packages: [name], ...of });

  /** A package that has a version already. */
  async function existing(): Promise<string> {
    const name = `package-${(count += 1)}`;
    await registry.seed(name, "1.0.0");
    return name;
  }
  async function npmDoes(
    command: string[],
    name: string,
    token: string,
    env: Record<string, string> = {},
  ): Promise<Said> {
    await npm.write({ name, version: "1.1.0" });
    return await npm.run(command, token, env);
  }

  test("a stage-only token can't publish, with a code or past it; it stages, moves dist-tags, and approves with a code", async () => {
    const name = await existing();
    for (const kind of [{ stageOnly: true }, { stageOnly: true, bypass2fa: true }]) {
      const refused = await npmDoes(["publish"], name, tokenFor(name, kind), code());
      expect(refused.output).toMatch(/403 Forbidden.*E_STAGE_REQUIRED/);
      expect(registry.log.at(-1)).toMatchObject({ operation: "publish", status: 403 });
    }
    const token = tokenFor(name, { stageOnly: true });
    expect((await npmDoes(["stage", "publish"], name, token)).output).toContain("(staged with id");
    expect((await npmDoes(["dist-tag", "add", `${name}@1.0.0`, "old"], name, token, code())).status).toBe(0);
    const id = registry.stages.list()[0]?.id ?? "";
    registry.habits.stageOnlyApproves = false;
    expect((await npmDoes(["stage", "approve", id], name, token, code())).output).toContain("403");
    registry.habits.stageOnlyApproves = true;
    expect((await npmDoes(["stage", "approve", id], name, token, code())).status).toBe(0);
    expect((await registry.published(name))?.["dist-tags"]).toEqual({ latest: "1.1.0", old: "1.0.0" });
  });

  test("a reading token reads stages and can't make one", async () => {
    const name = await existing();
    await npmDoes(["stage", "publish"], name, tokenFor(name));
    const reader = tokenFor(name, { readOnly: true });
    expect((await npmDoes(["stage", "list", name], name, reader)).output).toContain("version: 1.1.0");
    expect((await npmDoes(["stage", "publish"], name, reader)).output).toContain("403");
    expect((await npmDoes(["publish"], name, reader)).output).toContain("403");
  });

  test("a token that bypasses the second factor publishes without one, but doesn't approve without", async () => {
    const name = await existing();
    const token = tokenFor(name, { bypass2fa: true });
    await npmDoes(["stage", "publish"], name, token);
    const [stage] = registry.stages.list();
    expect((await npmDoes(["stage", "approve", stage?.id ?? ""], name, token)).output).toContain("EOTP");
    registry.stages.remove(stage?.id ?? "");
    expect((await npmDoes(["publish"], name, token)).output).toContain(`+ ${name}@1.1.0`);
  });

  test("a package that disallows tokens takes no granular one, whatever code comes along; a session, a job and an approval pass", async () => {
    const name = await existing();
    const token = tokenFor(name);
    expect((await npmDoes(["access", "set", "mfa=publish", name], name, token)).output).toContain("EOTP");
    expect((await npmDoes(["access", "set", "mfa=publish", name], name, token, code())).status).toBe(0);
    for (const one of [token, tokenFor(name, { bypass2fa: true })]) {
      const refused = await npmDoes(["publish"], name, one, code());
      expect(refused.output).toMatch(/403 Forbidden.*an automation token was specified/);
    }
    registry.habits.disallowedAsOtp = true;
    expect((await npmDoes(["publish"], name, token, code())).output).toContain("EOTP");
    registry.habits.disallowedAsOtp = false;

    expect((await npmDoes(["stage", "publish"], name, token)).status).toBe(0);
    const id = registry.stages.list()[0]?.id ?? "";
    expect((await npmDoes(["stage", "approve", id], name, token, code())).status).toBe(0);
    expect((await registry.published(name))?.versions["1.1.0"]?._npmUser?.approver?.name).toBe("alice");

    await npm.write({ name, version: "1.2.0" });
    const session = tokenFor(name, { session: true });
    expect((await npm.run(["publish"], session)).output).toContain("EOTP");
    expect((await npm.run(["publish"], session, code())).output).toContain(`+ ${name}@1.2.0`);

    const runner = await createRunner();
    try {
      const trust = { repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: runner.issuer };
      registry.trust(name, trust);
      const files = new Map([["package.json", JSON.stringify({ name, version: "1.3.0" })]]);
      const steps = `- uses: actions/checkout@v5\n- run: npm publish --registry ${registry.url}`;
      const order = orderOf(workflowOf(steps, "permissions: { id-token: write }"), { files });
      expect((await runner.start(order, () => {}).done).log).toContain(`+ ${name}@1.3.0`);
    } finally {
      await runner.close();
    }
    expect((await npmDoes(["access", "set", "mfa=automation", name], name, token, code())).status).toBe(0);
    await npm.write({ name, version: "1.4.0" });
    expect((await npm.run(["publish"], token, code())).output).toContain(`+ ${name}@1.4.0`);
  });

  test("a session lists its account's tokens; whoever can't write a package doesn't change its settings", async () => {
    const name = await existing();
    const listed = await npm.run(["token", "list", "--json"], tokenFor(name, { session: true }));
    expect(JSON.parse(listed.stdout)).not.toHaveLength(0);
    const reader = tokenFor(name, { readOnly: true });
    expect((await npmDoes(["access", "set", "mfa=publish", name], name, reader, code())).output).toContain("403");
  });
});
