import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlan } from "../../src/domain/set-up/plan.ts";
import { workflowFile } from "../../src/domain/set-up/workflow-file.ts";
import { aDraft } from "../web/bench.ts";
import { filesOf, publishedBytes } from "../support/published.ts";
import { startRegistry } from "../world/registry/index.ts";
import { createRunner } from "../world/runner/index.ts";
import type { WorldRunner } from "../world/runner/index.ts";
import { orderOf } from "../world/runner/order.ts";
import type { JobResult } from "../world/types.ts";

let runner: WorldRunner;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let folder: string;
beforeEach(async () => {
  [runner, registry] = await Promise.all([createRunner(), startRegistry()]);
  folder = mkdtempSync(join(tmpdir(), "countersign-workflow-"));
});
afterEach(async () => {
  await Promise.all([runner.close(), registry.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const json = (value: unknown): string => JSON.stringify(value);

/** A workspace's package that builds itself before it is published, and has a file that has to stay executable. */
const files = new Map([
  ["package.json", json({ name: "root", private: true, workspaces: ["packages/*"] })],
  [
    "packages/parser/package.json",
    json({
      ...{ name: "@acme/parser", version: "0.0.0", license: "MIT", files: ["dist"], bin: "dist/cli.js" },
      scripts: {
        build: "mkdir -p dist && echo '#!/bin/sh' > dist/cli.js && chmod +x dist/cli.js",
        test: "test -f dist/cli.js",
        prepublishOnly: "echo built > dist/stamp.txt",
        prepare: 'test -z "$NODE_AUTH_TOKEN"',
      },
    }),
  ],
]);

test("with npm's own publish, the code of our step and a workspace: what was built and packed without a token is published", async () => {
  const alice = await registry.account("alice", { tfa: "totp" });
  const token = registry.token("alice", { packages: ["@acme/parser"] });
  mkdirSync(join(folder, "action", "otp"), { recursive: true });
  writeFileSync(join(folder, "action", "otp", "action.yml"), "runs: { using: node24, main: main.mjs }");
  writeFileSync(
    join(folder, "action", "otp", "main.mjs"),
    `import { appendFileSync } from "node:fs";
     console.log("::add-mask::${alice.totp()}");
     appendFileSync(process.env.GITHUB_OUTPUT, "OTP=${alice.totp()}\\n");`,
  );
  const read = readPlan(
    aDraft({
      ...{ packages: "@acme/parser packages/parser\n@acme/other packages/other", approvers: "bob" },
      ...{ manager: "none", step: "otp" },
    }),
  );
  if (!read.ok) throw new Error(json(read.problems));
  const workflow = workflowFile(read.plan, "@acme/parser", {
    ...{ action: { repository: "acme/countersign", commit: "c".repeat(40) }, version: "0.1.0" },
    ...{ publicUrl: "http://127.0.0.1:1", githubUrl: "https://github.com", registry: registry.url },
  });
  const artifacts = new Map<string, ReadonlyMap<string, Uint8Array>>();
  const run = async (jobKey: string, secrets: Record<string, string>): Promise<JobResult> =>
    await runner.start(
      orderOf(workflow, {
        ...{ jobKey, secrets, files, artifacts, actions: new Map([["acme/countersign", folder]]) },
        hostEnv: { NPM_CONFIG_REGISTRY: registry.url },
      }),
      () => {},
    ).done;

  const packed = await run("pack", {});
  expect([packed.conclusion, packed.conclusion === "success" ? "" : packed.log]).toEqual(["success", ""]);
  expect([...(artifacts.get("package")?.keys() ?? [])]).toEqual(["acme-parser-1.2.0.tgz"]);
  const published = await run("publish", { NPM_TOKEN: token });
  expect([published.conclusion, published.conclusion === "success" ? "" : published.log]).toEqual(["success", ""]);
  expect(published.log).not.toContain(token);

  const { bytes, tags } = await publishedBytes(registry.url, "@acme/parser", "1.2.0");
  expect(tags).toEqual({ latest: "1.2.0" });
  expect(bytes.equals(artifacts.get("package")?.get("acme-parser-1.2.0.tgz") ?? new Uint8Array())).toBe(true);
  expect(filesOf(bytes)).toEqual(["package/dist/cli.js", "package/dist/stamp.txt", "package/package.json"]);
});
