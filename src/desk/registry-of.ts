import type { Release } from "../domain/release-types.ts";
import { packageOf, policyAt } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";

/** The registry that the release's own policy names; undefined: npm's. */
export async function registryOf(parts: DeskParts, release: Release): Promise<string | undefined> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Error("the repository of a running release is not known any more");
  return packageOf(await policyAt(github, release.policySha), release.package).registry;
}
