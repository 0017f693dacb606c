import { contentDirectory, comparison } from "../shapes/index.ts";
import { blobSha } from "../shapes/git.ts";
import { viewsOf } from "../shapes/views.ts";
import { Answer, invalid, notFound } from "../errors.ts";
import type { CommitState, RepositoryState } from "../state.ts";
import type { Handler, Reply, Request } from "./types.ts";
import { found, ok, plainList, readableRepositoryOf, repositoryOf } from "./types.ts";

/** GitHub's limit of what the contents API shows as JSON with its text. */
const largestFile = 1024 * 1024;

/** A commit and those before it, newest first. */
function history(repository: RepositoryState, from: CommitState | undefined): CommitState[] {
  const all: CommitState[] = [];
  for (let at = from; at !== undefined; at = repository.commits.get(at.parent ?? "")) all.push(at);
  return all;
}

function content(request: Request): Reply {
  const { core } = request;
  const repository = readableRepositoryOf(request);
  const ref = request.query.get("ref") ?? repository.defaultBranch;
  const path = (request.path["path"] ?? "").replace(/^\/+|\/+$/g, "");
  const commit = core.commitAt(repository, ref);
  if (commit === undefined) throw new Answer(404, `No commit found for the ref ${ref}`);
  const text = commit.files.get(path);
  if (text === undefined) return folder(request, repository, commit, path, ref);
  const file = found(core.shapes.reply.file(repository, commit, path, ref));
  const large = Buffer.byteLength(text) > largestFile;
  return ok(large ? { ...file, encoding: "none", content: "" } : file);
}

function folder(request: Request, repository: RepositoryState, commit: CommitState, path: string, ref: string): Reply {
  const { core } = request;
  const prefix = path === "" ? "" : `${path}/`;
  const entries = new Map<string, { type: "file" | "dir"; path: string; sha: string; size: number }>();
  for (const [name, text] of commit.files) {
    if (!name.startsWith(prefix)) continue;
    const part = name.slice(prefix.length).split("/")[0] ?? "";
    const type = prefix + part === name ? "file" : "dir";
    const size = type === "file" ? Buffer.byteLength(text) : 0;
    entries.set(part, { type, path: prefix + part, sha: type === "file" ? blobSha(text) : "", size });
  }
  for (const entry of entries.values()) if (entry.type === "dir") entry.sha = treeOf(commit, `${entry.path}/`);
  if (entries.size === 0) throw notFound();
  const site = { api: `${core.url}/api/v3`, web: core.url };
  return ok(contentDirectory(site, viewsOf(core.state).repository(repository), [...entries.values()], ref));
}

/** Like git's id of a tree as far as that goes: of what is in it, and of nothing else. */
function treeOf(commit: CommitState, prefix: string): string {
  const inside = [...commit.files].filter(([name]) => name.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return blobSha(inside.map(([name, text]) => `${name.slice(prefix.length)} ${blobSha(text)}\n`).join(""));
}

function compare(request: Request): Reply {
  const { core } = request;
  const repository = readableRepositoryOf(request);
  const [from = "", to = ""] = (request.path["basehead"] ?? "").split("...");
  const [base, head] = [found(core.commitAt(repository, from)), found(core.commitAt(repository, to))];
  const [behind, ahead] = [history(repository, base), history(repository, head)];
  const mergeBase = found(ahead.find((one) => behind.includes(one)));
  const site = { api: `${core.url}/api/v3`, web: core.url };
  const view = viewsOf(core.state);
  const since = ahead.slice(0, ahead.indexOf(mergeBase)).reverse().map(view.commit);
  // Without paging GitHub shows the first 250 (docs, "Compare two commits").
  const size = Math.min(Number(request.query.get("per_page") ?? 250), request.query.has("per_page") ? 100 : 250);
  const start = (Number(request.query.get("page") ?? 1) - 1) * size;
  const between = {
    mergeBase: view.commit(mergeBase),
    ahead: since,
    listed: since.slice(start, start + size),
    behindBy: behind.indexOf(mergeBase),
  };
  return ok(comparison(site, view.repository(repository), view.commit(base), view.commit(head), between));
}

export const repositories: Record<string, Handler> = {
  "repos/get": (request) => ok(request.core.shapes.reply.repository(repositoryOf(request))),
  "repos/get-branch": (request) => {
    const repository = repositoryOf(request);
    const name = request.path["branch"] ?? "";
    const commit = repository.commits.get(repository.branches.get(name) ?? "");
    if (commit === undefined) throw new Answer(404, "Branch not found");
    return ok(request.core.shapes.reply.branch(repository, name, commit));
  },
  "repos/get-commit": (request) => {
    const repository = readableRepositoryOf(request);
    const ref = request.path["ref"] ?? "";
    // `heads/…` and `tags/…` as the docs have them, "Get a commit": the one is no branch, the other no tag, of the same name.
    const [, kind, name = ""] = /^(heads|tags)\/(.+)$/.exec(ref) ?? [];
    const names = kind === "tags" ? repository.tags : repository.branches;
    const commit =
      kind === undefined ? request.core.commitAt(repository, ref) : repository.commits.get(names?.get(name) ?? "");
    if (commit === undefined) throw invalid(`No commit found for SHA: ${ref}`);
    return ok(request.core.shapes.reply.commit(repository, commit));
  },
  "repos/list-commits": (request) => {
    const repository = repositoryOf(request);
    const { core, query } = request;
    const start = found(core.commitAt(repository, query.get("sha") ?? repository.defaultBranch));
    const path = query.get("path");
    const all = history(repository, start).filter((one) => {
      const before = repository.commits.get(one.parent ?? "")?.files;
      return path === null || one.files.get(path) !== before?.get(path);
    });
    return plainList(request, all, (one) => core.shapes.reply.commit(repository, one));
  },
  "repos/compare-commits-with-basehead": compare,
  "repos/get-content": content,
  "git/get-ref": (request) => {
    const repository = repositoryOf(request);
    const [, kind, name = ""] = /^(heads|tags)\/(.+)$/.exec(request.path["ref"] ?? "") ?? [];
    const sha = found((kind === "heads" ? repository.branches : repository.tags)?.get(name));
    return ok(request.core.shapes.reply.gitRef(repository, `refs/${kind}/${name}`, sha));
  },
};
