import { bytesVerdict, otherBytes } from "../../domain/bytes.ts";
import { Refusal } from "../../domain/errors.ts";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { shortSha, versionTitle } from "../../domain/release.ts";
import { either } from "../../domain/shown.ts";
import { isLive, partOf } from "../../domain/several.ts";
import { oddApprover, oddPublisher } from "../../domain/staged.ts";
import { checkDistTag, checkVersion, nextVersion } from "../../domain/version.ts";
import { RegistryError } from "../../npm/types.ts";
import type { PublishedVersion } from "../../npm/types.ts";
import { knownBytes } from "../bytes.ts";
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
    if (before !== null) packages.push(alreadyThere({ package: name, version }, before, distTag));
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

/** It keeps the dist-tags that it has: what is asked for now publishes it no second time. */
function alreadyThere(
  one: Pick<Release, "package" | "version">,
  { shasum, integrity, tags }: PublishedVersion,
  distTag: string,
): ReleasePart {
  const text = `It hasn't the dist-tag \`${distTag}\`; \`npm dist-tag add ${versionTitle(one)} ${distTag}\` would give it that.`;
  return {
    ...{ name: one.package, state: "already", shasum },
    ...(integrity === null ? {} : { integrity }),
    ...(tags.includes(distTag) ? {} : { text }),
  };
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

/**
 * What an earlier release of this commit published of a package, where the registry has just these bytes, from whom they were to come;
 * null: none did. A release's own word counts, never what the registry was seen to have after it.
 */
async function published(
  parts: Pick<DeskParts, "store" | "registry">,
  asked: Asked,
  { policy }: Candidate,
  version: string,
  sha: string,
): Promise<PublishedVersion | null> {
  const all = await parts.store.releases.ofVersion(asked.repository.id, policy.name, version);
  // Whose gate was never opened published nothing.
  const told = all.filter((one) => one.sha === sha && one.decidedAt !== null && vouchesFor(one, policy.name));
  if (told.length === 0) return null;
  const there = await parts.registry.version(policy.name, version, policy.registry).catch((error: unknown) => {
    if (!(error instanceof RegistryError)) throw error;
    throw new Refusal("registry-unavailable", `${error.message} Nothing was started; ask again with /release.`, {
      cause: error,
    });
  });
  if (there === null) return null;
  for (const one of told) {
    const odd =
      otherBytes({ ...(await knownBytes(parts, one, policy.name)), published: there.shasum }) ??
      oddPublisher(one.mode, one.runnerReport?.npmUser, there) ??
      oddApprover(one.mode, policy.stageApprovers, there);
    if (odd === null) return there;
  }
  return null;
}

/**
 * Whether a release's word of a package's bytes counts: it told of them, and nothing was found odd about them. Of a release that ended over
 * other bytes, an odd publisher or another run, the shasum on record is the stranger's.
 */
function vouchesFor(release: Release, name: string): boolean {
  if (release.packages === null) {
    if (bytesVerdict(release) !== null || ["other-publisher", "another-run"].includes(release.endCode ?? ""))
      return false;
    return release.state === "published" || release.runnerReport?.shasum !== undefined;
  }
  const part = partOf(release, name);
  return part !== undefined && (isLive(part) || (part.state !== "failed" && part.shasum !== undefined));
}
