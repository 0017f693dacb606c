import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Release } from "../domain/release-types.ts";
import { policyAt, policyOf } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";

/** The policy that a release was asked for under; its file is kept, so that GitHub is asked once. */
export async function ownPolicy(parts: DeskParts, release: Release): Promise<PackagePolicy> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Error("the repository of a running release is not known any more");
  return policyOf(await policyAt(github, release.policySha), release);
}

/** The registry that the release's own policy names; undefined: npm's. */
export async function registryOf(parts: DeskParts, release: Release): Promise<string | undefined> {
  return (await ownPolicy(parts, release)).registry;
}
