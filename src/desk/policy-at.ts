import { Refusal } from "../domain/errors.ts";
import { findPackage, parsePolicy } from "../domain/policy.ts";
import { policyPath } from "../domain/policy-path.ts";
import type { PackagePolicy, Policy, PolicyProblem } from "../domain/policy-types.ts";
import type { GitHubRepository } from "../github/types.ts";

export { policyPath } from "../domain/policy-path.ts";

/** The policy as it stands at a commit, with the commit and the file's blob id as its proof. */
export interface PinnedPolicy {
  sha: string;
  blob: string;
  policy: Policy;
}

/** The policy at one commit; refuses with what is wrong and where, the first five problems. */
export async function policyAt(github: GitHubRepository, sha: string): Promise<PinnedPolicy> {
  const file = await github.file(policyPath, sha);
  if (file === null)
    throw new Refusal(
      "policy-missing",
      `This repository has no \`${policyPath}\` on its default branch \`${github.repository.defaultBranch}\`: add one that names the package, its releasers and its approvers.`,
    );
  const parsed = parsePolicy(file.text);
  if (!parsed.ok) throw new Refusal("policy-invalid", policyProblems(parsed.problems));
  return { sha, blob: file.blob, policy: parsed.policy };
}

/** The policy at the default branch's head, as it is now. */
export async function policyAtHead(github: GitHubRepository): Promise<PinnedPolicy> {
  const sha = await github.branchHead(github.repository.defaultBranch);
  if (sha === null)
    throw new Refusal(
      "policy-missing",
      `The default branch \`${github.repository.defaultBranch}\` has no commit yet: add \`${policyPath}\` to it.`,
    );
  return await policyAt(github, sha);
}

/** One package's part of a policy; refuses where it isn't named or isn't clear. */
export function packageOf(pinned: PinnedPolicy, name?: string): PackagePolicy {
  const found = findPackage(pinned.policy, name);
  if (found instanceof Refusal) throw found;
  return found;
}

function policyProblems(problems: PolicyProblem[]): string {
  const lines = problems
    .slice(0, 5)
    .map(({ line, key, text }) => `- line ${line}${key === "" ? "" : `, \`${key}\``}: ${text}`);
  const more = problems.length > 5 ? [`- and ${problems.length - 5} more`] : [];
  return [`\`${policyPath}\` can't be used:`, ...lines, ...more].join("\n");
}
