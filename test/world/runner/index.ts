import type { JobRunner } from "../types.ts";
import { startIssuer } from "./issuer.ts";
import type { Issuer } from "./issuer.ts";
import { Job } from "./job.ts";

/** A runner for the simulated GitHub: real bash, real Node, real npm, and an OIDC issuer of its own. */
export interface WorldRunner extends JobRunner {
  mint: Issuer["mint"];
}

export async function createRunner(): Promise<WorldRunner> {
  const issuer = await startIssuer();
  return {
    issuer: issuer.url,
    mint: issuer.mint,
    start(order, progress) {
      const job = new Job(order, issuer, progress);
      return { done: job.run(), cancel: () => job.cancel() };
    },
    close: issuer.close,
  };
}
