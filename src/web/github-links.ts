import type { Repository } from "../domain/release-types.ts";
import type { WebParts } from "./parts.ts";

type Site = Pick<WebParts, "about">;
type Named = Pick<Repository, "owner" | "name">;

/** A repository's own page at GitHub. */
export function repositoryAt({ about }: Site, { owner, name }: Named): string {
  return `${about.githubUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** A file at a commit, at one of its lines. */
export function fileAt(site: Site, repository: Named, sha: string, path: string, line?: number): string {
  const where = path.split("/").map(encodeURIComponent).join("/");
  return `${repositoryAt(site, repository)}/blob/${sha}/${where}${line === undefined ? "" : `#L${line}`}`;
}

/** One commit. */
export function commitAt(site: Site, repository: Named, sha: string): string {
  return `${repositoryAt(site, repository)}/commit/${sha}`;
}
