import { checkPlace } from "../../domain/doctor/environment/check.ts";
import { rules } from "../../domain/doctor/rules.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";
import type { PackagePolicy, Policy } from "../../domain/policy-types.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { readPlace } from "../place.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import type { Collection, Part } from "./collect.ts";

/** Rules of one area. */
export function rulesOf(area: (typeof rules)[number]["area"]): RuleId[] {
  return rules.filter((rule) => rule.area === area).map(({ id }) => id);
}

/** Packages, environments or files that are read at a time. */
export const lanes = 8;

/** Every environment of the policy, each once for each way in which it is used. */
export async function examinePlaces(
  parts: Pick<DeskParts, "store" | "github">,
  github: GitHubRepository,
  policy: Policy,
  collection: Collection,
): Promise<void> {
  const different = new Map(waysOf(policy).map((one) => [useOf(one), one]));
  const ids = rulesOf("environment");
  await someAtOnce(
    [...different.values()],
    async (one) =>
      await collection.attempt(
        `The environment \`${one.environment}\``,
        ids,
        async () => await examinePlace(parts, github, one, ids),
      ),
    lanes,
  );
}

function useOf({ environment, secret, gate, mode }: PackagePolicy): string {
  return JSON.stringify([environment.toLowerCase(), secret, gate, mode]);
}

async function examinePlace(
  parts: Pick<DeskParts, "store" | "github">,
  github: GitHubRepository,
  policy: PackagePolicy,
  looked: RuleId[],
): Promise<Part> {
  const { repository } = github;
  const branch = policy.branches[0] ?? repository.defaultBranch;
  const [place, self] = await Promise.all([readPlace(parts, github, policy, branch), parts.github.self()]);
  // A secret of ours that is there for a release is no standing one.
  const lease = await parts.store.leases.locking(repository.id, place.environment.id);
  const ours = lease?.secretName === place.secret.name;
  const secret = ours ? { ...place.secret, inEnvironment: false } : place.secret;
  const about = { environment: place.environment, secret, policy, branch, repository, appId: self.id };
  return { findings: checkPlace(about), unchecked: [], looked };
}
