import { isTokenMode } from "../../domain/mode.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Release, Repository } from "../../domain/release-types.ts";
import type { PublisherFacts } from "../../domain/set-up/facts.ts";
import { partOf } from "../../domain/several.ts";
import { RegistryError } from "../../npm/types.ts";
import type { PackageHistory } from "../../npm/types.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";

type Parts = Pick<DeskParts, "store" | "registry">;

/** Packages that the registry is asked about for one page: each answer is the package's whole document. */
const mostAsked = 10;

/**
 * What is known of the trusted publishers that a policy's packages need. npm shows a publisher's settings only to whoever maintains the
 * package, so what went through counts: a release of ours is published only where the registry says that a trusted publisher did it.
 */
export async function publisherFacts(
  parts: Parts,
  repository: Repository,
  packages: readonly PackagePolicy[],
): Promise<PublisherFacts[]> {
  const found = packages.filter(({ mode }) => !isTokenMode(mode)).map((policy) => unseen(parts, policy));
  let asked = 0;
  await someAtOnce(found, async (facts) => {
    const { policy } = facts;
    const last = await parts.store.releases.publishedBefore(repository.id, policy.name, Number.MAX_SAFE_INTEGER);
    if (last !== null && proves(last, policy, repository)) facts.standing = "proven";
    else if ((asked += 1) <= mostAsked) Object.assign(facts, await atRegistry(parts, policy));
  });
  return found;
}

function unseen(parts: Parts, policy: PackagePolicy): PublisherFacts {
  const isNpm = parts.registry.webOrigins(policy.registry).includes("https://www.npmjs.com");
  const settings = isNpm ? `https://www.npmjs.com/package/${policy.name}/access` : null;
  return { policy, settings, standing: "unseen", cameTrusted: null };
}

/**
 * Whether what npm took then is what would be sent now: mode, workflow, environment and the repository's name, all of which npm compares.
 * What an earlier release had published already says nothing of this one's.
 */
function proves(release: Release, policy: PublisherFacts["policy"], { owner, name }: Repository): boolean {
  const path = `/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/actions/`;
  return (
    release.mode === policy.mode &&
    release.workflowPath === `.github/workflows/${policy.workflow}` &&
    release.environmentName === policy.environment &&
    (release.runUrl ?? "").includes(path) &&
    partOf(release, policy.name)?.state !== "already"
  );
}

async function atRegistry(
  parts: Parts,
  { name, registry }: PublisherFacts["policy"],
): Promise<Partial<Pick<PublisherFacts, "standing" | "cameTrusted">>> {
  let history: PackageHistory | null;
  try {
    history = await parts.registry.history(name, registry);
  } catch (error) {
    // Nothing is known of it then, as without asking.
    if (error instanceof RegistryError) return {};
    throw error;
  }
  if (history === null) return { standing: "no-package" };
  return { cameTrusted: history.last.find(({ trusted }) => trusted)?.version ?? null };
}
