import { Refusal } from "../../domain/errors.ts";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { shortSha } from "../../domain/release.ts";
import { either } from "../../domain/shown.ts";
import { partOf } from "../../domain/several.ts";
import { checkDistTag, checkVersion, nextVersion } from "../../domain/version.ts";
import { RegistryError } from "../../npm/types.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import type { Candidate } from "./changed.ts";

/** What is to be published. `packages`: null where one was asked for. */
export interface Wanted {
  version: string;
  distTag: string;
  packages: ReleasePart[] | null;
}

interface Asked {
  repository: { id: number };
  version: string;
  distTag: string | undefined;
}

/**
 * Whether the version may be published of all of them. Of several, one whose version is live already is left out where an earlier release
 * of this very commit published it with the bytes that the registry has: that is how a release that broke off is taken up again. They all
 * get one version: a step that would be another version for each is refused.
 * @throws Refusal with all that is wrong
 */
export async function wantedVersions(
  parts: Pick<DeskParts, "store" | "registry">,
  asked: Asked,
  picked: readonly Candidate[],
  sha: string,
): Promise<Wanted> {
  const distTag = asked.distTag ?? "latest";
  const badTag = checkDistTag(distTag);
  if (badTag !== null) throw badTag;
  const version = oneVersion(asked, picked);
  const packages: ReleasePart[] = [];
  const wrong: Refusal[] = [];
  await someAtOnce(picked, async (one) => {
    const bad = checkVersion(version, one.state, asked.distTag);
    const before =
      bad?.code === "version-exists" && picked.length > 1 ? await published(parts, asked, one, version, sha) : null;
    const { name } = one.policy;
    if (before !== null) packages.push({ ...before, name, state: "already" });
    else if (bad === null) packages.push({ name, state: "waiting" });
    else wrong.push(picked.length === 1 ? bad : new Refusal(bad.code, `\`${name}\`: ${bad.message}`));
  });
  const [first, ...more] = wrong;
  if (first !== undefined)
    throw more.length === 0 ? first : new Refusal(first.code, wrong.map(({ message }) => `- ${message}`).join("\n"));
  if (picked.length === 1) return { version, distTag, packages: null };
  if (packages.every(({ state }) => state === "already"))
    throw new Refusal(
      "version-exists",
      `${version} of ${either(packages.map(({ name }) => name).toSorted(), "and")} is on the registry already, published from this very commit (${shortSha(sha)}): nothing is left to publish.`,
    );
  const order = picked.map(({ policy }) => policy.name);
  return { version, distTag, packages: packages.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)) };
}

function oneVersion(asked: Asked, picked: readonly Candidate[]): string {
  const versions = new Map<string, string[]>();
  for (const { policy, state } of picked) {
    const next = nextVersion(asked.version, state);
    if (next instanceof Refusal)
      throw picked.length === 1 ? next : new Refusal(next.code, `\`${policy.name}\`: ${next.message}`);
    versions.set(next, [...(versions.get(next) ?? []), policy.name]);
  }
  const [first, ...others] = versions.keys();
  if (first === undefined) throw new Error("A release has at least one package.");
  if (others.length === 0) return first;
  const words = [...versions]
    .slice(0, 5)
    .map(([version, names]) => `${version} for ${either(names.slice(0, 3), "and")}`);
  throw new Refusal(
    "version-invalid",
    `\`${asked.version}\` would be ${words.join(", ")}, and packages that are released together get one version: name it, or release them one by one.`,
  );
}

/** What an earlier release of this commit published of a package, where the registry has just these bytes; null: none did. */
async function published(
  parts: Pick<DeskParts, "store" | "registry">,
  asked: Asked,
  { policy }: Candidate,
  version: string,
  sha: string,
): Promise<Pick<ReleasePart, "shasum" | "integrity"> | null> {
  const all = await parts.store.releases.ofVersion(asked.repository.id, policy.name, version);
  // Whose gate was never opened published nothing.
  const shasums = all
    .filter((one) => one.sha === sha && one.decidedAt !== null)
    .map((one) => shasumOf(one, policy.name));
  if (!shasums.some((shasum) => shasum !== null)) return null;
  const there = await parts.registry.version(policy.name, version, policy.registry).catch((error: unknown) => {
    if (!(error instanceof RegistryError)) throw error;
    throw new Refusal("registry-unavailable", `${error.message} Nothing was started; ask again with /release.`, {
      cause: error,
    });
  });
  if (there === null || !shasums.includes(there.shasum)) return null;
  return { shasum: there.shasum, ...(there.integrity === null ? {} : { integrity: there.integrity }) };
}

/** Of the bytes that a release packed, or that it found on the registry. */
function shasumOf(release: Release, name: string): string | null {
  if (release.packages === null) return release.shasum ?? release.runnerReport?.shasum ?? null;
  return partOf(release, name)?.shasum ?? null;
}
