import type { Permission } from "./types.ts";

const read = (name: string): Permission => ({ name, access: "read" });
const write = (name: string): Permission => ({ name, access: "write" });
const NONE: readonly Permission[] = [];

/**
 * Which permission of a GitHub App each operation needs; any one of those listed is enough, none: a JWT or any token
 * will do. GitHub's OpenAPI document doesn't say. Source: github/docs,
 * src/github-apps/data/fpt-2026-03-10/server-to-server-permissions.json; for comments and their reactions, which it
 * marks as having further sets, "Issues" or "Pull requests" by where the comment stands.
 */
export const permissions: Readonly<Record<string, readonly Permission[]>> = {
  "apps/get-authenticated": NONE,
  "apps/create-from-manifest": NONE,
  "apps/get-webhook-config-for-app": NONE,
  "apps/list-webhook-deliveries": NONE,
  "apps/get-webhook-delivery": NONE,
  "apps/redeliver-webhook-delivery": NONE,
  "apps/list-installations": NONE,
  "apps/get-installation": NONE,
  "apps/create-installation-access-token": NONE,
  "apps/revoke-installation-access-token": NONE,
  "apps/list-repos-accessible-to-installation": [read("metadata")],
  "apps/get-repo-installation": NONE,
  "apps/get-org-installation": NONE,
  "apps/check-token": NONE,
  "apps/delete-token": NONE,
  "apps/delete-authorization": NONE,
  "apps/list-installations-for-authenticated-user": NONE,
  "apps/list-installation-repos-for-authenticated-user": [read("metadata")],
  "users/get-authenticated": NONE,
  "users/get-by-username": NONE,
  "users/get-by-id": NONE,
  "repos/get": [read("metadata")],
  "repos/get-branch": [read("contents")],
  "repos/get-commit": [read("contents")],
  "repos/list-commits": [read("contents")],
  "repos/compare-commits-with-basehead": [read("contents")],
  "repos/get-content": [read("contents")],
  "repos/get-collaborator-permission-level": [read("metadata")],
  "git/get-ref": [read("contents")],
  "git/create-ref": [write("contents")],
  "repos/create-or-update-file-contents": [write("contents")],
  "repos/create-release": [write("contents")],
  "pulls/create": [write("pull_requests")],
  "teams/get-membership-for-user-in-org": [read("members")],
  "orgs/get-membership-for-user": [read("members")],
  "issues/list-for-repo": [read("issues")],
  "issues/get": [read("issues"), read("pull_requests")],
  "issues/create": [write("issues")],
  "issues/update": [write("issues"), write("pull_requests")],
  "issues/list-comments": [read("issues"), read("pull_requests")],
  "issues/create-comment": [write("issues"), write("pull_requests")],
  "issues/get-comment": [read("issues"), read("pull_requests")],
  "issues/update-comment": [write("issues"), write("pull_requests")],
  "issues/delete-comment": [write("issues"), write("pull_requests")],
  "reactions/list-for-issue-comment": [read("issues"), read("pull_requests")],
  "reactions/create-for-issue-comment": [write("issues"), write("pull_requests")],
  "reactions/delete-for-issue-comment": [write("issues"), write("pull_requests")],
  "repos/get-all-environments": [read("actions")],
  "repos/get-environment": [read("actions")],
  "repos/create-or-update-environment": [write("administration")],
  "repos/list-deployment-branch-policies": [read("actions")],
  "repos/create-deployment-branch-policy": [write("administration")],
  "repos/create-deployment-protection-rule": [write("administration")],
  "repos/get-all-deployment-protection-rules": [read("actions")],
  "repos/get-custom-deployment-protection-rule": [read("actions")],
  "actions/list-environment-secrets": [read("environments")],
  "actions/get-environment-public-key": [read("environments")],
  "actions/get-environment-secret": [read("environments")],
  "actions/create-or-update-environment-secret": [write("environments")],
  "actions/delete-environment-secret": [write("environments")],
  "actions/list-repo-secrets": [read("secrets")],
  "actions/get-repo-secret": [read("secrets")],
  "actions/list-repo-organization-secrets": [read("secrets")],
  "actions/list-repo-workflows": [read("actions")],
  "actions/get-workflow": [read("actions")],
  "actions/create-workflow-dispatch": [write("actions")],
  "actions/list-workflow-runs": [read("actions")],
  "actions/list-workflow-runs-for-repo": [read("actions")],
  "actions/get-workflow-run": [read("actions")],
  "actions/get-workflow-run-attempt": [read("actions")],
  "actions/cancel-workflow-run": [write("actions")],
  "actions/force-cancel-workflow-run": [write("actions")],
  "actions/re-run-workflow": [write("actions")],
  "actions/re-run-workflow-failed-jobs": [write("actions")],
  "actions/re-run-job-for-workflow-run": [write("actions")],
  "actions/list-jobs-for-workflow-run": [read("actions")],
  "actions/list-jobs-for-workflow-run-attempt": [read("actions")],
  "actions/get-job-for-workflow-run": [read("actions")],
  "actions/get-pending-deployments-for-run": [read("actions")],
  "actions/review-pending-deployments-for-run": [write("deployments")],
  "actions/get-reviews-for-run": [read("actions")],
  "actions/review-custom-gates-for-run": [write("deployments")],
  "checks/create": [write("checks")],
  "checks/update": [write("checks")],
  "meta/root": NONE,
  "meta/get": NONE,
  "rate-limit/get": NONE,
};

/** Permissions of which any one is enough for an operation; empty: none is needed. An unknown operation throws. */
export function permissionsOf(operationId: string): readonly Permission[] {
  const needed = permissions[operationId];
  if (needed === undefined) throw new Error(`permissions.ts says nothing about ${operationId}.`);
  return needed;
}

/** Whether what an installation granted (name → access) is enough for an operation. "write" includes "read". */
export function permits(granted: Readonly<Record<string, string>>, operationId: string): boolean {
  const needed = permissionsOf(operationId);
  const suffices = ({ name, access }: Permission): boolean =>
    granted[name] === "write" || granted[name] === "admin" || (access === "read" && granted[name] === "read");
  return needed.length === 0 || needed.some(suffices);
}
