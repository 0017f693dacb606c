import type { Principal } from "../domain/policy-types.ts";
import type { GitHubRepository } from "../github/types.ts";

/**
 * Whether a person is one of those a policy names, by login (GitHub compares logins without regard to case) or as an active
 * member of a named team. Teams are asked of GitHub only where no login fits. Throws GitHubError.
 */
export async function isPrincipal(
  github: Pick<GitHubRepository, "isTeamMember">,
  principals: readonly Principal[],
  login: string,
): Promise<boolean> {
  const wanted = login.toLowerCase();
  if (principals.some((one) => one.kind === "person" && one.login.toLowerCase() === wanted)) return true;
  const teams = principals.filter((one) => one.kind === "team");
  const answers = await Promise.all(teams.map((team) => github.isTeamMember(team.org, team.slug, login)));
  return answers.includes(true);
}
