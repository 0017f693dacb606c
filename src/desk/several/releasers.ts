import type { ReleaserFacts } from "../../domain/facts.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { askedOnce } from "../asked-once.ts";
import { isPrincipal } from "../principals.ts";

/** Whether a person may release all of these packages; where they are several, which of them don't name the person. */
export async function releaserOf(
  github: GitHubRepository,
  policies: readonly PackagePolicy[],
  login: string,
): Promise<Pick<ReleaserFacts, "isReleaser" | "lacking">> {
  const asking = askedOnce(github);
  const named = await Promise.all(policies.map(({ releasers }) => isPrincipal(asking, releasers, login)));
  const lacking = policies.filter((_, index) => named[index] !== true).map(({ name }) => name);
  return { isReleaser: lacking.length === 0, ...(policies.length > 1 && lacking.length > 0 ? { lacking } : {}) };
}
