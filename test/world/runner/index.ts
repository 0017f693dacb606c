import type { JobRunner } from "../types.ts";
import { startIssuer } from "./issuer.ts";
import type { Issuer } from "./issuer.ts";
import { Job } from "./job.ts";

export { claimsOf } from "./issuer.ts";

/** A runner for the simulated GitHub: real bash, real Node, real npm, and an OIDC issuer of its own. */
export interface WorldRunner extends JobRunner {
  mint: Issuer["mint"];
}

/** `now`: the clock of the OIDC tokens; jobs themselves run in real time. Closing ends every job that still runs. */
export async function createRunner(options: { now?: () => Date } = {}): Promise<WorldRunner> {
  const issuer = await startIssuer(options.now);
  const running = new Map<Job, Promise<unknown>>();
  return {
    issuer: issuer.url,
    mint: issuer.mint,
    start(order, progress) {
      const job = new Job(order, issuer, progress);
      const done = job.run().finally(() => running.delete(job));
      running.set(job, done);
      return { done, cancel: () => job.cancel() };
    },
    async close() {
      for (const job of running.keys()) job.abandon();
      await Promise.allSettled(running.values());
      await issuer.close();
    },
  };
}
