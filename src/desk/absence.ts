import type { Lease } from "../domain/release-types.ts";
import type { GitHubRepository } from "../github/types.ts";

/** GitHub answers, but what it shows can't settle whether the secret is there. */
export class NotShown extends Error {
  constructor(what: string) {
    super(`GitHub doesn't show us ${what}, so it can't be known whether the secret is gone.`);
    this.name = "NotShown";
  }
}

/**
 * Whether a lease's secret lies in its environment. GitHub answers 404 for what isn't there and for what we may not see, so absence
 * counts only where it is proven: by the list of that environment's secrets, or by the list of environments without that one, in the
 * repository of that id (its secrets went with it).
 * @throws NotShown where neither can be seen; GitHubError
 */
export async function isPresent(github: GitHubRepository, lease: Lease): Promise<boolean> {
  const held = await github.holdsSecret(lease.environmentName, lease.secretName);
  if (held === true) return true;
  // The list is of whoever has the names now: what closes the lease is proven of the environment that was armed.
  if (held === false && lease.state === "disarming") return false;
  if (held === false && (await github.environment(lease.environmentName))?.id === lease.environmentId) return false;
  // Another repository may have this one's name by now; and a public one's environments may be read by anybody.
  if ((await github.read())?.id !== lease.repositoryId) throw new NotShown("the repository");
  if ((await github.environmentIds()).includes(lease.environmentId)) throw new NotShown("the environment's secrets");
  return false;
}
