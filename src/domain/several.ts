import { principalKey } from "./policy/people.ts";
import type { PackagePolicy } from "./policy-types.ts";
import type { PartState, Release, ReleasePart } from "./release-types.ts";
import { either } from "./shown.ts";

/** Packages in one release at most: one job publishes them one after the other, while its session and the person last. */
export const mostPackages = 50;

/** What packages have to have in common: one job publishes them, with one secret, in one way. */
const shared = ["workflow", "environment", "secret", "mode", "registry", "gate", "dispatchAs"] as const;

/**
 * Why packages can't be released together, as a sentence that names those which differ from the first; null: they can.
 */
export function cantGoTogether(packages: readonly PackagePolicy[]): string | null {
  const [first, ...rest] = packages;
  if (first === undefined || rest.length === 0) return null;
  const twice = packages.filter(({ secondBuild }) => secondBuild).map(({ name }) => name);
  if (twice.length > 0)
    return `The policy asks for a second build (\`secondBuild\`) of ${either(twice.slice(0, 5), "and")}${twice.length > 5 ? ` and ${twice.length - 5} more` : ""}, and only one package is built and compared in a release: release ${twice.length === 1 ? "it" : "them one by one"} by name (\`/release 1.2.0 <package>\`).`;
  const differing = rest.flatMap((one) => {
    const keys = shared.filter((key) => asCompared(one[key], key) !== asCompared(first[key], key));
    return keys.length === 0 ? [] : [`\`${one.name}\` has another ${either(keys, "and")}`];
  });
  if (differing.length === 0) return null;
  const shownFew = differing.slice(0, 5).join("; ");
  const more = differing.length > 5 ? `; so have ${differing.length - 5} more` : "";
  return `These can't be released together: beside \`${first.name}\`, ${shownFew}${more}. Name those that belong together (\`/release 1.2.0 <package> <package>\`).`;
}

/** GitHub compares environments' names without regard to case. */
function asCompared(value: string | undefined, key: (typeof shared)[number]): string {
  return key === "environment" ? (value ?? "").toLowerCase() : (value ?? "");
}

/**
 * What holds for packages that are released together: the strictest of what the policy says of each. Whose approvals and whose requests
 * count is asked package by package (`approvalGroups`, `releasers` of each); here stand those of the first. Of one package: itself.
 */
export function jointPolicy(packages: readonly PackagePolicy[]): PackagePolicy {
  const [first, ...rest] = packages;
  if (first === undefined) throw new Error("A release has at least one package.");
  return rest.reduce(
    (joint, one): PackagePolicy => ({
      ...joint,
      remove: joint.remove === "job-started" ? joint.remove : one.remove,
      maxExposureSeconds: Math.min(joint.maxExposureSeconds, one.maxExposureSeconds),
      revoke: joint.revoke || one.revoke,
      secondBuild: joint.secondBuild || one.secondBuild,
      reviewers: joint.reviewers === "github-only" ? joint.reviewers : one.reviewers,
      token: {
        maxDays: Math.min(joint.token.maxDays, one.token.maxDays),
        keep: joint.token.keep === "never" ? joint.token.keep : one.token.keep,
        bypass2fa: joint.token.bypass2fa === null ? null : one.token.bypass2fa,
      },
    }),
    first,
  );
}

/** Packages whose approvals are counted alike, each kind once, in the policy's order. */
export interface ApprovalGroup {
  approvals: PackagePolicy["approvals"];
  packages: string[];
}

/** The different ways in which approvals of these packages are counted; all of them have to be satisfied. */
export function approvalGroups(packages: readonly PackagePolicy[]): ApprovalGroup[] {
  const groups = new Map<string, ApprovalGroup>();
  for (const { name, approvals } of packages) {
    const key = JSON.stringify([approvals.count, approvals.self, approvals.from.map(principalKey).toSorted()]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { approvals, packages: [name] });
    else known.packages.push(name);
  }
  return [...groups.values()];
}

/** The packages that a release publishes: without those that are there already. */
export function toPublish({ package: name, packages }: Pick<Release, "package" | "packages">): string[] {
  return packages === null ? [name] : packages.filter(({ state }) => state !== "already").map((part) => part.name);
}

/** The part of a package; undefined: it is none of this release's, or there already. */
export function partOf({ packages }: Pick<Release, "packages">, name: string): ReleasePart | undefined {
  return packages?.find((part) => part.name === name && part.state !== "already");
}

/**
 * How a part may go on. Reports come late and twice, and the registry has the last word: what it showed isn't taken back by the step, and
 * what is there already is never touched.
 */
