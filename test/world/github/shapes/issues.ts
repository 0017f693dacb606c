import { app } from "./apps.ts";
import type { Comment, Issue, Json, Reaction, Repository } from "./entities.ts";
import { user } from "./people.ts";
import { fullName, repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, nodeId, type Site } from "./site.ts";

const CONTENTS: ReadonlyArray<Reaction["content"]> = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
];

function rollup(url: string, reactions: readonly Reaction[]): Json {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(CONTENTS.map((content) => [content, count(content)])),
  };
}

function issuePage(site: Site, repository: Repository, it: Issue): string {
  return `${site.web}/${fullName(repository)}/${it.isPullRequest ? "pull" : "issues"}/${it.number}`;
}

export function issue(site: Site, repository: Repository, it: Issue): Json {
  const url = `${repositoryUrl(site, repository)}/issues/${it.number}`;
  const html = issuePage(site, repository, it);
  const pull = {
    url: `${repositoryUrl(site, repository)}/pulls/${it.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: null,
  };
  return {
    id: it.id,
    node_id: nodeId("Issue", it.id),
    number: it.number,
    url,
    repository_url: repositoryUrl(site, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    title: it.title,
    body: it.body,
    user: user(site, it.user),
    author_association: "NONE",
    state: it.state,
    state_reason: it.state === "closed" ? "completed" : null,
    locked: false,
    active_lock_reason: null,
    labels: [],
    assignee: null,
    assignees: [],
    milestone: null,
    comments: it.commentCount,
    created_at: iso(it.createdAt),
    updated_at: iso(it.updatedAt),
    closed_at: isoOrNull(it.closedAt),
    performed_via_github_app: null,
    reactions: rollup(url, []),
    ...(it.isPullRequest ? { draft: false, pull_request: pull } : {}),
  };
}

export function comment(
  site: Site,
  repository: Repository,
  on: Issue,
  it: Comment,
  reactions: readonly Reaction[] = [],
): Json {
  const url = `${repositoryUrl(site, repository)}/issues/comments/${it.id}`;
  return {
    id: it.id,
    node_id: nodeId("IssueComment", it.id),
    url,
    html_url: `${issuePage(site, repository, on)}#issuecomment-${it.id}`,
    issue_url: `${repositoryUrl(site, repository)}/issues/${on.number}`,
    user: user(site, it.user),
    author_association: it.association,
    body: it.body,
    created_at: iso(it.createdAt),
    updated_at: iso(it.updatedAt),
    performed_via_github_app: it.app === null ? null : app(site, it.app),
    reactions: rollup(url, reactions),
  };
}

export function reaction(site: Site, it: Reaction): Json {
  return {
    id: it.id,
    node_id: nodeId("Reaction", it.id),
    user: user(site, it.user),
    content: it.content,
    created_at: iso(it.createdAt),
  };
}
