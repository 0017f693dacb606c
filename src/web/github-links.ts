import { fileAddress, repositoryAddress } from "../domain/github-address.ts";
import type { Repository } from "../domain/release-types.ts";
import type { WebParts } from "./parts.ts";

type Site = Pick<WebParts, "about">;
type Named = Pick<Repository, "owner" | "name">;

/** A repository's own page at GitHub. */
export function repositoryAt({ about }: Site, repository: Named): string {
  return repositoryAddress(about.githubUrl, repository);
}

/** A file at a commit, at one of its lines. */
export function fileAt({ about }: Site, repository: Named, sha: string, path: string, line?: number): string {
  return fileAddress(about.githubUrl, repository, sha, { path, line });
}

/** One commit. */
export function commitAt(site: Site, repository: Named, sha: string): string {
  return `${repositoryAt(site, repository)}/commit/${sha}`;
}
