import { z } from "zod";
import type { Caller } from "./caller.ts";
import type { Environment, GitHubRepository } from "./types.ts";

const reviewer = z.object({
  type: z.enum(["User", "Team"]),
  reviewer: z.object({ id: z.number(), login: z.string().optional(), slug: z.string().optional() }),
});
const environment = z.object({
  id: z.number(),
  name: z.string(),
  // Not in GitHub's OpenAPI document; returned in practice (go-github reads it).
  can_admins_bypass: z.boolean().optional(),
  protection_rules: z
    .array(
      z.object({
        type: z.string(),
        wait_timer: z.number().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(reviewer).optional(),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable(),
});
const rule = z.object({ id: z.number(), enabled: z.boolean(), app: z.object({ id: z.number(), slug: z.string() }) });
const pattern = z.object({ name: z.string(), type: z.enum(["branch", "tag"]).default("branch") });

/** Environments and their rules (OpenAPI: repos/get-environment and its neighbours). Names may have slashes: encoded. */
export function environments(ask: Caller): Pick<GitHubRepository, "environment" | "customRules" | "branchPatterns"> {
  const route = "GET /repos/{owner}/{repo}/environments/{environment_name}";
  return {
    async environment(name) {
      const found = await ask.orNull("environment", route, { environment_name: name });
      return found === null ? null : toEnvironment(environment.parse(found));
    },
    async customRules(name) {
      const { data } = await ask("customRules", `${route}/deployment_protection_rules`, { environment_name: name });
      const { custom_deployment_protection_rules: rules } = z
        .object({ custom_deployment_protection_rules: z.array(rule).default([]) })
        .parse(data);
      return rules.map((one) => ({ id: one.id, enabled: one.enabled, appId: one.app.id, appSlug: one.app.slug }));
    },
    async branchPatterns(name) {
      const found = await ask.all("branchPatterns", `${route}/deployment-branch-policies`, "branch_policies", {
        environment_name: name,
      });
      return z.array(pattern).parse(found);
    },
  };
}

function toEnvironment(read: z.output<typeof environment>): Environment {
  const reviewers = read.protection_rules.find((one) => one.type === "required_reviewers");
  return {
    id: read.id,
    name: read.name,
    adminsCanBypass: read.can_admins_bypass ?? null,
    waitTimer: read.protection_rules.find((one) => one.type === "wait_timer")?.wait_timer ?? 0,
    requiredReviewers:
      reviewers === undefined
        ? null
        : {
            preventSelfReview: reviewers.prevent_self_review ?? false,
            reviewers: (reviewers.reviewers ?? []).map(({ type, reviewer: who }) => ({
              type,
              id: who.id,
              name: who.login ?? who.slug ?? String(who.id),
            })),
          },
    branchPolicy:
      read.deployment_branch_policy === null
        ? null
        : {
            protectedBranches: read.deployment_branch_policy.protected_branches,
            customBranchPolicies: read.deployment_branch_policy.custom_branch_policies,
          },
  };
}
