import type { GitHubRepository } from "./types.ts";

type File = NonNullable<Awaited<ReturnType<GitHubRepository["file"]>>>;

/** Small files at full commit ids and by their blobs' ids, which never change; the oldest go first. */
export type FileCache = Map<string, File>;

const most = 1000;
const largest = 64 * 1024;

/** `file`, asked of GitHub once for each commit and path. What isn't there, or isn't named by a full commit id, is asked anew. */
export function remembering(
  files: FileCache,
  repositoryId: number | string,
  file: GitHubRepository["file"],
): GitHubRepository["file"] {
  const keep = (key: string, found: File): void => {
    const [oldest] = files.keys();
    if (files.size >= most && oldest !== undefined) files.delete(oldest);
    files.set(key, found);
  };
  const byBlob = (blob: string): string => `${repositoryId} blob ${blob}`;
  return async (path, sha, blob) => {
    const key = `${repositoryId} ${sha} ${path}`;
    const known = files.get(key) ?? (blob === undefined ? undefined : files.get(byBlob(blob)));
    if (known !== undefined) return known;
    const found = await file(path, sha);
    if (found !== null && /^[0-9a-f]{40}$/.test(sha) && found.text.length <= largest) {
      keep(key, found);
      if (blob === found.blob) keep(byBlob(blob), found);
    }
    return found;
  };
}

/** `fileOf`, asked of GitHub once for each installation, commit and path. */
export function rememberingOthers(
  files: FileCache,
  installationId: number,
  fileOf: GitHubRepository["fileOf"],
): GitHubRepository["fileOf"] {
  return async (repository, path, sha) => {
    const of = remembering(
      files,
      `${installationId} ${repository}`,
      async (one, at) => await fileOf(repository, one, at),
    );
    return await of(path, sha);
  };
}

/** What owners say for all their repositories, with the instant of reading. */
export type OwnersCache = Map<string, { at: number; text: Promise<string | null> }>;

/** Asked of GitHub once a minute for each owner and path; what failed is asked anew. */
export function forAMinute(
  kept: OwnersCache,
  ownerId: number,
  now: () => Date,
  read: (path: string) => Promise<string | null>,
): (path: string) => Promise<string | null> {
  return async (path) => {
    const at = now().getTime();
    for (const [key, one] of kept) if (at - one.at >= 60_000) kept.delete(key);
    const key = `${ownerId} ${path}`;
    const known = kept.get(key);
    if (known !== undefined) return await known.text;
    const text = read(path);
    kept.set(key, { at, text });
    text.catch(() => kept.delete(key));
    return await text;
  };
}
