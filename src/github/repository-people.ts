import { z } from "zod";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import type { GitHubRepository } from "./types.ts";

const roles = ["admin", "maintain", "write", "triage", "read", "none"] as const;
const level = z.object({ permission: z.string(), role_name: z.string().optional() });
const membership = z.object({ state: z.string() });

/**
 * A person's role as GitHub tells it: `permission` folds maintain into write and triage into read, so `role_name` comes first; a
 * custom role is known by its base only in `permission` (docs, "Get repository permissions for a user").
 */
export function roleOf(verb: string, data: unknown): (typeof roles)[number] {
  const { permission, role_name } = read(level, verb, data);
  return roles.find((role) => role === role_name) ?? roles.find((role) => role === permission) ?? "none";
}

/** People (OpenAPI: repos/get-collaborator-permission-level, teams/get-membership-for-user-in-org). */
export function people(ask: Caller): Pick<GitHubRepository, "permission" | "isTeamMember"> {
  return {
    async permission(login) {
      const found = await ask.orNull("permission", "GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        username: login,
      });
      if (found === null) return "none";
      return roleOf("permission", found);
    },
    async isTeamMember(org, slug, login) {
      const found = await ask.orNull("isTeamMember", "GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
        org,
        team_slug: slug,
        username: login,
      });
      return found !== null && read(membership, "isTeamMember", found).state === "active";
    },
  };
}
