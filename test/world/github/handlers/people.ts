import { forbidden, notFound } from "../errors.ts";
import type { OrganizationState, UserState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { found, ok, repositoryOf } from "./types.ts";

function userOf({ core, path }: Request): UserState {
  return found(core.account(path["username"] ?? ""));
}

/** The organisation that the path names, where the app is installed on it (and the person is a member of it). */
function organizationOf({ core, caller, path }: Request): OrganizationState {
  const organization = found(core.state.organizations.get(core.account(path["org"] ?? "")?.id ?? 0));
  if (caller.kind === "installation" && caller.installation.accountId !== organization.user.id) throw forbidden();
  if (caller.kind === "person" && !organization.members.has(caller.user.id)) throw notFound();
  return organization;
}

/** Who people are, and what they are in organisations, teams and repositories. */
export const people: Record<string, Handler> = {
  "users/get-authenticated": ({ core, caller }) => {
    if (caller.kind !== "person") throw forbidden();
    return ok(core.shapes.reply.publicUser(caller.user.id));
  },
  "users/get-by-username": (request) => ok(request.core.shapes.reply.publicUser(userOf(request).id)),
  "users/get-by-id": ({ core, path }) => {
    const id = Number(path["account_id"]);
    return ok(core.shapes.reply.publicUser(found(core.state.users.get(id)).id));
  },
  "repos/get-collaborator-permission-level": (request) => {
    const repository = repositoryOf(request);
    const user = userOf(request);
    return ok(request.core.shapes.reply.permission(user.id, request.core.roleOf(repository, user.id)));
  },
  "orgs/get-membership-for-user": (request) => {
    const organization = organizationOf(request);
    const user = userOf(request);
    if (!organization.members.has(user.id)) throw notFound();
    return ok(request.core.shapes.reply.organizationMembership(organization, user.id));
  },
  "teams/get-membership-for-user-in-org": (request) => {
    const team = found(organizationOf(request).teams.find((one) => one.slug === request.path["team_slug"]));
    const user = userOf(request);
    if (!team.members.has(user.id)) throw notFound();
    return ok(request.core.shapes.reply.teamMembership(team, user.id));
  },
};
