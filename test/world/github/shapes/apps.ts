import type { Account, App, Delivery, Installation, Json, Repository } from "./entities.ts";
import { user } from "./people.ts";
import { repository } from "./repository.ts";
import { iso, isoOrNull, nodeId, type Site } from "./site.ts";

/** `GET /app`, and `performed_via_github_app` of what an app wrote. */
export function app(site: Site, it: App): Json {
  return {
    id: it.id,
    slug: it.slug,
    node_id: nodeId("App", it.id),
    client_id: it.clientId,
    owner: user(site, it.owner),
    name: it.name,
    description: null,
    external_url: `${site.web}/apps/${it.slug}`,
    html_url: `${site.web}/apps/${it.slug}`,
    created_at: iso(it.createdAt),
    updated_at: iso(it.createdAt),
    permissions: it.permissions,
    events: it.events,
  };
}

export function installation(site: Site, it: Installation): Json {
  const organisation = it.account.type === "Organization";
  const settings = organisation ? `/organizations/${it.account.login}/settings` : "/settings";
  return {
    id: it.id,
    account: user(site, it.account),
    repository_selection: it.selection,
    access_tokens_url: `${site.api}/app/installations/${it.id}/access_tokens`,
    repositories_url: `${site.api}/installation/repositories`,
    html_url: `${site.web}${settings}/installations/${it.id}`,
    app_id: it.app.id,
    app_slug: it.app.slug,
    client_id: it.app.clientId,
    target_id: it.account.id,
    target_type: organisation ? "Organization" : "User",
    permissions: it.app.permissions,
    events: it.app.events,
    created_at: iso(it.createdAt),
    updated_at: iso(it.createdAt),
    single_file_name: null,
    suspended_by: it.suspendedAt === null ? null : user(site, it.account),
    suspended_at: isoOrNull(it.suspendedAt),
  };
}

/** `repositories` only where the token was asked for some of them. */
export function installationToken(
  site: Site,
  of: Installation,
  token: string,
  expiresAt: Date,
  repositories?: readonly Repository[],
): Json {
  return {
    token,
    expires_at: iso(expiresAt),
    permissions: of.app.permissions,
    repository_selection: repositories === undefined ? of.selection : "selected",
    ...(repositories === undefined ? {} : { repositories: repositories.map((it) => repository(site, it)) }),
  };
}

/** Answer to "check a token": a person's token, its app and its person. */
export function authorization(
  site: Site,
  of: App,
  owner: Account,
  token: { id: number; value: string; createdAt: Date; expiresAt: Date },
): Json {
  return {
    id: token.id,
    url: `${site.api}/authorizations/${token.id}`,
    scopes: [],
    token: token.value,
    token_last_eight: token.value.slice(-8),
    hashed_token: null,
    app: { client_id: of.clientId, name: of.name, url: `${site.web}/apps/${of.slug}` },
    note: null,
    note_url: null,
    fingerprint: null,
    created_at: iso(token.createdAt),
    updated_at: iso(token.createdAt),
    expires_at: iso(token.expiresAt),
    user: user(site, owner),
  };
}

/** One line of the delivery log. */
export function deliveryLine(it: Delivery): Json {
  return {
    id: it.id,
    guid: it.guid,
    delivered_at: it.deliveredAt.toISOString(),
    redelivery: it.redelivery,
    duration: 0.03,
    status:
      it.statusCode === 0
        ? "failed to connect to host"
        : it.statusCode < 300
          ? "OK"
          : `Invalid HTTP Response: ${it.statusCode}`,
    status_code: it.statusCode,
    event: it.event,
    action: it.action,
    installation_id: it.installationId,
    repository_id: it.repositoryId,
    throttled_at: null,
  };
}

/** One delivery with what was sent and what came back. */
export function delivery(it: Delivery, hookUrl: string): Json {
  const headers = { "X-GitHub-Event": it.event, "X-GitHub-Delivery": it.guid, "Content-Type": "application/json" };
  return {
    ...deliveryLine(it),
    url: hookUrl,
    request: { headers, payload: JSON.parse(it.payload) as Json },
    response: { headers: {}, payload: null },
  };
}
