import type { GitHubRepository } from "./types.ts";

type File = NonNullable<Awaited<ReturnType<GitHubRepository["file"]>>>;

/** Small files at full commit ids, which never change; the oldest go first. */
export type FileCache = Map<string, File>;

const most = 500;
const largest = 64 * 1024;

/** `file`, asked of GitHub once for each commit and path. What isn't there, or isn't named by a full commit id, is asked anew. */
export function remembering(
  files: FileCache,
  repositoryId: number,
  file: GitHubRepository["file"],
): GitHubRepository["file"] {
  return async (path, sha) => {
    const key = `${repositoryId} ${sha} ${path}`;
    const known = files.get(key);
    if (known !== undefined) return known;
    const found = await file(path, sha);
    if (found !== null && /^[0-9a-f]{40}$/.test(sha) && found.text.length <= largest) {
      const [oldest] = files.keys();
      if (files.size >= most && oldest !== undefined) files.delete(oldest);
      files.set(key, found);
    }
    return found;
  };
}
