import type { TokenFacts } from "../../domain/facts.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Release, SealedToken } from "../../domain/release-types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import type { DeskParts } from "../types.ts";
import { rulesFor } from "./rules.ts";

/** Whose token, for which environment, and for which release (null: none is written down yet). */
export interface Wanted {
  repositoryId: number;
  environmentId: number;
  personId: number;
  releaseId: string | null;
}

/**
 * The token that a release may be armed with, and what is asked of it, as facts for the decision. A token that was sealed for
 * another release is none; where no token is kept, so is one that was sealed for more than this release.
 * @param keyId the environment's key as it is now
 */
export async function tokenFacts(
  parts: Pick<DeskParts, "store">,
  github: Pick<GitHubRepository, "ownersFile" | "repository">,
  policy: Pick<PackagePolicy, "token" | "revoke">,
  wanted: Wanted,
  keyId: string,
): Promise<{ facts: TokenFacts; token: SealedToken | null }> {
  const [rules, live] = await Promise.all([
    rulesFor(github, policy),
    parts.store.tokens.live(wanted.repositoryId, wanted.environmentId, wanted.personId),
  ]);
  const forThis = live !== null && live.forReleaseId !== null && live.forReleaseId === wanted.releaseId;
  const fits = live !== null && (forThis || (live.forReleaseId === null && rules.keep === "until-expiry"));
  const token = fits ? live : null;
  return { token, facts: { token, keyId, rules } };
}

/** What a token's page is asked for a release: the package and, where that doesn't publish it, the environment. */
export function sealedFor({ package: name, purpose, environmentName }: Release): {
  package: string;
  environment?: string;
} {
  return { package: name, ...(purpose === "publish" ? {} : { environment: environmentName }) };
}

/** The same for a token on file that is to be renewed. */
export function renewedFor({ repositoryId, packages, approvesStages, environmentName }: SealedToken): {
  repositoryId: number;
  package: string;
  environment?: string;
} {
  return { repositoryId, package: packages[0] ?? "", ...(approvesStages ? { environment: environmentName } : {}) };
}

/** A place in one text, as forms choose among several: repository and package, and on a second line the environment where it approves stages. */
export function placeText(place: { repositoryId: number; package: string; environment?: string }): string {
  const text = `${place.repositoryId} ${place.package}`;
  return place.environment === undefined ? text : `${text}\n${place.environment}`;
}

/** Where the releaser seals a token, for good or for one release. `environment`: the one that approves stages. */
export function sealPath(place: {
  repositoryId: number;
  package: string;
  environment?: string;
  releaseId?: string;
}): string {
  const query = new URLSearchParams({ repository: String(place.repositoryId), package: place.package });
  if (place.environment !== undefined) query.set("environment", place.environment);
  if (place.releaseId !== undefined) query.set("release", place.releaseId);
  return `/tokens/new?${query.toString()}`;
}
