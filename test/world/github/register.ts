import { form, page, toward } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";
import type { AppState, InstallationState, OrganizationState, RepositoryState, UserState } from "./state.ts";
import type { Core } from "./core.ts";
import type { Webhooks } from "./webhooks.ts";

/** What these pages do when somebody agrees. */
export interface Hands {
  core: Core;
  hooks: Webhooks;
  createApp(of: { slug: string; permissions: AppState["permissions"]; events: string[] }): AppState;
  install(app: AppState, on: OrganizationState | UserState, repositories: RepositoryState[]): InstallationState;
}

interface Manifest {
  name: string;
  url: string;
  hook_attributes: { url: string; active: boolean };
  redirect_url: string;
  callback_urls: string[];
  setup_url?: string;
  public: boolean;
  default_permissions: AppState["permissions"];
  default_events: string[];
}

/** All three steps of a manifest have to be taken within the hour (docs, "Registering a GitHub App from a manifest"). */
export const manifestPatience = 3_600_000;

/**
 * GitHub's pages for a new app: `[organizations/<org>/]settings/apps/new`, which takes a manifest, shows it, and registers the app; and
 * `apps/<slug>/installations/new`, which installs one. Null for what isn't such a page.
 */
export function appPages(hands: Hands): (request: PageRequest) => (() => Page) | null {
  return (request) => {
    const path = request.url.pathname;
    const owner = /^\/(?:organizations\/([^/]+)\/)?settings\/apps\/new$/.exec(path);
    if (owner !== null && request.method === "POST") return () => register(hands, request, owner[1] ?? null);
    const slug = /^\/apps\/([^/]+)\/installations\/new$/.exec(path)?.[1];
    if (slug !== undefined) return () => install(hands, request, slug);
    return null;
  };
}

function register(hands: Hands, request: PageRequest, organisation: string | null): Page {
  const { core } = hands;
  const fields = new URLSearchParams(request.text);
  const by = core.account(/(?:^|;\s*)world_user=([^;]+)/.exec(request.cookie)?.[1] ?? "");
  if (by === undefined)
    return page("<p>Sign in to the simulated GitHub first: <code>/as/&lt;login&gt;</code>.</p>", 401);
  const owner = organisation === null ? by : core.account(organisation);
  const admins = core.state.organizations.get(owner?.id ?? 0)?.members;
  if (owner === undefined || (organisation !== null && admins?.get(by.id) !== "admin"))
    return page("<p>There is no such page.</p>", 404);
  const manifest = read(fields.get("manifest") ?? "");
  if (typeof manifest === "string") return page(`<p>${manifest}</p>`, 422);
  const name = fields.get("name") ?? "";
  if (name === "") return page(confirm(request, manifest));
  const slug = name.toLowerCase().replaceAll(/[^a-z\d]+/g, "-");
  if ([...core.state.apps.values()].some((one) => one.slug === slug)) return page("<p>Name is already taken</p>", 422);
  const app = hands.createApp({ slug, permissions: manifest.default_permissions, events: manifest.default_events });
  Object.assign(app, { name, ownerId: owner.id, hookUrl: manifest.hook_attributes.url });
  app.redirectUris = manifest.callback_urls;
  if (manifest.setup_url !== undefined) app.setupUrl = manifest.setup_url;
  const code = core.draw(40);
  core.state.manifestCodes.set(code, { appId: app.id, at: core.now() });
  const target = new URL(manifest.redirect_url);
  target.searchParams.set("code", code);
  const state = request.url.searchParams.get("state");
  if (state !== null) target.searchParams.set("state", state);
  return toward(target.href);
}

function confirm({ url }: PageRequest, manifest: Manifest): string {
  const permissions = Object.entries(manifest.default_permissions).map(([name, access]) => `${name}: ${access}`);
  return form(
    url.pathname + url.search,
    `Register a GitHub App: ${permissions.join(", ")}`,
    [["manifest", JSON.stringify(manifest)]],
    `<label>Name <input name="name" value="__NAME__" maxlength="34"></label><button>Create GitHub App</button>`,
    { __NAME__: manifest.name },
  );
}

/** A manifest as GitHub takes it, or what is wrong with it. */
function read(text: string): Manifest | string {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text) as Partial<Manifest>;
  } catch {
    return "The manifest isn't JSON.";
  }
  const { name = "", url, redirect_url, hook_attributes, callback_urls = [], default_permissions } = manifest;
  if (name.length > 34) return "Name is too long (maximum is 34 characters)";
  if (url === undefined || !URL.canParse(url)) return "URL is required.";
  if (redirect_url === undefined || !URL.canParse(redirect_url)) return "Redirect URL is required.";
  if (hook_attributes?.url === undefined || !URL.canParse(hook_attributes.url)) return "Hook url is required.";
  if (callback_urls.length > 10) return "Too many callback URLs.";
  if (default_permissions === undefined) return "Permissions are missing.";
  return manifest as Manifest;
}

/** A form of the account's repositories, or what it sent. */
function install(hands: Hands, { method, text, url, cookie }: PageRequest, slug: string): Page {
  const { core } = hands;
  const app = [...core.state.apps.values()].find((one) => one.slug === slug);
  const by = core.account(/(?:^|;\s*)world_user=([^;]+)/.exec(cookie)?.[1] ?? "");
  const account = core.state.organizations.get(app?.ownerId ?? 0) ?? core.state.users.get(app?.ownerId ?? 0);
  if (app === undefined || account === undefined || by === undefined) return page("<p>There is no such page.</p>", 404);
  const all = [...core.state.repositories.values()].filter((one) => one.ownerId === app.ownerId);
  if (method !== "POST") {
    const boxes = all.map(
      ({ name, id }) => `<p><label><input type="checkbox" name="repository" value="${id}"> ${name}</label></p>`,
    );
    return page(form(url.pathname, `Install ${app.name}`, [], `${boxes.join("")}<button>Install</button>`));
  }
  const ids = new Set(new URLSearchParams(text).getAll("repository").map(Number));
  const chosen = all.filter(({ id }) => ids.has(id));
  const installation = hands.install(app, account, chosen);
  if (app.setupUrl === undefined) return page("<p>Installed.</p>");
  const target = new URL(app.setupUrl);
  target.searchParams.set("installation_id", String(installation.id));
  target.searchParams.set("setup_action", "install");
  return toward(target.href);
}
