import { z } from "zod";
import { commitAuthor, commitTitle } from "../domain/one-line.ts";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import type { GitHubRepository } from "./types.ts";
import { GitHubError } from "./types.ts";

const file = z.object({ type: z.literal("file"), encoding: z.string(), content: z.string(), sha: z.string() });
const folder = z.array(z.object({ type: z.string(), name: z.string(), sha: z.string() }));
const said = {
  commit: z.object({ message: z.string(), author: z.object({ name: z.string().optional() }).nullish() }),
  author: z.object({ login: z.string().optional() }).nullish(),
};
const commit = z.object(said);
const named = z.object({ sha: z.string() });
const branchShape = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string(), ...said, commit: said.commit.optional() }),
});
const comparison = z.object({
  html_url: z.string(),
  total_commits: z.number(),
  behind_by: z.number(),
  commits: z.array(z.object({ sha: z.string(), html_url: z.string(), ...said })),
});

const listed = z.array(z.object({ type: z.string(), path: z.string(), sha: z.string() }));

/** Commits that one comparison shows at most. */
const mostCompared = 50;

function wordsOf({ commit: own, author }: z.output<typeof branchShape>["commit"] | z.output<typeof commit>) {
  return {
    title: own === undefined ? null : commitTitle(own.message),
    author: commitAuthor(author?.login, own?.author?.name),
  };
}

/** Contents, branches, commits (OpenAPI: repos/get-content, repos/get-branch, repos/get-commit, repos/compare-commits-with-basehead). */
export function contents(
  ask: Caller,
): Pick<
  GitHubRepository,
  "branchHead" | "branchTip" | "commit" | "compare" | "file" | "folder" | "tagCommit" | "workflowFiles"
> {
  const branchTip: GitHubRepository["branchTip"] = async (branch) => {
    const found = await ask.orNull("branchHead", "GET /repos/{owner}/{repo}/branches/{branch}", { branch });
    if (found === null) return null;
    const { name, commit: head } = read(branchShape, "branchHead", found);
    // GitHub redirects the name of a renamed branch to the new one, which is another branch than the one asked for.
    return name === branch ? { sha: head.sha, ...wordsOf(head) } : null;
  };
  return {
    branchTip,
    branchHead: async (branch) => (await branchTip(branch))?.sha ?? null,
    async commit(sha) {
      const found = await ask.orNull("commit", "GET /repos/{owner}/{repo}/commits/{ref}", { ref: sha });
      return found === null ? null : wordsOf(read(commit, "commit", found));
    },
    async tagCommit(tag) {
      try {
        // `tags/…` names a tag, never a branch of the same name (docs, "Get a commit").
        const found = await ask.orNull("tagCommit", "GET /repos/{owner}/{repo}/commits/{ref}", { ref: `tags/${tag}` });
        return found === null ? null : read(named, "tagCommit", found).sha;
      } catch (error) {
        // GitHub answers 422 where there is no such commit.
        if (error instanceof GitHubError && error.code === "invalid") return null;
        throw error;
      }
    },
    async compare(base, head) {
      // Three dots: what `head` has that `base` lacks, oldest first (docs, "Compare two commits").
      const found = await ask.orNull("compare", "GET /repos/{owner}/{repo}/compare/{basehead}", {
        basehead: `${base}...${head}`,
        per_page: mostCompared,
        page: 1,
      });
      if (found === null) return null;
      const told = read(comparison, "compare", found);
      return {
        url: told.html_url,
        total: told.total_commits,
        behind: told.behind_by,
        commits: told.commits
          .slice(0, mostCompared)
          .map((one) => ({ sha: one.sha, url: one.html_url, ...wordsOf(one) })),
      };
    },
    async file(path, sha) {
      const found = await ask.orNull("file", contentsRoute("file", path), { ref: sha });
      return found === null ? null : readFile(path, found);
    },
    async workflowFiles(sha) {
      const found = await ask.orNull("workflowFiles", contentsRoute("workflowFiles", ".github/workflows"), {
        ref: sha,
      });
      if (found === null || !Array.isArray(found)) return [];
      return read(listed, "workflowFiles", found)
        .filter(({ type, path }) => type === "file" && /\.ya?ml$/.test(path))
        .map(({ path, sha: blob }) => ({ path, blob }));
    },
    async folder(path, sha) {
      const route = path === "" ? "GET /repos/{owner}/{repo}/contents" : contentsRoute("folder", path);
      const found = await ask.orNull("folder", route, { ref: sha });
      // Of a file GitHub answers with an object.
      if (found === null || !Array.isArray(found)) return null;
      return read(folder, "folder", found).map(({ name, type, sha: oid }) => ({
        ...{ name, isFolder: type === "dir", oid },
      }));
    },
  };
}

/** In the route itself, since octokit would encode the slashes of a parameter. */
export function contentsRoute(verb: string, path: string): string {
  const parts = path.split("/");
  if (parts.some((part) => ["", ".", ".."].includes(part)))
    throw new GitHubError("invalid", verb, `\`${path}\` is not a path in a repository.`);
  return `GET /repos/{owner}/{repo}/contents/${parts.map(encodeURIComponent).join("/")}`;
}

/** What an owner says for all repositories. */
export async function ownersFile(ask: Caller, path: string): Promise<string | null> {
  const found = await ask.orNull("ownersFile", contentsRoute("ownersFile", path), { repo: ".github" });
  return found === null ? null : readFile(path, found).text;
}

export function readFile(path: string, found: unknown): { text: string; blob: string } {
  const content = file.safeParse(found);
  if (!content.success || content.data.encoding !== "base64")
    throw new GitHubError(
      "invalid",
      "file",
      `\`${path}\` is not a file that can be read (a folder, a submodule, or above 1 MB).`,
    );
  return { text: Buffer.from(content.data.content, "base64").toString("utf8"), blob: content.data.sha };
}
