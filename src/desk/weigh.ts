import type { WeighedApproval } from "../domain/facts.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Approval } from "../domain/release-types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { isPrincipal } from "./principals.ts";

/** A person who may approve can at least read the repository; the policy says who counts. */
export async function mayApprove(github: GitHubRepository, policy: PackagePolicy, login: string): Promise<boolean> {
  const [named, permission] = await Promise.all([
    isPrincipal(github, policy.approvals.from, login),
    github.permission(login),
  ]);
  return named && permission !== "none";
}

/** Words given so far, each person read again as they are now: who has left or lost access doesn't count any more. */
export async function weigh(
  github: GitHubRepository,
  policy: PackagePolicy,
  given: Approval[],
): Promise<WeighedApproval[]> {
  return await Promise.all(
    given.map(async (word) => ({
      personId: word.personId,
      login: word.personLogin,
      verdict: word.verdict,
      sha: word.sha,
      source: word.source,
      mayApprove: await mayApprove(github, policy, word.personLogin),
    })),
  );
}

/** The same words taken as they were when given, for showing what is still missing without asking GitHub again. */
export function asGiven(given: Approval[]): WeighedApproval[] {
  return given.map((word) => ({
    personId: word.personId,
    login: word.personLogin,
    verdict: word.verdict,
    sha: word.sha,
    source: word.source,
    mayApprove: true,
  }));
}
