import { z } from "zod";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import { contentsRoute, readFile } from "./repository-contents.ts";
import { GitHubError } from "./types.ts";
import type { GitHubRepository } from "./types.ts";

const compared = z.object({ status: z.enum(["identical", "behind", "ahead", "diverged"]) });

/**
 * Repositories that others own, whose actions a workflow uses (OpenAPI: repos/compare-commits-with-basehead, repos/get-commit,
 * repos/get-content). A redirect isn't followed here either: a repository that was renamed is one that GitHub doesn't show.
 */
export function others(ask: Caller): Pick<GitHubRepository, "relation" | "hasCommit" | "fileOf"> {
  return {
    async relation(repository, base, sha) {
      const parameters = { ...named(repository), basehead: `${base}...${sha}`, per_page: 1, page: 1 };
      const found = await ask.orNull("relation", "GET /repos/{owner}/{repo}/compare/{basehead}", parameters);
      return found === null ? null : read(compared, "relation", found).status;
    },
    async hasCommit(repository, sha) {
      try {
        const route = "GET /repos/{owner}/{repo}/commits/{ref}";
        return (await ask.orNull("hasCommit", route, { ...named(repository), ref: sha })) !== null;
      } catch (error) {
        // GitHub answers 422 where there is no such commit.
        if (error instanceof GitHubError && error.code === "invalid") return false;
        throw error;
      }
    },
    async fileOf(repository, path, sha) {
      const found = await ask.orNull("fileOf", contentsRoute("fileOf", path), { ...named(repository), ref: sha });
      return found === null ? null : readFile(path, found);
    },
  };
}

function named(repository: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = repository.split("/");
  return { owner, repo };
}
