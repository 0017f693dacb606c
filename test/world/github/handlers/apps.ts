import { Answer, forbidden, invalid, notFound } from "../errors.ts";
import { manifestPatience } from "../register.ts";
import type { Core } from "../core.ts";
import type { AppState, DeliveryState, InstallationState, InstallationTokenState, RepositoryState } from "../state.ts";
import type { Caller, Handler, Reply, Request } from "./types.ts";
import { found, listed, noContent, ok, plainList } from "./types.ts";

const hour = 3_600_000;

function appOf(caller: Caller): AppState {
  if (!("app" in caller)) throw notFound();
  return caller.app;
}

function installationOf({ core, caller, path }: Request): InstallationState {
  const installation = found(core.state.installations.get(Number(path["installation_id"])));
  if (installation.appId !== appOf(caller).id) throw notFound();
  return installation;
}

function installations({ core, caller }: Request): InstallationState[] {
  return [...core.state.installations.values()].filter((one) => one.appId === appOf(caller).id);
}

/** `repositories`, `repository_ids` and `permissions` narrow a token; what the installation lacks is a 422. */
function newToken(request: Request): Reply {
  const { core, body } = request;
  const installation = installationOf(request);
  if (installation.suspendedAt !== null) throw new Answer(403, "This installation has been suspended");
  const some = chosen(core, installation, body);
  const permissions = body["permissions"] as InstallationTokenState["permissions"];
  const granted = installation.permissions ?? appOf(request.caller).permissions;
  for (const [name, access] of Object.entries(permissions ?? {}))
    if (granted[name] === undefined || (access === "write" && granted[name] === "read"))
      throw invalid("The permissions requested are not granted to this installation.");
  const token = tokenText(core, installation.appId);
  // Real time: the app's token cache lives by it.
  const expiresAt = new Date(Date.now() + hour);
  core.state.installationTokens.set(token, {
    installationId: installation.id,
    expiresAt,
    ...(some === null ? {} : { repositoryIds: new Set(some.map((one) => one.id)) }),
    ...(permissions === undefined ? {} : { permissions }),
  });
  const shown = core.shapes.reply.installationToken(installation, token, expiresAt, some ?? undefined);
  return { status: 201, body: { ...shown, permissions: permissions ?? granted } };
}

function tokenText(core: Core, appId: number): string {
  if (core.tokenStyle === "short") return `ghs_${core.draw(36)}`;
  return `ghs_${appId}_${core.draw(36)}.${core.draw(64)}.${core.draw(64)}`;
}

/** Null: all that the installation has. */
function chosen(core: Core, installation: InstallationState, body: Record<string, unknown>): RepositoryState[] | null {
  const names = body["repositories"] as string[] | undefined;
  const ids = body["repository_ids"] as number[] | undefined;
  if (names === undefined && ids === undefined) return null;
  const all = [...installation.repositoryIds].flatMap((id) => core.state.repositories.get(id) ?? []);
  const wanted = [
    ...(names ?? []).map((name) => all.find((one) => one.name === name)),
    ...(ids ?? []).map((id) => all.find((one) => one.id === id)),
  ];
  return wanted.map((one) => {
    if (one === undefined)
      throw invalid(
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    return one;
  });
}

/** Newest first; `cursor` is the id of the first delivery of the next page, as the `link` header gives it. */
function deliveries(request: Request): Reply {
  const { core, query, url } = request;
  const failed = (one: DeliveryState): boolean => one.statusCode < 200 || one.statusCode >= 400;
  const status = query.get("status");
  const all = deliveriesOf(request).filter((one) => status === null || failed(one) === (status === "failure"));
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : all.findIndex((one) => String(one.id) === cursor);
  if (start === -1) throw new Answer(400, "Invalid cursor");
  const end = start + Math.min(100, Number(query.get("per_page") ?? 30));
  const next = all[end];
  const target = new URL(url.pathname + url.search, core.url);
  if (next !== undefined) target.searchParams.set("cursor", String(next.id));
  return {
    status: 200,
    body: all.slice(start, end).map((one) => core.shapes.reply.deliveryLine(one)),
    ...(next === undefined ? {} : { headers: { link: `<${target.href}>; rel="next"` } }),
  };
}

function deliveriesOf({ core, caller }: Request): DeliveryState[] {
  return core.state.deliveries.filter((one) => one.appId === appOf(caller).id).reverse();
}

function deliveryOf(request: Request): DeliveryState {
  return found(deliveriesOf(request).find((one) => one.id === Number(request.path["delivery_id"])));
}

/** The app as such: by its JWT, or by the token of an installation. */
export const apps: Record<string, Handler> = {
  "apps/get-authenticated": ({ core, caller }) => ok(core.shapes.reply.app(appOf(caller).id)),
  "apps/create-from-manifest": ({ core, path }) => {
    const code = path["code"] ?? "";
    const known = found(core.state.manifestCodes.get(code));
    core.state.manifestCodes.delete(code);
    if (core.now().getTime() - known.at.getTime() > manifestPatience) throw notFound();
    const { id, clientId, clientSecret, webhookSecret, privateKey } = found(core.state.apps.get(known.appId));
    const secrets = {
      client_id: clientId,
      client_secret: clientSecret,
      webhook_secret: webhookSecret,
      pem: privateKey,
    };
    return { status: 201, body: { ...core.shapes.reply.app(id), ...secrets } };
  },
  "apps/get-webhook-config-for-app": ({ caller }) =>
    ok({ url: appOf(caller).hookUrl ?? "", content_type: "json", insecure_ssl: "0", secret: "********" }),
  "apps/list-installations": (request) =>
    plainList(request, installations(request), request.core.shapes.reply.installation),
  "apps/get-installation": (request) => ok(request.core.shapes.reply.installation(installationOf(request))),
  "apps/get-repo-installation": (request) => {
    const { core, path } = request;
    const repository = found(core.repositoryNamed(path["owner"] ?? "", path["repo"] ?? ""));
    const installation = installations(request).find((one) => one.repositoryIds.has(repository.id));
    return ok(core.shapes.reply.installation(found(installation)));
  },
  "apps/get-org-installation": (request) => {
    const account = request.core.account(request.path["org"] ?? "");
    const installation = installations(request).find((one) => one.accountId === account?.id);
    return ok(request.core.shapes.reply.installation(found(installation)));
  },
  "apps/create-installation-access-token": newToken,
  "apps/revoke-installation-access-token": ({ core, caller, token }) => {
    if (caller.kind !== "installation") throw forbidden();
    core.state.installationTokens.delete(token);
    return noContent;
  },
  "apps/list-repos-accessible-to-installation": (request) => {
    const { core, caller } = request;
    if (caller.kind !== "installation") throw forbidden();
    const all = [...caller.repositoryIds].flatMap((id) => core.state.repositories.get(id) ?? []);
    return listed(request, "repositories", all, (one) => core.shapes.reply.repositoryInList(one));
  },
  "apps/list-webhook-deliveries": deliveries,
  "apps/get-webhook-delivery": (request) => ok(request.core.shapes.reply.delivery(deliveryOf(request))),
  "apps/redeliver-webhook-delivery": (request) => {
    request.hooks.redeliver(deliveryOf(request));
    return { status: 202, body: {} };
  },
};
