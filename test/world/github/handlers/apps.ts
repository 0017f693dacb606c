import { randomBytes } from "node:crypto";
import { notFound } from "../errors.ts";
import type { Core } from "../core.ts";
import type { AppState, InstallationState } from "../state.ts";
import type { Caller, Handler, Request } from "./types.ts";
import { noContent, ok, page } from "./types.ts";

const hour = 3_600_000;

function appOf(caller: Caller): AppState {
  if (caller.kind === "none") throw notFound();
  return caller.app;
}

function installationOf(core: Core, caller: Caller, id: string | undefined): InstallationState {
  const found = core.state.installations.get(Number(id));
  if (found === undefined || found.appId !== appOf(caller).id) throw notFound();
  return found;
}

function deliveriesOf({ core, caller }: Request): Core["state"]["deliveries"] {
  return core.state.deliveries.filter((one) => one.appId === appOf(caller).id).reverse();
}

export const apps: Record<string, Handler> = {
  "apps/get-authenticated": ({ core, caller }) => ok(core.shapes.reply.app(appOf(caller).id)),
  "apps/list-installations": ({ core, caller, query }) =>
    ok(
      page(
        [...core.state.installations.values()].filter((one) => one.appId === appOf(caller).id),
        query,
      ).map((one) => core.shapes.reply.installation(one)),
    ),
  "apps/get-installation": ({ core, caller, path }) =>
    ok(core.shapes.reply.installation(installationOf(core, caller, path["installation_id"]))),
  "apps/create-installation-access-token": ({ core, caller, path }) => {
    const installation = installationOf(core, caller, path["installation_id"]);
    const token = `ghs_${randomBytes(18).toString("hex")}`;
    // Real time: the app's token cache lives by it.
    const expiresAt = new Date(Date.now() + hour);
    core.state.installationTokens.set(token, { installationId: installation.id, expiresAt });
    return { status: 201, body: core.shapes.reply.installationToken(installation, token, expiresAt) };
  },
  "apps/list-repos-accessible-to-installation": ({ core, caller, query }) => {
    if (caller.kind !== "installation") throw notFound();
    const all = [...caller.installation.repositoryIds].flatMap((id) => core.state.repositories.get(id) ?? []);
    return ok({
      total_count: all.length,
      repositories: page(all, query).map((one) => core.shapes.reply.repositoryInList(one)),
    });
  },
  "apps/list-webhook-deliveries": (request) =>
    ok(page(deliveriesOf(request), request.query).map((one) => request.core.shapes.reply.deliveryLine(one))),
  "apps/get-webhook-delivery": (request) => {
    const found = deliveriesOf(request).find((one) => one.id === Number(request.path["delivery_id"]));
    if (found === undefined) throw notFound();
    return ok(request.core.shapes.reply.delivery(found));
  },
  "apps/redeliver-webhook-delivery": (request) => {
    const found = deliveriesOf(request).find((one) => one.id === Number(request.path["delivery_id"]));
    if (found === undefined) throw notFound();
    request.hooks.redeliver(found);
    return { status: 202, body: {} };
  },
  "apps/delete-token": ({ core, body }) => {
    if (!core.state.userTokens.delete(String(body["access_token"]))) throw notFound();
    return noContent;
  },
  "users/get-authenticated": ({ core, caller }) => {
    if (caller.kind !== "person") throw notFound();
    return ok(core.shapes.reply.publicUser(caller.user.id));
  },
  "apps/list-installations-for-authenticated-user": ({ core, caller, query }) => {
    if (caller.kind !== "person") throw notFound();
    const all = [...core.state.installations.values()].filter(
      (one) => one.appId === caller.app.id && [...one.repositoryIds].some((id) => sees(core, caller.user.id, id)),
    );
    return ok({
      total_count: all.length,
      installations: page(all, query).map((one) => core.shapes.reply.installation(one)),
    });
  },
  "apps/list-installation-repos-for-authenticated-user": ({ core, caller, path, query }) => {
    if (caller.kind !== "person") throw notFound();
    const installation = installationOf(core, caller, path["installation_id"]);
    const all = [...installation.repositoryIds]
      .filter((id) => sees(core, caller.user.id, id))
      .flatMap((id) => core.state.repositories.get(id) ?? []);
    return ok({
      total_count: all.length,
      repositories: page(all, query).map((one) => core.shapes.reply.repositoryInList(one)),
    });
  },
};

function sees(core: Core, userId: number, repositoryId: number): boolean {
  const repository = core.state.repositories.get(repositoryId);
  return repository !== undefined && core.roleOf(repository, userId) !== "none";
}
