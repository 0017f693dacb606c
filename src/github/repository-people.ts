import { z } from "zod";
import type { Caller } from "./caller.ts";
import type { GitHubRepository } from "./types.ts";

const roles = ["admin", "maintain", "write", "triage", "read", "none"] as const;
const level = z.object({ permission: z.string(), role_name: z.string().optional() });
const membership = z.object({ state: z.string() });

/** People (OpenAPI: repos/get-collaborator-permission-level, teams/get-membership-for-user-in-org). */
export function people(ask: Caller): Pick<GitHubRepository, "permission" | "isTeamMember"> {
  return {
    async permission(login) {
      const found = await ask.orNull("permission", "GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
        username: login,
      });
      if (found === null) return "none";
      const { permission, role_name } = level.parse(found);
      // `permission` folds maintain into write and triage into read; a custom role is known by its base only there.
      return roles.find((role) => role === role_name) ?? roles.find((role) => role === permission) ?? "none";
    },
    async isTeamMember(org, slug, login) {
      const found = await ask.orNull("isTeamMember", "GET /orgs/{org}/teams/{team_slug}/memberships/{username}", {
        org,
        team_slug: slug,
        username: login,
      });
      return found !== null && membership.parse(found).state === "active";
    },
  };
}
