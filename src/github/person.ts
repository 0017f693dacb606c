import { z } from "zod";
import { call } from "./call.ts";
import type { CallParts } from "./call.ts";
import { read } from "./read.ts";
import { roleOf } from "./repository-people.ts";
import { GitHubError } from "./types.ts";
import type { GitHubAsPerson, VisibleRepository } from "./types.ts";

const user = z.object({ id: z.number(), login: z.string() });
const listed = z.array(
  z.object({
    id: z.number(),
    // "The access the user has to each repository is included in the hash under the `permissions` key" (GitHub's REST API, "List
    // repositories accessible to the user access token"). Where it is missing nothing is taken for granted.
    permissions: z.object({ push: z.boolean().default(false) }).optional(),
  }),
);

/** GitHub with a person's own token (user-to-server): what they may see, and GitHub's own review in their name. */
export function asPerson(parts: CallParts): GitHubAsPerson {
  return {
    async whoami() {
      const { data } = await call(parts, "whoami", "GET /user");
      return read(user, "whoami", data);
    },
    async visibleRepositories() {
      const installations = await pages(parts, "userInstallations", "GET /user/installations", "installations");
      const lists = await Promise.all(
        installations.map(({ id: installation_id }) =>
          pages(parts, "userRepositories", "GET /user/installations/{installation_id}/repositories", "repositories", {
            installation_id,
          }).catch(seesNothing),
        ),
      );
      return lists
        .flat()
        .map(({ id, permissions }): VisibleRepository => ({ id, writable: permissions?.push === true }));
    },
    async canReview(repository, runId, environmentId) {
      const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments";
      const where = { owner: repository.owner, repo: repository.name, run_id: runId };
      const { data } = await call(parts, "pendingDeployments", route, where);
      const shape = z.array(
        z.object({ environment: z.object({ id: z.number() }), current_user_can_approve: z.boolean() }),
      );
      return read(shape, "pendingDeployments", data).some(
        (one) => one.environment.id === environmentId && one.current_user_can_approve,
      );
    },
    async reviewDeployments(repository, runId, environmentIds, state, comment) {
      await call(parts, "reviewDeployments", "POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments", {
        owner: repository.owner,
        repo: repository.name,
        run_id: runId,
        environment_ids: environmentIds,
        state,
        comment: comment.slice(0, 1024),
      });
    },
    async permission(repository, login) {
      try {
        const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
        const { data } = await call(parts, "permission", route, {
          owner: repository.owner,
          repo: repository.name,
          username: login,
        });
        return roleOf("permission", data);
      } catch (error) {
        if (error instanceof GitHubError && error.code === "not-found") return "none";
        throw error;
      }
    },
  };
}

/** An installation that is suspended, or whose organisation wants another sign-in first, shows nothing; the others still do. */
function seesNothing(error: unknown): z.output<typeof listed> {
  if (error instanceof GitHubError && ["forbidden", "not-found"].includes(error.code)) return [];
  throw error;
}

async function pages(
  parts: CallParts,
  verb: string,
  route: string,
  key: string,
  parameters: Record<string, unknown> = {},
): Promise<z.output<typeof listed>> {
  const found: z.output<typeof listed> = [];
  for (let page = 1; page <= 50; page += 1) {
    const { data } = await call(parts, verb, route, { ...parameters, per_page: 100, page });
    const list = read(z.object({ [key]: listed }), verb, data)[key] ?? [];
    found.push(...list);
    if (list.length < 100) break;
  }
  return found;
}
