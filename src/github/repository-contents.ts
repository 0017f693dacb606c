import { z } from "zod";
import type { GitHubRepository } from "./types.ts";
import { GitHubError } from "./types.ts";
import type { Caller } from "./caller.ts";

const file = z.object({ type: z.literal("file"), encoding: z.string(), content: z.string(), sha: z.string() });
const commit = z.object({
  commit: z.object({ message: z.string(), author: z.object({ name: z.string().optional() }).nullable() }),
  author: z.object({ login: z.string().optional() }).nullable(),
});

/** Contents, branches, commits (OpenAPI: repos/get-content, git/get-ref, repos/get-commit). */
export function contents(ask: Caller): Pick<GitHubRepository, "branchHead" | "commit" | "file"> {
  return {
    async branchHead(branch) {
      const found = await ask.orNull("branchHead", "GET /repos/{owner}/{repo}/branches/{branch}", { branch });
      return found === null ? null : z.object({ commit: z.object({ sha: z.string() }) }).parse(found).commit.sha;
    },
    async commit(sha) {
      const found = await ask.orNull("commit", "GET /repos/{owner}/{repo}/commits/{ref}", { ref: sha });
      if (found === null) return null;
      const read = commit.parse(found);
      return {
        message: read.commit.message.split("\n")[0] ?? "",
        authorLogin: read.author?.login ?? null,
        authorName: read.commit.author?.name ?? "unknown",
      };
    },
    async file(path, sha) {
      // The path may have slashes, which octokit keeps in `{+path}`-less templates only when they are in the route.
      const route = `GET /repos/{owner}/{repo}/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
      const found = await ask.orNull("file", route, { ref: sha });
      if (found === null) return null;
      const read = file.safeParse(found);
      if (!read.success || read.data.encoding !== "base64")
        throw new GitHubError(
          "invalid",
          "file",
          `\`${path}\` is not a file that can be read (a folder, a submodule, or above 1 MB).`,
        );
      return { text: Buffer.from(read.data.content, "base64").toString("utf8"), blob: read.data.sha };
    },
  };
}
