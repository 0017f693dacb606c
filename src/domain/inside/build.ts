/** What was built of a commit, file by file: enough to say in which files two builds of it differ, and no more. */
export interface Build {
  /** SHA-1 in hex of the tarball. */
  shasum: string;
  /** In order of their names; what makes a file itself is in its mark. */
  files: Array<[path: string, mark: string]>;
  /** How many files there are beyond those. */
  leftOut: number;
}

/** In which files two builds of one commit differ. */
export interface BuildDifference {
  changed: string[];
  onlyFirst: string[];
  onlySecond: string[];
  /** How many more differ than are named. */
  more: number;
  /** Some files of one of them weren't told: they may differ too. */
  unlisted: boolean;
}

/** How much of a build is told. */
export const buildLimits = { files: 4000, bytes: 384 * 1024, mark: 60, named: 50 } as const;

/** How the two differ. Files behind the end of a list that was cut aren't compared. */
export function buildDifference(first: Build, second: Build): BuildDifference {
  const end = [first, second]
    .filter(({ leftOut }) => leftOut > 0)
    .map(({ files }) => files.at(-1)?.[0] ?? "")
    .sort()[0];
  const within = ({ files }: Build): Map<string, string> =>
    new Map(files.filter(([path]) => end === undefined || path <= end));
  const [one, other] = [within(first), within(second)];
  const changed = [...one].filter(([path, mark]) => other.has(path) && other.get(path) !== mark);
  const onlyFirst = [...one.keys()].filter((path) => !other.has(path));
  const onlySecond = [...other.keys()].filter((path) => !one.has(path));
  const all = [changed.map(([path]) => path), onlyFirst, onlySecond];
  let left: number = buildLimits.named;
  const [a = [], b = [], c = []] = all.map((paths) => {
    const named = paths.slice(0, left);
    left -= named.length;
    return named;
  });
  const more = all.flat().length - (buildLimits.named - left);
  return { changed: a, onlyFirst: b, onlySecond: c, more, unlisted: end !== undefined };
}

/** The difference in a few sentences: the first names, and how many there are. */
export function differenceWords({ changed, onlyFirst, onlySecond, more, unlisted }: BuildDifference): string {
  const part = (what: string, paths: string[]): string[] =>
    paths.length === 0 ? [] : [`${what}: ${paths.slice(0, 5).map(quoted).join(", ")}${beyond(paths.length - 5)}.`];
  const parts = [
    ...part("They differ in", changed),
    ...part("Only the first has", onlyFirst),
    ...part("Only the second has", onlySecond),
    ...(more > 0 ? [`${more} more files differ.`] : []),
  ];
  if (parts.length > 0) return parts.join(" ");
  return unlisted
    ? "They have too many files to name those that differ."
    : "Their files are the same: the tarballs were put together in another way, by another npm perhaps.";
}

const quoted = (path: string): string => `\`${path.replaceAll("`", "'")}\``;
const beyond = (count: number): string => (count > 0 ? ` and ${count} more` : "");
