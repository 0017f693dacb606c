import { createHash } from "node:crypto";
import type { Core } from "./core.ts";
import type { AppState, UserState } from "./state.ts";

/** A person's token of a GitHub App lives eight hours, its refresh token six months (docs, "Refreshing user access tokens"). */
const lifetime = 28_800;
const refreshLifetime = 15_811_200;
/** A code is good for ten minutes (docs, "Generating a user access token"). */
const codePatience = 600_000;

export interface Granted {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  refresh_token_expires_in: number;
  scope: "";
  token_type: "bearer";
}

export interface Refused {
  error: string;
  error_description: string;
}

/** Makes a code for a person who has agreed to sign in to an app. */
export function newCode(
  core: Core,
  app: AppState,
  user: UserState,
  redirectUri: string,
  challenge: string | null,
): string {
  const code = core.draw(20);
  core.state.oauthCodes.set(code, { userId: user.id, appId: app.id, redirectUri, challenge, at: core.now() });
  return code;
}

/** Makes the tokens of a person's sign-in to an app. */
export function grant(core: Core, userId: number, appId: number): Granted {
  const token = `ghu_${core.draw(36)}`;
  const refresh = `ghr_${core.draw(60)}`;
  const createdAt = core.now();
  const expiresAt = new Date(createdAt.getTime() + lifetime * 1000);
  core.state.userTokens.set(token, { userId, appId, createdAt, expiresAt });
  core.state.refreshTokens?.set(refresh, { userId, appId, accessToken: token });
  return {
    access_token: token,
    expires_in: lifetime,
    refresh_token: refresh,
    refresh_token_expires_in: refreshLifetime,
    scope: "",
    token_type: "bearer",
  };
}

type Asked = Readonly<Record<string, string | undefined>>;

/** `POST /login/oauth/access_token`: tokens for a code, once, or for a refresh token, once. */
export function exchange(core: Core, asked: Asked): Granted | Refused {
  const app = [...core.state.apps.values()].find((one) => one.clientId === asked["client_id"]);
  if (app === undefined || app.clientSecret !== asked["client_secret"])
    return refused("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
  return asked["grant_type"] === "refresh_token" ? refreshed(core, app, asked) : redeemed(core, app, asked);
}

function redeemed(core: Core, app: AppState, asked: Asked): Granted | Refused {
  const wrong = refused("bad_verification_code", "The code passed is incorrect or expired.");
  const code = core.state.oauthCodes.get(asked["code"] ?? "");
  if (code === undefined || code.appId !== app.id) return wrong;
  core.state.oauthCodes.delete(asked["code"] ?? "");
  if (core.now().getTime() - code.at.getTime() > codePatience) return wrong;
  const proof = createHash("sha256")
    .update(asked["code_verifier"] ?? "")
    .digest("base64url");
  if (code.challenge !== null && code.challenge !== proof) return wrong;
  if (asked["redirect_uri"] !== undefined && asked["redirect_uri"] !== code.redirectUri)
    return refused(
      "redirect_uri_mismatch",
      "The redirect_uri MUST match the registered callback URL for this application.",
    );
  return grant(core, code.userId, app.id);
}

/** The old pair of tokens ends with it. */
function refreshed(core: Core, app: AppState, asked: Asked): Granted | Refused {
  const known = core.state.refreshTokens?.get(asked["refresh_token"] ?? "");
  if (known === undefined || known.appId !== app.id)
    return refused("bad_refresh_token", "The refresh token passed is incorrect or expired.");
  core.state.refreshTokens?.delete(asked["refresh_token"] ?? "");
  core.state.userTokens.delete(known.accessToken);
  return grant(core, known.userId, app.id);
}

function refused(error: string, error_description: string): Refused {
  return { error, error_description };
}
