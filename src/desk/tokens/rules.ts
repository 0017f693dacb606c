import { Refusal } from "../../domain/errors.ts";
import { parseOrganization } from "../../domain/policy.ts";
import type { OrganizationPolicy, PackagePolicy } from "../../domain/policy-types.ts";
import { tokenRules } from "../../domain/token-rules.ts";
import type { TokenRules } from "../../domain/token-rules.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { policyPath } from "../policy-at.ts";

/**
 * What holds for a package's tokens: the repository's policy, and the organisation's where it is stricter (the `defaults` of the
 * policy file in its `.github` repository, where the app is shown that).
 * @throws Refusal where the organisation's file can't be used: nobody knows then what it forbids
 * @throws GitHubError
 */
export async function rulesFor(
  github: Pick<GitHubRepository, "ownersFile" | "repository">,
  policy: Pick<PackagePolicy, "token" | "revoke">,
): Promise<TokenRules> {
  return tokenRules(policy, await organizationOf(github));
}

/**
 * What the repository's owner asks of all repositories; null: nothing.
 * @throws Refusal where the file can't be used: nobody knows then what it forbids
 * @throws GitHubError
 */
export async function organizationOf(
  github: Pick<GitHubRepository, "ownersFile" | "repository">,
): Promise<OrganizationPolicy | null> {
  const text = await github.ownersFile(policyPath);
  if (text === null) return null;
  const read = parseOrganization(text);
  if (read.ok) return read.organization;
  const [first] = read.problems;
  throw new Refusal(
    "policy-invalid",
    `What ${github.repository.owner} asks of all repositories can't be read: \`${policyPath}\` in \`${github.repository.owner}/.github\`, line ${first?.line ?? 1}: ${first?.text ?? ""}`,
  );
}
