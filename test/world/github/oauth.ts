import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "./core.ts";
import type { UserState } from "./state.ts";

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
const cookieName = "world_user";

/** `/login/oauth/*` as GitHub has it, with a page to pick who signs in, and `/as/<login>` to be somebody from now on. */
export function signInPages(
  core: Core,
): (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => Promise<boolean> {
  return async (request, response, url, body) => {
    if (url.pathname.startsWith("/as/")) return become(core, response, url);
    if (url.pathname === "/login/oauth/authorize") return authorize(core, request, response, url);
    if (url.pathname === "/login/oauth/access_token") return await Promise.resolve(exchange(core, response, body));
    if (/^\/[^/]+\/[^/]+\/(?:actions|issues|commit|pull)\//.test(url.pathname))
      return page(response, `<h1>${escape(url.pathname)}</h1><p>GitHub would show this here.</p>`);
    return false;
  };
}

function become(core: Core, response: ServerResponse, url: URL): boolean {
  const user = core.account(decodeURIComponent(url.pathname.slice("/as/".length)));
  if (user === undefined) return page(response, "<p>There is nobody of that name.</p>", 404);
  response.writeHead(302, {
    location: url.searchParams.get("to") ?? "/",
    "set-cookie": `${cookieName}=${user.login}; Path=/; HttpOnly; SameSite=Lax`,
  });
  response.end();
  return true;
}

function authorize(core: Core, request: IncomingMessage, response: ServerResponse, url: URL): boolean {
  const query = url.searchParams;
  const app = [...core.state.apps.values()].find((one) => one.clientId === query.get("client_id"));
  const redirectUri = query.get("redirect_uri") ?? "";
  if (app === undefined) return page(response, "<p>No such app.</p>", 404);
  if (!app.redirectUris.includes(redirectUri))
    return page(response, "<p>The redirect_uri is not associated with this application.</p>", 400);
  if (query.get("code_challenge_method") !== "S256")
    return page(response, "<p>PKCE with S256 is expected here.</p>", 400);
  const known = /(?:^|;\s*)world_user=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  const user = core.account(query.get("login") ?? known ?? "");
  if (user === undefined || user.type !== "User") return pick(core, response, url);
  const code = randomBytes(10).toString("hex");
  core.state.oauthCodes.set(code, {
    userId: user.id,
    appId: app.id,
    redirectUri,
    challenge: query.get("code_challenge"),
    at: core.now(),
  });
  const target = new URL(redirectUri);
  target.searchParams.set("code", code);
  target.searchParams.set("state", query.get("state") ?? "");
  response.writeHead(302, { location: target.href });
  response.end();
  return true;
}

function pick(core: Core, response: ServerResponse, url: URL): boolean {
  const people = [...core.state.users.values()].filter((one: UserState) => one.type === "User");
  const links = people.map((one) => {
    const next = new URL(url);
    next.searchParams.set("login", one.login);
    return `<li><a href="${escape(next.pathname + next.search)}">${escape(one.login)}</a></li>`;
  });
  return page(response, `<h1>Sign in to the simulated GitHub</h1><ul>${links.join("")}</ul>`);
}

/** GitHub answers errors with status 200 and an `error` field. A code is good once. */
function exchange(core: Core, response: ServerResponse, body: string): boolean {
  const asked = JSON.parse(body || "{}") as Record<string, string | undefined>;
  const code = core.state.oauthCodes.get(asked["code"] ?? "");
  core.state.oauthCodes.delete(asked["code"] ?? "");
  const app = core.state.apps.get(code?.appId ?? 0);
  const proof = createHash("sha256")
    .update(asked["code_verifier"] ?? "")
    .digest("base64url");
  response.setHeader("content-type", "application/json");
  if (
    code === undefined ||
    app === undefined ||
    app.clientSecret !== asked["client_secret"] ||
    code.redirectUri !== asked["redirect_uri"] ||
    (code.challenge !== null && code.challenge !== proof)
  ) {
    response.end(
      JSON.stringify({ error: "bad_verification_code", error_description: "The code passed is incorrect or expired." }),
    );
    return true;
  }
  const token = `ghu_${randomBytes(18).toString("hex")}`;
  core.state.userTokens.set(token, {
    userId: code.userId,
    appId: app.id,
    expiresAt: new Date(Date.now() + 28_800_000),
  });
  response.end(
    JSON.stringify({
      access_token: token,
      expires_in: 28_800,
      refresh_token: `ghr_${randomBytes(18).toString("hex")}`,
      refresh_token_expires_in: 15_811_200,
      scope: "",
      token_type: "bearer",
    }),
  );
  return true;
}

function page(response: ServerResponse, html: string, status = 200): boolean {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>GitHub, simulated</title><body style="font-family: system-ui; margin: 2rem">${html}</body></html>`,
  );
  return true;
}
