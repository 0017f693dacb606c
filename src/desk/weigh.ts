import type { WeighedApproval } from "../domain/facts.ts";
import { principalKey } from "../domain/policy/people.ts";
import type { PackagePolicy, Principal } from "../domain/policy-types.ts";
import type { Approval } from "../domain/release-types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { approvalGroups } from "../domain/several.ts";
import { askedOnce } from "./asked-once.ts";
import { isPrincipal } from "./principals.ts";

/** As much of a package's policy as says whose approval counts. */
type Approving = Pick<PackagePolicy, "approvals">;

/** A person who may approve can at least read the repository; the policy says who counts. */
export async function mayApprove(github: GitHubRepository, policy: Approving, login: string): Promise<boolean> {
  const [named, permission] = await Promise.all([
    isPrincipal(github, policy.approvals.from, login),
    github.permission(login),
  ]);
  return named && permission !== "none";
}

/** Whether a person's approval counts for one of these packages at least. */
export async function mayApproveAny(
  github: GitHubRepository,
  policies: readonly PackagePolicy[],
  login: string,
): Promise<boolean> {
  const asking = askedOnce(github);
  const answers = await Promise.all(approvalGroups(policies).map((group) => mayApprove(asking, group, login)));
  return answers.includes(true);
}

/** Everybody whose approval counts for one of these packages, each once. */
export function approversOf(policies: readonly PackagePolicy[]): Principal[] {
  const all = policies.flatMap(({ approvals }) => approvals.from);
  return [...new Map(all.map((one) => [principalKey(one), one])).values()];
}

/** Words given so far, each person read again as they are now: who has left or lost access doesn't count any more. */
export async function weigh(
  github: GitHubRepository,
  policy: Approving,
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
