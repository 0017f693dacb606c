import type { Json, Repository } from "./entities.ts";
import { organization, user } from "./people.ts";
import { iso, nodeId, type Site } from "./site.ts";

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** Address below the API of a repository, without a slash at the end. */
export function repositoryUrl(site: Site, repository: Repository): string {
  return `${site.api}/repos/${fullName(repository)}`;
}

/** Field → what stands behind the repository's own address. */
const LINKS: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** A repository inside a run: what identifies it, and its addresses (`minimal-repository`). */
export function minimalRepository(site: Site, repository: Repository): Json {
  const url = repositoryUrl(site, repository);
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: user(site, repository.owner),
    html_url: `${site.web}/${fullName(repository)}`,
    description: null,
    fork: repository.fork ?? false,
    url,
    ...Object.fromEntries(Object.entries(LINKS).map(([name, rest]) => [name, url + rest])),
  };
}

/** A repository in an installation's list or in a webhook (`repository`, `repository-webhooks`). */
export function repository(site: Site, it: Repository): Json {
  const web = `${site.web}/${fullName(it)}`;
  const host = new URL(site.web).host;
  const created = iso(it.createdAt);
  return {
    ...minimalRepository(site, it),
    git_url: `git://${host}/${fullName(it)}.git`,
    ssh_url: `git@${host}:${fullName(it)}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: "TypeScript",
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: 0,
    open_issues_count: 0,
    size: 1,
    default_branch: it.defaultBranch,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: it.archived,
    disabled: false,
    visibility: it.private ? "private" : "public",
    pushed_at: created,
    created_at: created,
    updated_at: created,
    allow_forking: true,
    web_commit_signoff_required: false,
  };
}

/** The answer to "get a repository" (`full-repository`). */
export function fullRepository(site: Site, it: Repository): Json {
  return {
    ...repository(site, it),
    ...(it.owner.type === "Organization" ? { organization: user(site, it.owner) } : {}),
    network_count: 0,
    subscribers_count: 0,
  };
}

/** One line of the lists in `installation` and `installation_repositories` webhooks. */
export function repositoryLine(it: Repository): Json {
  return {
    id: it.id,
    node_id: nodeId("Repository", it.id),
    name: it.name,
    full_name: fullName(it),
    private: it.private,
  };
}

/** A push's repository differs: its times are numbers, and its organisation is a name. */
export function pushedRepository(site: Site, it: Repository): Json {
  const seconds = Math.floor(it.createdAt.getTime() / 1000);
  const whole = repository(site, it);
  return {
    ...whole,
    url: `${site.web}/${fullName(it)}`,
    created_at: seconds,
    pushed_at: seconds,
    stargazers: 0,
    master_branch: it.defaultBranch,
    ...(it.owner.type === "Organization" ? { organization: it.owner.login } : {}),
  };
}

/** The `organization` beside `repository` in a webhook; absent where a person owns it. */
export function organizationOf(site: Site, it: Repository): Json {
  return it.owner.type === "Organization" ? { organization: organization(site, it.owner) } : {};
}
