import type { Repository } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";

/** GitHub asks our rule about a run. */
export interface GateAsked {
  repository: Repository;
  runId: number;
  environment: string;
}

/** Rejects a gate with a reason. One that was answered already stays as it was answered. */
export async function refuseGate(github: GitHubRepository, asked: GateAsked, why: string): Promise<void> {
  try {
    await github.answerGate(asked.runId, asked.environment, "rejected", why);
  } catch (error) {
    if (!(error instanceof GitHubError) || ["unavailable", "limited"].includes(error.code)) throw error;
  }
}
