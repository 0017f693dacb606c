import { z } from "zod";
import type { Caller } from "./caller.ts";
import { read, reviewerShape } from "./read.ts";
import type { Environment, GitHubRepository } from "./types.ts";

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
        reviewers: z.array(reviewerShape).optional(),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable(),
});
const rule = z.object({ id: z.number(), enabled: z.boolean(), app: z.object({ id: z.number(), slug: z.string() }) });
const ruleList = z.object({ custom_deployment_protection_rules: z.array(rule).default([]) });
const pattern = z.object({ name: z.string(), type: z.enum(["branch", "tag"]).default("branch") });

/** Environments and their rules (OpenAPI: repos/get-environment and its neighbours). Names may have slashes: encoded. */
export function environments(
  ask: Caller,
): Pick<GitHubRepository, "environment" | "environmentIds" | "customRules" | "branchPatterns"> {
  const route = "GET /repos/{owner}/{repo}/environments/{environment_name}";
  return {
    async environment(name) {
      const found = await ask.orNull("environment", route, { environment_name: name });
      return found === null ? null : toEnvironment(read(environment, "environment", found));
    },
    async environmentIds() {
      const found = await ask.all("environmentIds", "GET /repos/{owner}/{repo}/environments", "environments");
      return read(z.array(z.object({ id: z.number() })), "environmentIds", found).map(({ id }) => id);
    },
    async customRules(name) {
      const { data } = await ask("customRules", `${route}/deployment_protection_rules`, { environment_name: name });
      const { custom_deployment_protection_rules: rules } = read(ruleList, "customRules", data);
      return rules.map((one) => ({ id: one.id, enabled: one.enabled, appId: one.app.id, appSlug: one.app.slug }));
    },
    async branchPatterns(name) {
      const found = await ask.all("branchPatterns", `${route}/deployment-branch-policies`, "branch_policies", {
        environment_name: name,
      });
      return read(z.array(pattern), "branchPatterns", found);
    },
  };
}

function toEnvironment(said: z.output<typeof environment>): Environment {
  const reviewers = said.protection_rules.find((one) => one.type === "required_reviewers");
  return {
    id: said.id,
    name: said.name,
    adminsCanBypass: said.can_admins_bypass ?? null,
    waitTimer: said.protection_rules.find((one) => one.type === "wait_timer")?.wait_timer ?? 0,
    requiredReviewers:
      reviewers === undefined
        ? null
        : {
            preventSelfReview: reviewers.prevent_self_review ?? false,
            reviewers: reviewers.reviewers ?? [],
          },
    branchPolicy:
      said.deployment_branch_policy === null
        ? null
        : {
            protectedBranches: said.deployment_branch_policy.protected_branches,
            customBranchPolicies: said.deployment_branch_policy.custom_branch_policies,
          },
  };
}
