/**
 * API address of a GitHub: `api.` before the host for github.com and for enterprises with data residency (`…ghe.com`; docs, "Getting
 * started with data residency"), `/api/v3` on a server of one's own.
 */
export function apiUrlOf(githubUrl: string): string {
  const { protocol, host } = new URL(githubUrl);
  const hosted = host === "github.com" || host.endsWith(".ghe.com");
  return hosted ? `${protocol}//api.${host}` : `${githubUrl}/api/v3`;
}

/** A repository's own page at a GitHub. */
export function repositoryAddress(githubUrl: string, { owner, name }: { owner: string; name: string }): string {
  return `${githubUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** A file of it at a commit, at one of its lines. */
export function fileAddress(
  githubUrl: string,
  repository: { owner: string; name: string },
  sha: string,
  { path, line }: { path: string; line?: number | undefined },
): string {
  const where = path.split("/").map(encodeURIComponent).join("/");
  return `${repositoryAddress(githubUrl, repository)}/blob/${sha}/${where}${line === undefined ? "" : `#L${line}`}`;
}
