import type { Account, Json, Team } from "./entities.ts";
import { nodeId, type Site } from "./site.ts";

/** `countersign[bot]` has its page under the app's name. */
function page(site: Site, account: Account): string {
  return account.type === "Bot"
    ? `${site.web}/apps/${account.login.replace("[bot]", "")}`
    : `${site.web}/${account.login}`;
}

/** A user, bot or organisation as it stands in nearly every other object (`simple-user`). */
export function user(site: Site, account: Account): Json {
  const url = `${site.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${site.web}/avatars/${account.id}`,
    gravatar_id: "",
    url,
    html_url: page(site, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** A user looked up by name or id, or the one whose token asks (`public-user`). */
export function publicUser(site: Site, account: Account, createdAt: string): Json {
  return {
    ...user(site, account),
    name: account.name ?? null,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** `organization-simple`, in webhooks and memberships. */
export function organization(site: Site, account: Account): Json {
  const url = `${site.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("Organization", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${site.web}/avatars/${account.id}`,
    description: null,
  };
}

export function team(site: Site, { id, slug, name, organization: owner }: Team): Json {
  const url = `${site.api}/organizations/${owner.id}/team/${id}`;
  return {
    id,
    node_id: nodeId("Team", id),
    name,
    slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: `${site.web}/orgs/${owner.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: owner.id,
    parent: null,
  };
}

/** Answer to "is this person in that team"; people who aren't get a 404. */
export function teamMembership(
  site: Site,
  of: Team,
  account: Account,
  state: "active" | "pending",
  maintainer = false,
): Json {
  return {
    url: `${site.api}/organizations/${of.organization.id}/team/${of.id}/memberships/${account.login}`,
    role: maintainer ? "maintainer" : "member",
    state,
  };
}

export function organizationMembership(
  site: Site,
  owner: Account,
  account: Account,
  state: "active" | "pending",
  role: "admin" | "member",
): Json {
  return {
    url: `${site.api}/orgs/${owner.login}/memberships/${account.login}`,
    state,
    role,
    organization_url: `${site.api}/orgs/${owner.login}`,
    organization: organization(site, owner),
    user: user(site, account),
  };
}

export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";

/** What a role lets its holder do, as GitHub shows it beside a person or in a person's own list of repositories. */
export function permissionsOf(role: Role): Json {
  const has = (...roles: Role[]): boolean => roles.includes(role);
  return {
    admin: has("admin"),
    maintain: has("admin", "maintain"),
    push: has("admin", "maintain", "write"),
    triage: has("admin", "maintain", "write", "triage"),
    pull: !has("none"),
  };
}

/** Answer about a person's permission; GitHub folds `maintain` into write and `triage` into read, `role_name` tells. */
export function collaboratorPermission(site: Site, account: Account, role: Role): Json {
  const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
  return {
    ...{ permission, role_name: role },
    user: { ...user(site, account), permissions: permissionsOf(role), role_name: role },
  };
}
