import { forbidden, notFound } from "../errors.ts";
import type { Core } from "../core.ts";
import type { RepositoryState, UserTokenState } from "../state.ts";
import type { Caller, Handler, Request } from "./types.ts";
import { found, listed, noContent, ok } from "./types.ts";

/** The person's token in the body, where it belongs to the app that asks; 404 otherwise. */
function tokenOf({ core, caller, body, path }: Request): { value: string; token: UserTokenState } {
  const value = String(body["access_token"]);
  const token = found(core.state.userTokens.get(value));
  if (caller.kind !== "basic" || caller.app.clientId !== path["client_id"]) throw notFound();
  if (token.appId !== caller.app.id || token.expiresAt <= core.now()) throw notFound();
  return { value, token };
}

/** Ends all that a person's sign-in to an app gave it. */
export function endAuthorization(core: Core, userId: number, appId: number): void {
  for (const tokens of [core.state.userTokens, core.state.refreshTokens])
    for (const [value, token] of tokens ?? [])
      if (token.userId === userId && token.appId === appId) tokens?.delete(value);
}

function seen(core: Core, caller: Caller & { kind: "person" }, ids: ReadonlySet<number>): RepositoryState[] {
  const all = [...ids].flatMap((id) => core.state.repositories.get(id) ?? []);
  return all.filter((one) => core.roleOf(one, caller.user.id) !== "none");
}

/** A person's token: what it is, what it sees, its end. */
export const tokens: Record<string, Handler> = {
  "apps/check-token": (request) => {
    const { value, token } = tokenOf(request);
    const { createdAt = token.expiresAt, expiresAt } = token;
    const { reply } = request.core.shapes;
    return ok(reply.authorization(token.appId, token.userId, { value, createdAt, expiresAt }));
  },
  "apps/delete-token": (request) => {
    request.core.state.userTokens.delete(tokenOf(request).value);
    return noContent;
  },
  "apps/delete-authorization": (request) => {
    const { core, hooks } = request;
    const { token } = tokenOf(request);
    endAuthorization(core, token.userId, token.appId);
    const app = found(core.state.apps.get(token.appId));
    hooks.send(app, core.shapes.webhook.authorizationRevoked(token.userId), null, null);
    return noContent;
  },
  "apps/list-installations-for-authenticated-user": (request) => {
    const { core, caller } = request;
    if (caller.kind !== "person") throw forbidden();
    const all = [...core.state.installations.values()].filter(
      (one) => one.appId === caller.app.id && seen(core, caller, one.repositoryIds).length > 0,
    );
    return listed(request, "installations", all, (one) => core.shapes.reply.installation(one));
  },
  "apps/list-installation-repos-for-authenticated-user": (request) => {
    const { core, caller, path } = request;
    if (caller.kind !== "person") throw forbidden();
    const installation = found(core.state.installations.get(Number(path["installation_id"])));
    if (installation.appId !== caller.app.id) throw notFound();
    const all = installation.suspendedAt === null ? seen(core, caller, installation.repositoryIds) : [];
    if (all.length === 0) throw notFound();
    return listed(request, "repositories", all, (one) =>
      core.shapes.reply.repositoryOfPerson(one, core.roleOf(one, caller.user.id)),
    );
  },
};
