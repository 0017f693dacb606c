import type { Core } from "./core.ts";
import { answerDevice, deviceToken, newDevice } from "./device.ts";
import { exchange, newCode } from "./oauth.ts";
import { escape, page, toward } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";
import { newFilePage } from "./new-file.ts";
import { appPages } from "./register.ts";
import type { Hands } from "./register.ts";
import type { UserState } from "./state.ts";

const cookieName = "world_user";

/**
 * GitHub's pages, as far as people need them here: `/login/oauth/*` with a form to pick who signs in, `/login/device` where a
 * device's code is typed in, `/as/<login>` to be somebody from now on, and those that register and install apps. Null for what isn't a page; else what makes it.
 */
export function pages(hands: Hands): (request: PageRequest) => (() => Page) | null {
  const { core } = hands;
  const ofApps = appPages(hands);
  return (request) => {
    const ofApp = ofApps(request);
    if (ofApp !== null) return ofApp;
    const newFile = newFilePage(hands, request);
    if (newFile !== null) return newFile;
    const path = request.url.pathname;
    // Browsers ask for it by themselves.
    if (path === "/favicon.ico") return () => ({ status: 204, headers: {}, body: "" });
    if (path.startsWith("/as/")) return () => become(core, request.url);
    if (path === "/login/oauth/authorize" && request.method === "GET") return () => authorize(core, request);
    if (path === "/login/oauth/access_token" && request.method === "POST") return () => tokens(core, request);
    if (path === "/login/device/code" && request.method === "POST") return () => deviceCodes(core, request);
    if (path === "/login/device") return () => device(core, request);
    if (/^\/(?!repos\/|orgs\/|api\/)[^/]+\/[^/]+\/(?:actions|issues|commit|pull)\//.test(path))
      return () => page(`<h1>${escape(path)}</h1><p>GitHub would show this here.</p>`);
    return null;
  };
}

function become(core: Core, url: URL): Page {
  const user = core.account(decodeURIComponent(url.pathname.slice("/as/".length)));
  if (user === undefined) return page("<p>There is nobody of that name.</p>", 404);
  return toward(url.searchParams.get("to") ?? "/", {
    "set-cookie": `${cookieName}=${user.login}; Path=/; HttpOnly; SameSite=Lax`,
  });
}

function authorize(core: Core, { url, cookie }: PageRequest): Page {
  const query = url.searchParams;
  const app = [...core.state.apps.values()].find((one) => one.clientId === query.get("client_id"));
  const redirectUri = query.get("redirect_uri") ?? "";
  if (app === undefined) return page("<p>No such app.</p>", 404);
  if (!app.redirectUris.includes(redirectUri))
    return page("<p>The redirect_uri is not associated with this application.</p>", 400);
  if (query.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(query.get("code_challenge") ?? ""))
    return page("<p>PKCE with S256 is expected here.</p>", 400);
  const known = /(?:^|;\s*)world_user=([^;]+)/.exec(cookie)?.[1];
  const user = core.account(query.get("login") ?? known ?? "");
  if (user === undefined || user.type !== "User") return pick(core, url);
  const target = new URL(redirectUri);
  target.searchParams.set("code", newCode(core, app, user, redirectUri, query.get("code_challenge")));
  const state = query.get("state");
  if (state !== null) target.searchParams.set("state", state);
  return toward(target.href);
}

/** Who signs in: a form with one button a person. */
function pick(core: Core, url: URL): Page {
  const people = [...core.state.users.values()].filter((one: UserState) => one.type === "User");
  const kept = [...url.searchParams].filter(([name]) => name !== "login");
  const fields = kept.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  const buttons = people.map(
    ({ login }) => `<p><button name="login" value="${escape(login)}">${escape(login)}</button></p>`,
  );
  const form = `<form action="${url.pathname}" method="get">${fields.join("")}${buttons.join("")}</form>`;
  return page(`<h1>Sign in to the simulated GitHub</h1>${form}`);
}

/** JSON or a form in, JSON or a form out, by `accept`; errors with status 200 (docs, "Troubleshooting OAuth app access token requests"). */
function tokens(core: Core, { text }: PageRequest): Page {
  const asked = fieldsOf(text);
  const byDevice = asked["grant_type"] === "urn:ietf:params:oauth:grant-type:device_code";
  return json(byDevice ? deviceToken(core, asked) : exchange(core, asked));
}

function deviceCodes(core: Core, { text }: PageRequest): Page {
  const answer = newDevice(core, fieldsOf(text));
  return answer === null ? json({ error: "Not Found" }, 404) : json(answer);
}

/** Where a person types in the code that a device shows. */
function device(core: Core, request: PageRequest): Page {
  const fields = fieldsOf(request.text);
  const code = fields["user_code"];
  const user = core.account(fields["login"] ?? "");
  if (request.method === "POST" && code !== undefined && user?.type === "User") {
    try {
      answerDevice(core, code, user, fields["answer"] !== "no");
    } catch (error) {
      return page(`<p>${escape(error instanceof Error ? error.message : "")}</p>`, 404);
    }
    return page("<p>Your device is connected.</p>");
  }
  const people = [...core.state.users.values()].filter((one) => one.type === "User");
  const buttons = people.map(
    ({ login }) => `<p><button name="login" value="${escape(login)}">I am ${escape(login)}, and agree</button></p>`,
  );
  const field = `<label>The code <input name="user_code" required autofocus></label>`;
  const form = `<form action="/login/device" method="post">${field}${buttons.join("")}</form>`;
  return page(`<h1>Connect a device to the simulated GitHub</h1>${form}`);
}

function json(body: unknown, status = 200): Page {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}

function fieldsOf(text: string): Record<string, string | undefined> {
  if (!text.trimStart().startsWith("{")) return Object.fromEntries(new URLSearchParams(text));
  try {
    const read = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}
