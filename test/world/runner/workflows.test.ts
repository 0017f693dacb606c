import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startRegistry } from "../registry/index.ts";
import type { JobOrder, JobResult } from "../types.ts";
import { createRunner } from "./index.ts";
import type { WorldRunner } from "./index.ts";
import { orderOf, workflowOf } from "./order.ts";

let runner: WorldRunner;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let folder: string;
beforeAll(async () => {
  [runner, registry] = await Promise.all([createRunner(), startRegistry()]);
  folder = await mkdtemp(join(tmpdir(), "countersign-actions-"));
});
afterAll(async () => {
  await Promise.all([runner.close(), registry.close()]);
  await rm(folder, { recursive: true, force: true });
});

async function workflow(file: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, "..", "workflows", file), "utf8");
  return text.replaceAll("__REGISTRY__", registry.url).replaceAll("__COUNTERSIGN_URL__", "http://127.0.0.1:1");
}

const filesOf = (name: string): ReadonlyMap<string, string> =>
  new Map([
    ["package.json", JSON.stringify({ name, version: "0.0.0" })],
    ["index.js", "export {};\n"],
  ]);

async function run(text: string, different: Partial<JobOrder>): Promise<JobResult> {
  return await runner.start(orderOf(text, different), () => {}).done;
}

describe("the workflows of the world", () => {
  test.each(["publish.yml", "publish-guide.yml"])(
    "%s pins every action to a commit, gives its one job what it needs and no more, and runs one at a time",
    async (file) => {
      const { permissions, concurrency, jobs } = parse(await workflow(file)) as {
        permissions: Record<string, string>;
        concurrency: Record<string, unknown>;
        jobs: { publish: { environment: string; permissions?: Record<string, string>; steps: { uses?: string }[] } };
      };
      for (const { uses } of jobs.publish.steps) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      expect(jobs.publish.environment).toBe("npm");
      expect(permissions).toEqual({});
      expect(jobs.publish.permissions).toEqual({ contents: "read", "id-token": "write" });
      expect(concurrency["cancel-in-progress"]).toBe(false);
    },
  );

  test("the quick one fails closed where no secret was armed", async () => {
    const text = (await workflow("publish-quick.yml")).replace(" && npm publish", "");
    expect(text).toContain("run: test -n");
    expect((await run(text, { secrets: { NPM_TOKEN: "npm_x" } })).conclusion).toBe("success");
    expect((await run(text, {})).conclusion).toBe("failure");
  });

  test("the guide's publishes with the code that its step handed over, and the log shows neither code nor token", async () => {
    const alice = await registry.account("alice", { tfa: "totp" });
    const token = registry.token("alice", { packages: ["@acme/widget"] });
    const code = alice.totp();
    await mkdir(join(folder, "otp"), { recursive: true });
    await writeFile(join(folder, "otp", "action.yml"), "runs: { using: node24, main: main.mjs }");
    await writeFile(
      join(folder, "otp", "main.mjs"),
      `import { appendFileSync } from "node:fs";
       console.log("::add-mask::${code}");
       appendFileSync(process.env.GITHUB_OUTPUT, "OTP=${code}\\n");`,
    );
    const result = await run(await workflow("publish-guide.yml"), {
      actions: new Map([["countersign/countersign", folder]]),
      files: filesOf("@acme/widget"),
      secrets: { NPM_TOKEN: token },
    });
    expect(result.log).toContain("+ @acme/widget@1.2.0");
    expect(result.conclusion).toBe("success");
    expect((await registry.published("@acme/widget"))?.versions["1.2.0"]).toMatchObject({
      _npmUser: { name: "alice" },
      gitHead: "c0ffee0000000000000000000000000000000000",
    });
    for (const secret of [token, code]) expect(result.log).not.toContain(secret);
    expect(registry.log.some(({ path }) => path.startsWith("/-/npm/v1/oidc/"))).toBe(false);
  });

  test("npm takes the code from --otp in a step too, and without one the step fails", async () => {
    const bob = await registry.account("bob", { tfa: "totp" });
    const token = registry.token("bob", { packages: ["gadget"] });
    const text = (otp: string): string =>
      workflowOf(`
- uses: actions/checkout@v5
- uses: actions/setup-node@v5
  with: { registry-url: "${registry.url}" }
- run: npm version 1.2.0 --no-git-tag-version && npm publish ${otp}
  env:
    NODE_AUTH_TOKEN: \${{ secrets.NPM_TOKEN }}
    CODE: \${{ secrets.CODE }}`);
    const order = { files: filesOf("gadget"), secrets: { NPM_TOKEN: token, CODE: bob.totp() } };
    const refused = await run(text(""), order);
    expect(refused.conclusion).toBe("failure");
    expect(refused.log).toContain("npm error code EOTP");
    const passed = await run(text('--otp="$CODE"'), order);
    expect(passed.conclusion).toBe("success");
    expect(passed.log).toContain("+ gadget@1.2.0");
    expect(passed.log).not.toContain(token);
  });

  test("with id-token: write npm tries trusted publishing first, and then needs neither token nor code", async () => {
    const trust = { repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: runner.issuer };
    registry.trust("trusted", trust);
    const steps = `
- uses: actions/checkout@v5
- uses: actions/setup-node@v5
  with: { registry-url: "${registry.url}" }
- run: npm version 1.2.0 --no-git-tag-version && npm publish`;
    const order = { files: filesOf("trusted") };
    expect((await run(workflowOf(steps), order)).conclusion).toBe("failure");
    const passed = await run(workflowOf(steps, "permissions: { id-token: write }"), order);
    expect(passed.log).toContain("+ trusted@1.2.0");
    expect(passed.conclusion).toBe("success");
  });
});
