import { notFound } from "../errors.ts";
import type { EnvironmentState, RepositoryState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { found, listed, ok, repositoryOf } from "./types.ts";

/** The environment that the path names. */
export function environmentOf(request: Request): { repository: RepositoryState; environment: EnvironmentState } {
  const repository = repositoryOf(request);
  const environment = request.core.environmentNamed(repository, request.path["environment_name"] ?? "");
  if (environment === undefined) throw notFound();
  return { repository, environment };
}

/** Environments and their rules, to be read only: the app never has Administration. */
export const environments: Record<string, Handler> = {
  "repos/get-all-environments": (request) => {
    const repository = repositoryOf(request);
    const { reply } = request.core.shapes;
    return listed(request, "environments", repository.environments, (one) => reply.environment(repository, one));
  },
  "repos/get-environment": (request) => {
    const { repository, environment } = environmentOf(request);
    return ok(request.core.shapes.reply.environment(repository, environment));
  },
  "repos/get-all-deployment-protection-rules": (request) => {
    const rules = environmentOf(request).environment.customRules.filter((one) => one.enabled);
    const { reply } = request.core.shapes;
    return ok({
      total_count: rules.length,
      custom_deployment_protection_rules: rules.map((one) => reply.customRule(one)),
    });
  },
  "repos/get-custom-deployment-protection-rule": (request) => {
    const rules = environmentOf(request).environment.customRules;
    const rule = found(rules.find((one) => one.id === Number(request.path["protection_rule_id"])));
    return ok(request.core.shapes.reply.customRule(rule));
  },
  "repos/list-deployment-branch-policies": (request) => {
    const { reply } = request.core.shapes;
    const all = environmentOf(request).environment.branchPatterns;
    return listed(request, "branch_policies", all, (one) => reply.branchPolicy(one));
  },
};
