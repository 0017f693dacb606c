import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { ReleaseScope } from "../../domain/command.ts";
import { findPackage } from "../../domain/policy.ts";
import { cantGoTogether, mostPackages } from "../../domain/several.ts";
import type { GitHubRepository } from "../../github/types.ts";
import type { PackageState } from "../../npm/types.ts";
import { RegistryError } from "../../npm/types.ts";
import { packageOf } from "../policy-at.ts";
import type { PinnedPolicy } from "../policy-at.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import { changedOnes } from "./changed.ts";
import type { Candidate } from "./changed.ts";

/** Which packages a person asks for. */
export interface Wish {
  packages: string[];
  scope: ReleaseScope;
}

/** What is meant, in the policy's order; `states` asks the registry what it has of each. */
export interface Picked {
  policies: PackagePolicy[];
  states(): Promise<Candidate[]>;
}

/**
 * The packages that are meant. The registry is asked after `states`, beside other readings, but where it tells what has changed.
 * @throws Refusal where the policy doesn't name one, none has changed, or they can't be released together
 */
export async function pickPackages(
  parts: Pick<DeskParts, "store" | "registry">,
  github: GitHubRepository,
  pinned: PinnedPolicy,
  { packages: names, scope }: Wish,
  sha: string,
): Promise<Picked> {
  const meant = inOrder(pinned, names, scope);
  if (scope !== "changed") {
    refuseTogether(meant);
    return { policies: meant, states: async () => await withStates(parts, meant) };
  }
  const changed = await changedOnes(parts, github, await withStates(parts, meant), sha);
  if (changed.length === 0)
    throw new Refusal(
      "not-now",
      "No package's folder has changed since its last release, so there is nothing to release. To release one all the same, name it.",
    );
  const policies = changed.map(({ policy }) => policy);
  refuseTogether(policies);
  return { policies, states: async () => await Promise.resolve(changed) };
}

function inOrder(pinned: PinnedPolicy, names: string[], scope: ReleaseScope): PackagePolicy[] {
  const { packages } = pinned.policy;
  if (scope !== "named") return packages;
  if (names.length === 0 && packages.length > 1) throw whichOnes(pinned);
  if (names.length < 2) return [packageOf(pinned, names[0])];
  const found = new Set(names.map((name) => packageOf(pinned, name)));
  return packages.filter((one) => found.has(one));
}

/** Nobody is asked to know that they go together. */
function whichOnes({ policy }: PinnedPolicy): Refusal {
  const found = findPackage(policy);
  const said = found instanceof Refusal ? found.message : "";
  return new Refusal("bad-input", `${said} Several go together, and \`--all\` takes all of them.`);
}

function refuseTogether(packages: PackagePolicy[]): void {
  if (packages.length > mostPackages)
    throw new Refusal(
      "bad-input",
      `These are ${packages.length} packages, and one release takes at most ${mostPackages}: name some of them.`,
    );
  const why = cantGoTogether(packages);
  if (why !== null) throw new Refusal("bad-input", why);
}

async function withStates(parts: Pick<DeskParts, "registry">, packages: PackagePolicy[]): Promise<Candidate[]> {
  const states = new Map<PackagePolicy, PackageState | null>();
  await someAtOnce(packages, async (policy) => {
    try {
      states.set(policy, await parts.registry.package(policy.name, policy.registry));
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      throw new Refusal("registry-unavailable", `${error.message} Nothing was started; ask again with /release.`, {
        cause: error,
      });
    }
  });
  return packages.map((policy) => ({ policy, state: states.get(policy) ?? null }));
}