const moves: Record<PartState, readonly PartState[]> = {
  waiting: ["published", "staged", "failed"],
  already: [],
  published: ["published", "failed"],
  staged: ["staged", "published", "failed"],
  failed: ["failed", "published", "staged"],
};

/** The parts with what was told of one of them; the same ones where that is no move of it. */
export function withPart(
  parts: readonly ReleasePart[],
  name: string,
  told: Partial<Omit<ReleasePart, "name">>,
): ReleasePart[] {
  return parts.map((part) => {
    if (part.name !== name || part.state === "already") return part;
    const state = told.state ?? part.state;
    if (state !== part.state && !moves[part.state].includes(state)) return part;
    if (part.verifiedAt !== undefined && told.verifiedAt === undefined) return part;
    const word = told.verifiedAt !== undefined || told.onRegistry !== undefined;
    if (part.onRegistry !== undefined && told.state !== undefined && !word) return part;
    const { text: _old, onRegistry: _before, ...rest } = part;
    return { ...(told.state === undefined ? part : rest), ...told, name, state };
  });
}

/** True once the registry showed it, in this release or in the one before. */
export function isLive(part: ReleasePart): boolean {
  return part.state === "already" || part.verifiedAt !== undefined;
}

/** Whether npm may still have it staged, whatever is wrong with it: it told of a stage, and of no end of it. */
export function isHeld(part: ReleasePart): boolean {
  const over = part.state === "failed" && part.stageSeen?.startsWith("gone-since") === true;
  return part.stageId !== undefined && !isLive(part) && part.onRegistry === undefined && !over;
}

/** npm's page of a package, where what is staged is approved; undefined: not known. */
export function stagePageOf(
  { package: lead, runnerReport }: Pick<Release, "package" | "runnerReport">,
  name: string,
): string | undefined {
  const page = runnerReport?.stagePage;
  return page?.endsWith(`/${lead}`) === true ? `${page.slice(0, -lead.length)}${name}` : page;
}

const onRegistryWords: Record<NonNullable<ReleasePart["onRegistry"]>, string> = {
  otherwise: "on the registry, and not as it was to be",
  untold: "on the registry, and not known to be this release's",
};

/** How a part stands, in a few words. */
export function partWords(part: ReleasePart): string {
  switch (part.state) {
    case "already":
      return "there already, from an earlier release of this commit";
    case "published":
      return part.verifiedAt === undefined ? "published, as the step says" : "published";
    case "staged":
      return "staged at npm";
    case "failed":
      return part.onRegistry === undefined ? "not published" : onRegistryWords[part.onRegistry];
    case "waiting":
      return "not published yet";
  }
}

/** What of a release of several went live and what didn't, and how the rest is published: the end of a sentence about its failure. */
export function leftWords({ packages, version }: Pick<Release, "packages" | "version">): string {
  const parts = packages ?? [];
  const names = (some: readonly ReleasePart[]): string =>
    either(
      some.map(({ name }) => name),
      "and",
    );
  const live = parts.filter(isLive);
  const held = parts.filter(isHeld);
  const stages = (some: readonly ReleasePart[]): string =>
    some.map(({ name, stageId }) => `\`${name}\` (\`npm stage reject ${stageId ?? ""}\` takes it away)`).join(", ");
  const staged = held.filter(({ state }) => state === "staged");
  const bad = held.filter(({ state }) => state !== "staged");
  const odd = parts.some(({ onRegistry }) => onRegistry !== undefined);
  const left = parts.filter((part) => !isLive(part) && part.state !== "staged" && part.onRegistry === undefined);
  return [
    live.length === 0
      ? `None of its packages is live${odd ? " as it was to be" : ""}.`
      : `Live: ${names(live)}${live.length === parts.length ? "" : `; not: ${names(parts.filter((part) => !isLive(part)))}`}.`,
    staged.length === 0 ? "" : `Staged at npm: ${stages(staged)}; approve or reject them before you ask again.`,
    bad.length === 0 ? "" : `Not to be approved at npm: ${stages(bad)}.`,
    live.length > 0 && left.length > 0 ? againWords(version, left, odd) : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** What is on the registry otherwise than it was to be is never taken up: with it, the same command would be refused. */
function againWords(version: string, left: readonly ReleasePart[], odd: boolean): string {
  const rest = `\`/release ${version} ${askAgain(left)}\``;
  return odd
    ? `On this commit, ${rest} publishes only the rest.`
    : `The same command again, on this commit, publishes only the rest; so does ${rest}.`;
}

/** The words that name what is left, where they fit into a command. */
function askAgain(left: readonly ReleasePart[]): string {
  const named = left.map(({ name }) => name).join(" ");
  return named.length <= 400 ? named : "--all";
}
