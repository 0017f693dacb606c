import semver from "semver";
import { Refusal } from "./errors.ts";
import { shown } from "./shown.ts";

/** What the registry knows of a package; null for one that was never published. */
export interface Published {
  versions: string[];
  /** dist-tag → version */
  tags: Record<string, string>;
}

const steps = ["patch", "minor", "major"] as const;
type Step = (typeof steps)[number];

/** A sentence that says what was wrong with a version and, where it can be guessed, what was meant. */
export interface BadVersion {
  sentence: string;
  suggestion?: string;
}

/**
 * Reads a version as a person writes it: a whole semver version (a leading `v` is dropped) or a step. No ranges, tags, build
 * metadata or abbreviations: what is published is what was written.
 */
export function readVersion(text: string): { version: string } | { step: Step } | BadVersion {
  const step = steps.find((one) => one === text.toLowerCase());
  if (step !== undefined) return { step };
  const plain = text.replace(/^[v=]+/i, "");
  const version = semver.parse(plain);
  if (version !== null && version.build.length > 0)
    return {
      sentence: `${shown(text)} carries build metadata (\`+…\`), which the registry drops: leave it out.`,
      suggestion: version.version,
    };
  if (version !== null && version.version === plain) return { version: version.version };
  return badVersion(text, plain);
}

function badVersion(text: string, plain: string): BadVersion {
  if (/^(?:pre(?:patch|minor|major|release)|next|beta|alpha|rc|canary)$/i.test(text))
    return { sentence: `${shown(text)} can't be counted on from: write the whole version, e.g. \`2.0.0-rc.1\`.` };
  if (/^latest$/i.test(text)) return { sentence: "`latest` is a dist-tag: name the version that it shall point at." };
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(plain)) {
    const suggestion = plain.includes(".") ? `${plain}.0` : `${plain}.0.0`;
    const whole = semver.valid(suggestion);
    return {
      sentence: `${shown(text)} is not a whole version: it takes three numbers.`,
      ...(whole === null ? {} : { suggestion: whole }),
    };
  }
  if (/^[\d.]+$/.test(plain) && plain.split(".").some((part) => /^0\d/.test(part)))
    return { sentence: `${shown(text)} has a number with a zero before it, which semver forbids: leave the zero out.` };
  if (/^\d+\.\d+\.\d+\.\d/.test(plain))
    return { sentence: `${shown(text)} has more than three numbers: semver has three, e.g. \`1.2.0\`.` };
  if (semver.validRange(text) !== null)
    return { sentence: `${shown(text)} is a range: name one version, e.g. \`1.2.0\`.` };
  return {
    sentence: `${shown(text)} is not a version: write one like \`1.2.0\`, or \`patch\`, \`minor\` or \`major\`.`,
  };
}

/** The version that `asked` means: a version as written (a leading `v` is dropped), or the step after `latest`. */
export function nextVersion(asked: string, published: Published | null): string | Refusal {
  const read = readVersion(asked);
  if ("version" in read) return read.version;
  if ("sentence" in read) {
    const hint = read.suggestion === undefined ? "" : ` Did you mean \`${read.suggestion}\`?`;
    return new Refusal("version-invalid", `${read.sentence}${hint}`);
  }
  const latest = tagged(published, "latest");
  if (latest === undefined)
    return new Refusal(
      "version-invalid",
      `Nothing is published under \`latest\` yet, so there is no ${read.step} version after it: name the version, e.g. \`1.0.0\`.`,
    );
  const next = semver.inc(latest, read.step);
  return (
    next ??
    new Refusal(
      "version-invalid",
      `The registry says that \`latest\` is ${shown(latest)}, which can't be counted on from: name the version.`,
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
  const parsed = semver.parse(version);
  if (parsed === null || parsed.version !== version)
    return new Refusal("version-invalid", `${shown(version)} is not a version: write one like \`1.2.0\`.`);
  if (published?.versions.includes(version) === true) return exists(version, published);
  const tag = distTag ?? "latest";
  if (parsed.prerelease.length > 0 && tag === "latest")
    return new Refusal(
      "version-invalid",
      `${version} is a prerelease, and npm would give it to everybody as \`latest\`: add \`--tag next\`.`,
    );
  const current = tagged(published, tag);
  if (current === undefined || semver.valid(current) === null || !semver.lt(version, current)) return null;
  return new Refusal(
    "version-lower",
    tag === "latest"
      ? `${version} is lower than ${current}, which is \`latest\` now: choose a higher version, or add a dist-tag for the older line, e.g. \`--tag release-${parsed.major}.x\`.`
      : `${version} is lower than ${current}, which has the dist-tag \`${tag}\` now: choose a higher version or another dist-tag.`,
  );
}

function exists(version: string, published: Published): Refusal {
  const highest = semver.rsort(published.versions.filter((one) => semver.valid(one) !== null))[0];
  const above =
    highest === undefined || highest === version ? "a higher one" : `another one (the highest is ${highest})`;
  return new Refusal(
    "version-exists",
    `${version} is on the registry already, and a version is published only once: choose ${above}.`,
  );
}

function tagged(published: Published | null, tag: string): string | undefined {
  return published !== null && Object.hasOwn(published.tags, tag) ? published.tags[tag] : undefined;
}

/** npm refuses a dist-tag that reads as a version or range (npm CLI, `publish` and `dist-tag`); null where the tag is fine. */
export function checkDistTag(tag: string): Refusal | null {
  const no = (sentence: string): Refusal => new Refusal("tag-invalid", sentence);
  if (semver.validRange(tag) !== null)
    return no(`The dist-tag ${shown(tag)} reads as a version, which npm refuses: use a word like \`next\`.`);
  if (tag.length > 64) return no("A dist-tag has at most 64 characters here: use a short word like `next`.");
  if (!/^[a-z][a-z0-9._-]*$/i.test(tag))
    return no(
      `${shown(tag)} is not a dist-tag: use letters, digits, \`.\`, \`-\` and \`_\`, beginning with a letter, e.g. \`next\`.`,
    );
  if (tag !== "latest" && tag.toLowerCase() === "latest")
    return no(
      `Dist-tags keep capitals apart, so ${shown(tag)} would not be \`latest\`: write \`latest\`, or leave it out.`,
    );
  return null;
}
