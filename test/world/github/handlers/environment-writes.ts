import { invalid, notFound } from "../errors.ts";
import { environmentOf } from "./environments.ts";
import type { Handler } from "./types.ts";
import { ok, repositoryOf } from "./types.ts";

/** What administrators do to environments, by their own command line: the app never has Administration. */
export const environmentWrites: Record<string, Handler> = {
  /** A field that is left out is left as it is here; GitHub's documents don't say what becomes of it. */
  "repos/create-or-update-environment": (request) => {
    const { core, body, path } = request;
    const repository = repositoryOf(request);
    const name = path["environment_name"] ?? "";
    const policy = body["deployment_branch_policy"] as
      { protected_branches: boolean; custom_branch_policies: boolean } | null | undefined;
    if (policy?.protected_branches !== undefined && policy.protected_branches === policy.custom_branch_policies)
      throw invalid("protected_branches and custom_branch_policies cannot have the same value");
    const environment = core.environmentNamed(repository, name) ?? core.newEnvironment(repository, name);
    if (policy === null) environment.branchPolicy = null;
    if (policy !== null && policy !== undefined)
      environment.branchPolicy = policy.protected_branches ? "protected" : "custom";
    if (body["wait_timer"] !== undefined) environment.waitTimer = Number(body["wait_timer"]);
    if (body["prevent_self_review"] !== undefined) environment.preventSelfReview = body["prevent_self_review"] === true;
    if (body["can_admins_bypass"] !== undefined) environment.canAdminsBypass = body["can_admins_bypass"] === true;
    if (body["reviewers"] !== undefined)
      environment.reviewers = body["reviewers"] as Array<{ type: "User" | "Team"; id: number }> | null;
    core.changed();
    return ok(core.shapes.reply.environment(repository, environment));
  },
  "repos/create-deployment-branch-policy": (request) => {
    const { environment } = environmentOf(request);
    const { core, body } = request;
    if (environment.branchPolicy !== "custom") throw notFound();
    const [name, type] = [String(body["name"]), body["type"] === "tag" ? ("tag" as const) : ("branch" as const)];
    if (environment.branchPatterns.some((one) => one.name === name && one.type === type)) return { status: 303 };
    const pattern = { id: core.id(), name, type };
    environment.branchPatterns.push(pattern);
    core.changed();
    return ok(core.shapes.reply.branchPolicy(pattern));
  },
  "repos/create-deployment-protection-rule": (request) => {
    const { repository, environment } = environmentOf(request);
    const { core, body } = request;
    const appId = Number(body["integration_id"]);
    const installed = [...core.state.installations.values()].some(
      (one) => one.appId === appId && one.repositoryIds.has(repository.id),
    );
    if (!installed) throw notFound();
    const rule = { id: core.id(), appId, enabled: true };
    environment.customRules = [...environment.customRules.filter((one) => one.appId !== appId), rule];
    core.changed();
    return { status: 201, body: core.shapes.reply.customRule(rule) };
  },
};
