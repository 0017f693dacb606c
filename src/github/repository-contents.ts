import { z } from "zod";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import type { GitHubRepository } from "./types.ts";
import { GitHubError } from "./types.ts";

const file = z.object({ type: z.literal("file"), encoding: z.string(), content: z.string(), sha: z.string() });
const branchShape = z.object({ name: z.string(), commit: z.object({ sha: z.string() }) });
const commit = z.object({
  commit: z.object({ message: z.string(), author: z.object({ name: z.string().optional() }).nullable() }),
  author: z.object({ login: z.string().optional() }).nullable(),
});

/** Contents, branches, commits (OpenAPI: repos/get-content, repos/get-branch, repos/get-commit). */
export function contents(ask: Caller): Pick<GitHubRepository, "branchHead" | "commit" | "file"> {
  return {
    async branchHead(branch) {
      const found = await ask.orNull("branchHead", "GET /repos/{owner}/{repo}/branches/{branch}", { branch });
      if (found === null) return null;
      const { name, commit: head } = read(branchShape, "branchHead", found);
      // GitHub redirects the name of a renamed branch to the new one, which is another branch than the one asked for.
      return name === branch ? head.sha : null;
    },
    async commit(sha) {
      const found = await ask.orNull("commit", "GET /repos/{owner}/{repo}/commits/{ref}", { ref: sha });
      if (found === null) return null;
      const { commit: said, author } = read(commit, "commit", found);
      return {
        message: said.message.split("\n")[0] ?? "",
        authorLogin: author?.login ?? null,
        authorName: said.author?.name ?? "unknown",
      };
    },
    async file(path, sha) {
      const parts = path.split("/");
      if (parts.some((part) => ["", ".", ".."].includes(part)))
        throw new GitHubError("invalid", "file", `\`${path}\` is not a file's path in a repository.`);
      // In the route itself, since octokit would encode the slashes of a parameter.
      const route = `GET /repos/{owner}/{repo}/contents/${parts.map(encodeURIComponent).join("/")}`;
      const found = await ask.orNull("file", route, { ref: sha });
      return found === null ? null : readFile(path, found);
    },
  };
}

/** What an owner says for all repositories. */
export async function ownersFile(ask: Caller, path: string): Promise<string | null> {
  const route = `GET /repos/{owner}/{repo}/contents/${path.split("/").map(encodeURIComponent).join("/")}`;
  const found = await ask.orNull("ownersFile", route, { repo: ".github" });
  return found === null ? null : readFile(path, found).text;
}

function readFile(path: string, found: unknown): { text: string; blob: string } {
  const content = file.safeParse(found);
  if (!content.success || content.data.encoding !== "base64")
    throw new GitHubError(
      "invalid",
      "file",
      `\`${path}\` is not a file that can be read (a folder, a submodule, or above 1 MB).`,
    );
  return { text: Buffer.from(content.data.content, "base64").toString("utf8"), blob: content.data.sha };
}
