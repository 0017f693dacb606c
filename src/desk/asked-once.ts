import type { GitHubRepository } from "../github/types.ts";

/** The same GitHub, where what is asked of one person is asked once: for the length of one decision, never longer. */
export function askedOnce(github: GitHubRepository): GitHubRepository {
  const answers = new Map<string, Promise<unknown>>();
  const once = async <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return await known;
    const asked = ask();
    answers.set(key, asked);
    return await asked;
  };
  return Object.assign(Object.create(github) as GitHubRepository, {
    permission: async (login: string) => await once(`permission ${login}`, async () => await github.permission(login)),
    isTeamMember: async (org: string, slug: string, login: string) =>
      await once(`team ${org} ${slug} ${login}`, async () => await github.isTeamMember(org, slug, login)),
  } satisfies Partial<GitHubRepository>);
}
