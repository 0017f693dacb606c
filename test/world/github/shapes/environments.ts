import type {
  BranchPolicy,
  CustomRule,
  Environment,
  Json,
  PendingDeployment,
  Repository,
  Reviewer,
  RunApproval,
  Secret,
} from "./entities.ts";
import { team, user } from "./people.ts";
import { fullName, repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, nodeId, type Site } from "./site.ts";

export function environmentUrl(site: Site, repository: Repository, name: string): string {
  return `${repositoryUrl(site, repository)}/environments/${encodeURIComponent(name)}`;
}

/** An environment inside other objects: what it is called and where it is. */
function environmentLine(site: Site, repository: Repository, { id, name }: Environment): Json {
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: environmentUrl(site, repository, name),
    html_url: `${site.web}/${fullName(repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
  };
}

export function reviewer(site: Site, it: Reviewer): Json {
  return { type: it.type, reviewer: it.type === "User" ? user(site, it.user) : team(site, it.team) };
}

/** Custom rules aren't among `protection_rules`: GitHub lists them apart. */
function protectionRules(site: Site, it: Environment): Json[] {
  const rule = (offset: number, type: string, more: Json = {}): Json => {
    const id = it.id * 10 + offset;
    return { id, node_id: nodeId("Gate", id), type, ...more };
  };
  const reviewers = it.reviewers?.map((one) => reviewer(site, one));
  return [
    ...(it.waitTimer > 0 ? [rule(1, "wait_timer", { wait_timer: it.waitTimer })] : []),
    ...(reviewers === undefined
      ? []
      : [rule(2, "required_reviewers", { prevent_self_review: it.preventSelfReview, reviewers })]),
    ...(it.branchPolicy === null ? [] : [rule(3, "branch_policy")]),
  ];
}

export function environment(site: Site, repository: Repository, it: Environment): Json {
  const policy = it.branchPolicy;
  return {
    ...environmentLine(site, repository, it),
    created_at: iso(it.createdAt),
    updated_at: iso(it.updatedAt),
    ...(it.adminsCanBypass === undefined ? {} : { can_admins_bypass: it.adminsCanBypass }),
    protection_rules: protectionRules(site, it),
    deployment_branch_policy:
      policy === null
        ? null
        : { protected_branches: policy.protectedBranches, custom_branch_policies: policy.customBranchPolicies },
  };
}

/** Never a value. */
export function secret(it: Secret): Json {
  return { name: it.name, created_at: iso(it.createdAt), updated_at: iso(it.updatedAt) };
}

export function publicKey(keyId: string, key: string): Json {
  return { key_id: keyId, key };
}

export function branchPolicy({ id, name, type }: BranchPolicy): Json {
  return { id, node_id: nodeId("GateBranchPolicy", id), name, type };
}

export function customRule(site: Site, { id, enabled, app }: CustomRule): Json {
  const integration_url = `${site.api}/apps/${app.slug}`;
  return {
    id,
    node_id: nodeId("Gate", id),
    enabled,
    app: { id: app.id, slug: app.slug, integration_url, node_id: nodeId("App", app.id) },
  };
}

export function pendingDeployment(site: Site, repository: Repository, it: PendingDeployment): Json {
  return {
    environment: environmentLine(site, repository, it.environment),
    wait_timer: it.environment.waitTimer,
    wait_timer_started_at: isoOrNull(it.waitTimerStartedAt),
    current_user_can_approve: it.currentUserCanApprove,
    reviewers: (it.environment.reviewers ?? []).map((one) => reviewer(site, one)),
  };
}

export function runApproval(site: Site, repository: Repository, it: RunApproval): Json {
  return {
    state: it.state,
    comment: it.comment,
    user: user(site, it.user),
    environments: it.environments.map((one) => ({
      ...environmentLine(site, repository, one),
      created_at: iso(one.createdAt),
      updated_at: iso(one.updatedAt),
    })),
  };
}
