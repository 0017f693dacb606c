import { installation } from "./apps.ts";
import type { Account, Commit, Installation, Json, Repository, Team } from "./entities.ts";
import { headCommit } from "./git.ts";
import { organization, team, user } from "./people.ts";
import { fullName, pushedRepository, repositoryLine } from "./repository.ts";
import { around, installationLine, webhook, type Scene, type Webhook } from "./scene.ts";
import { iso, type Site } from "./site.ts";

export { deploymentProtectionRule, deploymentReview, workflowJob, workflowRun } from "./webhooks-actions.ts";
export { issueComment, issues } from "./webhooks-issues.ts";

export function installationChanged(
  site: Site,
  action: "created" | "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted",
  of: Installation,
  repositories: readonly Repository[],
  sender: Account,
): Webhook {
  return webhook("installation", action, {
    installation: installation(site, of),
    repositories: repositories.map(repositoryLine),
    requester: null,
    sender: user(site, sender),
  });
}

export function installationRepositories(
  site: Site,
  action: "added" | "removed",
  of: Installation,
  repositories: readonly Repository[],
  sender: Account,
): Webhook {
  const lines = repositories.map(repositoryLine);
  return webhook("installation_repositories", action, {
    installation: installation(site, of),
    repository_selection: of.selection,
    repositories_added: action === "added" ? lines : [],
    repositories_removed: action === "removed" ? lines : [],
    requester: null,
    sender: user(site, sender),
  });
}

/** The scene's repository is as it is after the change. */
export function repositoryChanged(
  scene: Scene,
  change:
    | { action: "archived" | "unarchived" | "deleted" | "privatized" | "publicized" }
    | { action: "renamed"; from: string }
    | { action: "transferred"; from: Account }
    | { action: "edited"; defaultBranchFrom: string },
): Webhook {
  return webhook("repository", change.action, { ...repositoryChanges(scene.site, change), ...around(scene) });
}

function repositoryChanges(site: Site, change: Parameters<typeof repositoryChanged>[1]): Json {
  switch (change.action) {
    case "renamed":
      return { changes: { repository: { name: { from: change.from } } } };
    case "transferred": {
      const organisation = change.from.type === "Organization";
      const from = organisation ? { organization: organization(site, change.from) } : { user: user(site, change.from) };
      return { changes: { owner: { from } } };
    }
    case "edited":
      return { changes: { default_branch: { from: change.defaultBranchFrom } } };
    default:
      return {};
  }
}

/** A collaborator; `permission` (admin, write, read) is the new one where added, the old one where edited. */
export function member(
  scene: Scene,
  action: "added" | "removed" | "edited",
  account: Account,
  permission?: "admin" | "write" | "read",
): Webhook {
  const added = { changes: { permission: { to: permission ?? "write" } } };
  const edited = { changes: { old_permission: { from: permission ?? "write" } } };
  const changes = action === "added" ? added : action === "edited" ? edited : {};
  return webhook("member", action, { member: user(scene.site, account), ...changes, ...around(scene) });
}

/** A member of a team. */
export function membership(
  site: Site,
  action: "added" | "removed",
  of: Team,
  account: Account,
  sender: Account,
  installationId: number | null,
): Webhook {
  return webhook("membership", action, {
    scope: "team",
    member: user(site, account),
    team: team(site, of),
    organization: organization(site, of.organization),
    ...installationLine(installationId),
    sender: user(site, sender),
  });
}

export function organizationChanged(
  site: Site,
  change:
    | { action: "member_added" | "member_removed"; member: Account; role: "admin" | "member" }
    | { action: "renamed"; from: string },
  of: Account,
  sender: Account,
  installationId: number | null,
): Webhook {
  const url = `${site.api}/orgs/${of.login}`;
  const more =
    change.action === "renamed"
      ? { changes: { login: { from: change.from } } }
      : {
          membership: {
            url: `${url}/memberships/${change.member.login}`,
            state: "active",
            role: change.role,
            organization_url: url,
            user: user(site, change.member),
          },
        };
  return webhook("organization", change.action, {
    ...more,
    organization: organization(site, of),
    ...installationLine(installationId),
    sender: user(site, sender),
  });
}

/** Somebody took back what they had allowed the app to do as them. */
export function authorizationRevoked(site: Site, sender: Account): Webhook {
  return webhook("github_app_authorization", "revoked", { sender: user(site, sender) });
}

export function ping(site: Site, appId: number, events: readonly string[], url: string, at: Date): Webhook {
  const hook = {
    type: "App",
    id: appId,
    name: "web",
    active: true,
    events,
    config: { content_type: "json", insecure_ssl: "0", secret: "********", url },
    app_id: appId,
    deliveries_url: `${site.api}/app/hook/deliveries`,
    created_at: iso(at),
    updated_at: iso(at),
  };
  return { event: "ping", action: null, payload: { zen: "Keep it logically awesome.", hook_id: appId, hook } };
}

/** Commits that came with the push, oldest first; `before` is the branch's head until then. */
export function push(scene: Scene, ref: string, before: string, commits: readonly Commit[], forced = false): Webhook {
  const { site } = scene;
  const web = `${site.web}/${fullName(scene.repository)}`;
  const lines = commits.map((commit) => ({
    ...headCommit(commit),
    url: `${web}/commit/${commit.sha}`,
    distinct: true,
    ...commit.touched,
  }));
  const after = commits.at(-1)?.sha ?? before;
  const payload = {
    ref,
    before,
    after,
    created: /^0+$/.test(before),
    deleted: false,
    forced,
    base_ref: null,
    compare: `${web}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: lines,
    head_commit: lines.at(-1) ?? null,
    ...around(scene),
    repository: pushedRepository(site, scene.repository),
    pusher: { name: scene.sender.login, email: null },
  };
  return { event: "push", action: null, payload };
}
