import { permissionsOf, permits } from "../judge/index.ts";
import type { Verdict } from "../judge/index.ts";
import type { Core } from "./core.ts";
import { Answer, forbidden } from "./errors.ts";
import type { Caller } from "./handlers/types.ts";
import type { Role } from "./state.ts";

type Kind = Caller["kind"];

/** Operations that only some may ask for (OpenAPI's descriptions: "you must use a JWT", "… basic authentication"); others: a token. */
const only: ReadonlyArray<[Kind[], string[]]> = [
  [
    ["app"],
    [
      "apps/get-authenticated",
      "apps/get-webhook-config-for-app",
      "apps/list-webhook-deliveries",
      "apps/get-webhook-delivery",
      "apps/redeliver-webhook-delivery",
      "apps/list-installations",
      "apps/get-installation",
      "apps/create-installation-access-token",
      "apps/get-repo-installation",
      "apps/get-org-installation",
    ],
  ],
  [["basic"], ["apps/check-token", "apps/delete-token", "apps/delete-authorization"]],
  [
    ["person"],
    [
      "users/get-authenticated",
      "apps/list-installations-for-authenticated-user",
      "apps/list-installation-repos-for-authenticated-user",
      "actions/review-pending-deployments-for-run",
    ],
  ],
  [
    ["installation"],
    [
      "apps/list-repos-accessible-to-installation",
      "apps/revoke-installation-access-token",
      "actions/review-custom-gates-for-run",
    ],
  ],
  [
    ["none", "app", "basic", "installation", "person"],
    ["apps/create-from-manifest", "meta/root", "meta/get", "rate-limit/get"],
  ],
];
const kinds = new Map(only.flatMap(([who, operations]) => operations.map((operation) => [operation, who] as const)));

/** What a person needs on the repository, where reading it isn't enough (docs, "Repository roles for an organization"). */
const roles = new Map<string, Role>([
  ...[
    "actions/create-workflow-dispatch",
    "actions/cancel-workflow-run",
    "actions/force-cancel-workflow-run",
    "actions/re-run-workflow",
    "actions/re-run-workflow-failed-jobs",
    "actions/re-run-job-for-workflow-run",
    "actions/list-environment-secrets",
    "actions/get-environment-public-key",
    "actions/get-environment-secret",
    "actions/create-or-update-environment-secret",
    "actions/delete-environment-secret",
    "actions/list-repo-secrets",
    "actions/get-repo-secret",
    "actions/list-repo-organization-secrets",
    "checks/create",
    "checks/update",
    "git/create-ref",
    "repos/create-or-update-file-contents",
    "repos/create-release",
  ].map((operation): [string, Role] => [operation, "write"]),
  ...[
    "repos/create-or-update-environment",
    "repos/create-deployment-branch-policy",
    "repos/create-deployment-protection-rule",
  ].map((operation): [string, Role] => [operation, "admin"]),
]);
const ranks = ["none", "read", "triage", "write", "maintain", "admin"];

/** Whether one role includes another. */
export function atLeast(role: Role | "none", wanted: Role): boolean {
  return ranks.indexOf(role) >= ranks.indexOf(wanted);
}

/**
 * Refuses, as GitHub does, an operation to those who may not ask for it: by the kind of their credentials, by what the app was
 * granted, and for a person's token also by what that person may do: never more than both allow.
 */
export function refuseUnlessAllowed(core: Core, caller: Caller, verdict: Verdict): void {
  const operationId = verdict.operationId ?? "";
  const allowed = kinds.get(operationId) ?? ["installation", "person", "job"];
  if (!allowed.includes(caller.kind)) throw refusalOf(caller, allowed);
  if (caller.kind !== "installation" && caller.kind !== "person" && caller.kind !== "job") return;
  if (caller.kind === "installation" && !verdict.enabledForGitHubApps) throw forbidden();
  if (!permits(caller.permissions, operationId)) throw forbidden(accepted(operationId));
  const wanted = roles.get(operationId);
  const { owner, repo } = verdict.parameters;
  if (caller.kind !== "person" || wanted === undefined || owner === undefined || repo === undefined) return;
  const repository = core.repositoryNamed(owner, repo);
  const role = repository === undefined ? "none" : core.roleOf(repository, caller.user.id);
  if (role !== "none" && !atLeast(role, wanted)) throw new Answer(403, `Must have ${wanted} access to the repository.`);
}

/** What GitHub names beside its refusal: sets of permissions, each of which is enough (changelog of 2023-08-10). */
function accepted(operationId: string): string {
  return permissionsOf(operationId)
    .map(({ name, access }) => `${name}=${access}`)
    .join("; ");
}

function refusalOf(caller: Caller, allowed: Kind[]): Answer {
  if (caller.kind === "none") return new Answer(401, "Requires authentication");
  if (allowed.includes("app")) return new Answer(401, "A JSON web token could not be decoded");
  if (allowed.includes("basic")) return new Answer(401, "Requires authentication");
  if (caller.kind === "app" || caller.kind === "basic")
    return new Answer(401, "This endpoint doesn't take an app's own credentials");
  return forbidden();
}
