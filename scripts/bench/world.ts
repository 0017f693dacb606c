import { appEnv } from "../../test/world/app-env.ts";
import { createCast } from "../../test/world/cast.ts";
import { startGitHub } from "../../test/world/github/index.ts";
import { createJudge } from "../../test/world/judge/index.ts";
import { startPaperRegistry } from "../../test/world/paper/registry.ts";
import { createPaperRunner } from "../../test/world/paper/runner.ts";

/** A simulated GitHub for processes that are measured, and what they have to be told of it. */
export async function aWorld(): Promise<{ env: Record<string, string>; close(): Promise<void> }> {
  const runner = createPaperRunner();
  const registry = await startPaperRegistry();
  const github = await startGitHub({ now: () => new Date(), judge: createJudge(), runner });
  const publicUrl = "http://127.0.0.1:9";
  const cast = createCast({ github }, { publicUrl, workflow: "publish-quick.yml" });
  const keys = `k:${Buffer.alloc(32, 7).toString("base64")}`;
  return {
    env: { ...appEnv({ github, runner, registry }, cast, publicUrl), COUNTERSIGN_KEYS: keys, LOG_LEVEL: "error" },
    async close() {
      await github.close();
      await registry.close();
    },
  };
}
