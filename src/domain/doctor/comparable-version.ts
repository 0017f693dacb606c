/**
 * A version from a comment, where it can safely be handed to GitHub as a name of a tag or branch; null where GitHub might take it for
 * something else. The comment is a stranger's word: `mallory:v5` is a branch of a fork, `refs/pull/7/head` somebody's pull request, and
 * what reads as an abbreviated commit (`1234567`, `v5-1-gabcdef0`) would name the very commit that is in question.
 */
export function comparableVersion(version: string | null): string | null {
  if (version === null || !/^[A-Za-z0-9][\w.+-]{0,99}$/.test(version) || version.includes("..")) return null;
  if (/^[0-9a-f]{4,40}$/i.test(version) || /-g[0-9a-f]{4,40}$/i.test(version)) return null;
  return /^(?:HEAD|FETCH_HEAD|ORIG_HEAD|MERGE_HEAD)$/i.test(version) || version.endsWith(".lock") ? null : version;
}
