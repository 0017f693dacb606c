import semver from "semver";
import { Refusal } from "./errors.ts";

/** What the registry knows of a package; null for one that was never published. */
export interface Published {
  versions: string[];
  /** dist-tag → version */
  tags: Record<string, string>;
}

const steps = ["patch", "minor", "major"] as const;

/** The version that `asked` means: a version as written (a leading `v` is dropped), or the step after `latest`. */
export function nextVersion(asked: string, published: Published | null): string | Refusal {
  const step = steps.find((one) => one === asked.toLowerCase());
  if (step === undefined) {
    const version = semver.valid(asked.replace(/^v/i, ""));
    if (version !== null && !asked.includes("+")) return version;
    return new Refusal(
      "version-invalid",
      `“${asked.slice(0, 40)}” is not a version: write one like \`1.2.0\`, or \`patch\`, \`minor\` or \`major\`.`,
    );
  }
  const latest = published?.tags["latest"];
  if (latest === undefined)
    return new Refusal(
      "version-invalid",
      `Nothing is published yet, so there is no ${step} after it: name the first version, e.g. \`1.0.0\`.`,
    );
  const next = semver.inc(latest, step);
  return (
    next ??
    new Refusal(
      "version-invalid",
      `The registry's latest version “${latest.slice(0, 40)}” can't be counted on from: name the version.`,
    )
  );
}

/**
 * Whether a version may be published under a dist-tag (undefined: none was asked for, so `latest`). npm would publish a
 * prerelease or an old version as `latest` without a word; here it has to be asked for.
 */
export function checkVersion(
  version: string,
  published: Published | null,
  distTag: string | undefined,
): Refusal | null {
  if (published?.versions.includes(version) === true)
    return new Refusal(
      "version-exists",
      `${version} is on the registry already; a version is published once. Choose a higher one.`,
    );
  const tag = distTag ?? "latest";
  const prerelease = semver.prerelease(version);
  if (prerelease !== null && tag === "latest") {
    const name = typeof prerelease[0] === "string" ? prerelease[0] : "next";
    return new Refusal(
      "version-invalid",
      `${version} is a prerelease, and npm would make it \`latest\` for everybody: add \`--tag ${name}\`.`,
    );
  }
  const current = published?.tags[tag];
  if (current !== undefined && semver.valid(current) !== null && semver.lt(version, current))
    return new Refusal(
      "version-lower",
      tag === "latest"
        ? `${version} is lower than the latest version ${current}: to publish an older line, name its dist-tag, e.g. \`--tag release-${semver.major(version)}.x\`.`
        : `${version} is lower than ${current}, which has the dist-tag \`${tag}\` now: choose a higher version or another tag.`,
    );
  return null;
}

/** npm refuses a dist-tag that reads as a version or range (npm CLI, `dist-tag`); null where the tag is fine. */
export function checkDistTag(tag: string): Refusal | null {
  if (semver.validRange(tag) !== null)
    return new Refusal(
      "tag-invalid",
      `The dist-tag “${tag.slice(0, 40)}” reads as a version, which npm refuses: use a word like \`next\`.`,
    );
  if (!/^[a-z][a-z0-9._-]{0,63}$/i.test(tag))
    return new Refusal(
      "tag-invalid",
      `“${tag.slice(0, 40)}” is not a dist-tag: use letters, digits, dots, dashes and underscores, starting with a letter.`,
    );
  return null;
}
