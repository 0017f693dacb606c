import type { GitHubRepository } from "../../github/types.ts";

type Shared = Pick<
  GitHubRepository,
  | "environment"
  | "customRules"
  | "branchPatterns"
  | "environmentKey"
  | "environmentSecret"
  | "sameNamedSecrets"
  | "permission"
  | "isTeamMember"
  | "file"
>;

const shared: ReadonlyArray<keyof Shared> = [
  "environment",
  "customRules",
  "branchPatterns",
  "environmentKey",
  "environmentSecret",
  "sameNamedSecrets",
  "permission",
  "isTeamMember",
  "file",
];

/** GitHub for one examination: whatever several packages ask alike is asked once. Not for a decision, which reads anew. */
export function askedOnceEach(github: GitHubRepository): GitHubRepository {
  const kept = new Map<string, Promise<unknown>>();
  const once = <Key extends keyof Shared>(key: Key): Shared[Key] =>
    ((...parameters: never[]) => {
      const asked = JSON.stringify(key === "file" ? parameters.slice(0, 2) : parameters);
      // GitHub compares names of environments, secrets and people without regard to case; of files it does not.
      const about = `${key} ${key === "file" ? asked : asked.toLowerCase()}`;
      const ask = github[key] as (...all: never[]) => Promise<unknown>;
      const answer = kept.get(about) ?? ask(...parameters);
      kept.set(about, answer);
      return answer;
    }) as Shared[Key];
  return { ...github, ...Object.fromEntries(shared.map((key) => [key, once(key)])) };
}
