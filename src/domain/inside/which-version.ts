/** What a registry has of a package. */
export interface Known {
  versions: readonly string[];
  /** Dist-tag → version. */
  tags: Readonly<Record<string, string>>;
}

/**
 * The published version that a new one is best compared with: the one that has its dist-tag now, where it is lower, since that is what
 * people get today; else the highest lower one; else what `latest` names, or any. Null where nothing else is published.
 */
export function versionBefore(version: string, tag: string, { versions, tags }: Known): string | null {
  const others = versions.filter((one) => one !== version);
  const named = (name: string): string | null => {
    const found = Object.hasOwn(tags, name) ? (tags[name] ?? null) : null;
    return found !== null && others.includes(found) ? found : null;
  };
  const tagged = named(tag);
  if (tagged !== null && compareVersions(tagged, version) < 0) return tagged;
  const lower = others.filter((one) => parsed(one) !== null && compareVersions(one, version) < 0);
  const highest = lower.reduce<string | null>(
    (best, one) => (best === null || compareVersions(best, one) < 0 ? one : best),
    null,
  );
  return highest ?? tagged ?? named("latest") ?? others.at(-1) ?? null;
}

/** As semver orders them (semver.org, 11); what is none is lower than all. The step needs no library for this. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parsed(one), parsed(other)];
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  for (const at of [0, 1, 2]) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  // What comes before a version is lower than the version.
  if (a.before.length === 0 || b.before.length === 0) return b.before.length - a.before.length;
  for (let at = 0; at < Math.max(a.before.length, b.before.length); at += 1) {
    const difference = compareParts(a.before[at], b.before[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  const [a, b] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (a && b) return Number(one) - Number(other);
  if (a !== b) return a ? -1 : 1;
  return one < other ? -1 : 1;
}

function parsed(text: string): { numbers: number[]; before: string[] } | null {
  const [, major, minor, patch, before] =
    /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([\w.-]{1,200}))?(?:\+[\w.-]{1,200})?$/.exec(text) ?? [];
  if (major === undefined) return null;
  return { numbers: [major, minor, patch].map(Number), before: before === undefined ? [] : before.split(".") };
}
