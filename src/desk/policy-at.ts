import { Refusal } from "../domain/errors.ts";
import { findPackage, parsePolicy } from "../domain/policy.ts";
import { policyPath } from "../domain/policy-path.ts";
import type { PackagePolicy, Policy, PolicyProblem } from "../domain/policy-types.ts";
import type { Release } from "../domain/release-types.ts";
import { jointPolicy, toPublish } from "../domain/several.ts";
import { policyFor } from "../domain/stage-approval.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";

export { policyPath } from "../domain/policy-path.ts";

/** A name that people try as well, and that isn't read. */
export const otherPolicyPath = ".github/countersign.yaml";

/** The policy as it stands at a commit, with the commit and the file's blob id as its proof. */
export interface PinnedPolicy {
  sha: string;
  blob: string;
  policy: Policy;
}

/** The policy at one commit; refuses with what is wrong and where, the first five problems. */
export async function policyAt(github: GitHubRepository, sha: string): Promise<PinnedPolicy> {
  const file = await readableFile(github, policyPath, sha, "policy-invalid");
  if (file === null) throw await missing(github, sha);
  const parsed = parsePolicy(file.text);
  if (!parsed.ok) throw new Refusal("policy-invalid", policyProblems(parsed.problems));
  return { sha, blob: file.blob, policy: parsed.policy };
}

async function missing(github: GitHubRepository, sha: string): Promise<Refusal> {
  const lacks = `This repository has no \`${policyPath}\` on its default branch \`${github.repository.defaultBranch}\``;
  const other = await github.file(otherPolicyPath, sha).catch(() => null);
  if (other !== null)
    return new Refusal(
      "policy-missing",
      `${lacks}, but a \`${otherPolicyPath}\`, which isn't read: rename it to \`countersign.yml\`.`,
    );
  return new Refusal(
    "policy-missing",
    `${lacks}: add one that names the package, its releasers and its approvers. One on another branch counts once it is merged.`,
  );
}

/**
 * A file at a commit; refuses one that GitHub shows no text of.
 * @throws Refusal with the code given
 */
export async function readableFile(
  github: GitHubRepository,
  path: string,
  sha: string,
  code: "policy-invalid" | "workflow-unsuitable",
): Promise<{ text: string; blob: string } | null> {
  return await github.file(path, sha).catch((error: unknown) => {
    if (!(error instanceof GitHubError) || error.code !== "invalid") throw error;
    throw new Refusal(code, unreadable(path), { cause: error });
  });
}

/** Said of a file that GitHub shows no text of. */
export function unreadable(path: string): string {
  return `\`${path}\` is no file that can be read: it is a folder, a submodule, or above 1 MB. Make it a small text file.`;
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

type Asked = Pick<Release, "package" | "packages" | "purpose">;

/** What holds for each package of a release, by what it is to do at npm. @throws Refusal where one isn't named (any more), and as above */
export function policiesOf(pinned: PinnedPolicy, release: Asked): PackagePolicy[] {
  return toPublish(release).map((name) => policyFor(packageOf(pinned, name), release.purpose));
}

/** The policy that holds for a release: of several packages the strictest of what is said of each. @throws Refusal as above */
export function policyOf(pinned: PinnedPolicy, release: Asked): PackagePolicy {
  return jointPolicy(policiesOf(pinned, release));
}

function policyProblems(problems: PolicyProblem[]): string {
  const lines = problems
    .slice(0, 5)
    .map(({ line, key, text }) => `- line ${line}${key === "" ? "" : `, \`${key}\``}: ${text}`);
  const more = problems.length > 5 ? [`- and ${problems.length - 5} more`] : [];
  return [`\`${policyPath}\` can't be used:`, ...lines, ...more].join("\n");
}
