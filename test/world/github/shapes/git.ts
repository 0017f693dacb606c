import { createHash } from "node:crypto";
import type { Commit, File, Json, Repository } from "./entities.ts";
import { user } from "./people.ts";
import { fullName, repository as repositoryLine, repositoryUrl } from "./repository.ts";
import { iso, nodeId, type Site } from "./site.ts";

/** Git's own id of a file's content. */
export function blobSha(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

export function commit(site: Site, repository: Repository, it: Commit): Json {
  const api = repositoryUrl(site, repository);
  const web = `${site.web}/${fullName(repository)}`;
  const person = { name: it.author.name, email: it.author.email, date: iso(it.committedAt) };
  const account = it.author.account === null ? null : user(site, it.author.account);
  return {
    sha: it.sha,
    node_id: nodeId("Commit", it.sha),
    url: `${api}/commits/${it.sha}`,
    html_url: `${web}/commit/${it.sha}`,
    comments_url: `${api}/commits/${it.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${it.sha}`,
      author: person,
      committer: person,
      message: it.message,
      comment_count: 0,
      tree: { sha: it.treeSha, url: `${api}/git/trees/${it.treeSha}` },
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    author: account,
    committer: account,
    parents: it.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${web}/commit/${sha}` })),
  };
}

/** A commit as runs and pushes have it. */
export function headCommit(it: Commit): Json {
  const person = { name: it.author.name, email: it.author.email };
  const { sha: id, treeSha: tree_id, message } = it;
  return { id, tree_id, message, timestamp: iso(it.committedAt), author: person, committer: person };
}

export function branch(site: Site, repository: Repository, name: string, head: Commit, isProtected = false): Json {
  const self = `${repositoryUrl(site, repository)}/branches/${name}`;
  return {
    name,
    commit: commit(site, repository, head),
    _links: { self, html: `${site.web}/${fullName(repository)}/tree/${name}` },
    protected: isProtected,
    protection: { enabled: isProtected },
    protection_url: `${self}/protection`,
  };
}

/** `ref` in full: `refs/heads/main`. */
export function gitRef(site: Site, repository: Repository, ref: string, sha: string): Json {
  const api = `${repositoryUrl(site, repository)}/git`;
  return {
    ref,
    node_id: nodeId("Ref", ref),
    url: `${api}/${ref}`,
    object: { type: "commit", sha, url: `${api}/commits/${sha}` },
  };
}

/** Commits of `head` that `base` lacks, oldest first, those of them on this page, and how many of `base` `head` lacks. */
export function comparison(
  site: Site,
  repository: Repository,
  base: Commit,
  head: Commit,
  between: { mergeBase: Commit; ahead: readonly Commit[]; listed?: readonly Commit[]; behindBy: number },
): Json {
  const range = `${base.sha}...${head.sha}`;
  const web = `${site.web}/${fullName(repository)}/compare/${range}`;
  const ahead = between.ahead.length > 0;
  const behind = between.behindBy > 0;
  return {
    url: `${repositoryUrl(site, repository)}/compare/${range}`,
    html_url: web,
    permalink_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: commit(site, repository, base),
    merge_base_commit: commit(site, repository, between.mergeBase),
    status: ahead && behind ? "diverged" : ahead ? "ahead" : behind ? "behind" : "identical",
    ahead_by: between.ahead.length,
    behind_by: between.behindBy,
    total_commits: between.ahead.length,
    commits: (between.listed ?? between.ahead).map((it) => commit(site, repository, it)),
    files: [],
  };
}

function contentLine(
  site: Site,
  repository: Repository,
  type: "file" | "dir",
  path: string,
  sha: string,
  ref: string,
): Json {
  const api = repositoryUrl(site, repository);
  const web = `${site.web}/${fullName(repository)}`;
  const url = `${api}/contents/${encodeURI(path)}?ref=${encodeURIComponent(ref)}`;
  const git_url = `${api}/git/${type === "file" ? "blobs" : "trees"}/${sha}`;
  const html_url = `${web}/${type === "file" ? "blob" : "tree"}/${ref}/${encodeURI(path)}`;
  return {
    type,
    name: path.split("/").at(-1),
    path,
    sha,
    url,
    git_url,
    html_url,
    download_url: type === "file" ? `${web}/raw/${ref}/${encodeURI(path)}` : null,
    _links: { self: url, git: git_url, html: html_url },
  };
}

/** A file of up to 1 MB; its text in Base64 with a line break every 60 characters, as GitHub sends it. */
export function contentFile(site: Site, repository: Repository, file: File, ref: string): Json {
  const bytes = Buffer.from(file.text, "utf8");
  return {
    ...contentLine(site, repository, "file", file.path, file.sha, ref),
    size: bytes.length,
    encoding: "base64",
    content: bytes.toString("base64").replace(/.{60}(?=.)/g, "$&\n") + "\n",
  };
}

export function contentDirectory(
  site: Site,
  repository: Repository,
  entries: ReadonlyArray<{ type: "file" | "dir"; path: string; sha: string; size: number }>,
  ref: string,
): Json[] {
  return entries.map(({ type, path, sha, size }) => ({ ...contentLine(site, repository, type, path, sha, ref), size }));
}

/** A commit that the contents API has made. */
export function fileCommit(site: Site, repository: Repository, it: Commit): Json {
  const api = `${repositoryUrl(site, repository)}/git`;
  const web = `${site.web}/${fullName(repository)}/commit`;
  const person = { name: it.author.name, email: it.author.email, date: iso(it.committedAt) };
  return {
    sha: it.sha,
    node_id: nodeId("Commit", it.sha),
    url: `${api}/commits/${it.sha}`,
    html_url: `${web}/${it.sha}`,
    author: person,
    committer: person,
    message: it.message,
    tree: { sha: it.treeSha, url: `${api}/trees/${it.treeSha}` },
    parents: it.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${web}/${sha}` })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

/** A release on GitHub's own page of them. */
export function release(
  site: Site,
  repository: Repository,
  it: { id: number; tag: string; target: string; name: string; authorId: number; at: Date },
  account: (id: number) => Parameters<typeof user>[1],
): Json {
  const url = `${repositoryUrl(site, repository)}/releases/${it.id}`;
  const api = repositoryUrl(site, repository);
  return {
    url,
    html_url: `${site.web}/${fullName(repository)}/releases/tag/${encodeURIComponent(it.tag)}`,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: `${api}/tarball/${encodeURIComponent(it.tag)}`,
    zipball_url: `${api}/zipball/${encodeURIComponent(it.tag)}`,
    id: it.id,
    node_id: nodeId("Release", it.id),
    tag_name: it.tag,
    target_commitish: it.target,
    name: it.name,
    body: "",
    draft: false,
    prerelease: false,
    created_at: iso(it.at),
    published_at: iso(it.at),
    author: user(site, account(it.authorId)),
    assets: [],
  };
}

export interface PullRequest {
  id: number;
  number: number;
  title: string;
  body: string;
  authorId: number;
  at: Date;
  head: { branch: string; sha: string };
  base: { branch: string; sha: string };
}

/** A pull request that was just opened. */
export function pullRequest(
  site: Site,
  of: Repository,
  it: PullRequest,
  account: (id: number) => Parameters<typeof user>[1],
): Json {
  const api = `${repositoryUrl(site, of)}/pulls/${it.number}`;
  const issue = `${repositoryUrl(site, of)}/issues/${it.number}`;
  const web = `${site.web}/${fullName(of)}/pull/${it.number}`;
  const author = user(site, account(it.authorId));
  const side = ({ branch: ref, sha }: { branch: string; sha: string }): Json => ({
    label: `${of.owner.login}:${ref}`,
    ref,
    sha,
    user: user(site, of.owner),
    repo: repositoryLine(site, of),
  });
  const links = { self: api, html: web, issue, comments: `${issue}/comments`, review_comments: `${api}/comments` };
  const more = { review_comment: `${api}/comments{/number}`, commits: `${api}/commits`, statuses: `${api}/statuses` };
  return {
    url: api,
    id: it.id,
    node_id: nodeId("PullRequest", it.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issue,
    commits_url: more.commits,
    review_comments_url: links.review_comments,
    review_comment_url: more.review_comment,
    comments_url: links.comments,
    statuses_url: more.statuses,
    number: it.number,
    state: "open",
    locked: false,
    title: it.title,
    user: author,
    body: it.body,
    labels: [],
    milestone: null,
    created_at: iso(it.at),
    updated_at: iso(it.at),
    closed_at: null,
    merged_at: null,
    merge_commit_sha: null,
    assignee: null,
    head: side(it.head),
    base: side(it.base),
    _links: Object.fromEntries(Object.entries({ ...links, ...more }).map(([name, href]) => [name, { href }])),
    author_association: "MEMBER",
    auto_merge: null,
    merged: false,
    mergeable: true,
    mergeable_state: "clean",
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 0,
    deletions: 0,
    changed_files: 0,
  };
}
