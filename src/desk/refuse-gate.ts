import { markdown } from "../domain/markdown.ts";
import { oneLine } from "../domain/one-line.ts";
import type { Repository } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubErrorCode, GitHubRepository } from "../github/types.ts";

/** GitHub asks our rule about a run. */
export interface GateAsked {
  repository: Repository;
  runId: number;
  environment: string;
}

/** What GitHub shows beside a gate that stays shut: at most 1,024 characters of Markdown (docs, custom deployment protection rules). */
export function gateWords(why: string | null): string {
  return markdown(oneLine(why ?? "This release is over.", 400));
}

/** What GitHub says of a gate that isn't there to be answered (any more). */
const settled: ReadonlySet<GitHubErrorCode> = new Set(["not-found", "invalid", "conflict"]);

/** Rejects a gate with a reason. One that was answered already stays as it was answered; where GitHub won't hear us, it is tried again. */
export async function refuseGate(github: GitHubRepository, asked: GateAsked, why: string): Promise<void> {
  try {
    await github.answerGate(asked.runId, asked.environment, "rejected", gateWords(why));
  } catch (error) {
    if (!(error instanceof GitHubError) || !settled.has(error.code)) throw error;
  }
}
