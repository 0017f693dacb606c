import { z } from "zod";
import type { GitHubApp } from "./types.ts";
import { GitHubError } from "./types.ts";

export interface OAuthParts {
  /** Web address of GitHub, without a slash at the end. */
  webUrl: string;
  apiUrl: string;
  clientId: string;
  clientSecret: () => string;
  now: () => Date;
  fetch: typeof fetch;
}

/** Eight hours: what GitHub gives (docs, "Refreshing user access tokens"), and the most that a session of ours lasts. */
const mostSeconds = 28_800;
const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().max(mostSeconds).catch(mostSeconds),
});

const authorization = z.object({
  app: z.object({ client_id: z.string() }),
  user: z.object({ id: z.number(), login: z.string() }).nullish(),
  expires_at: z.iso.datetime({ offset: true }).nullable(),
});

/**
 * Sign-in with GitHub: web flow with PKCE (S256). `@octokit/oauth-methods` doesn't send a code verifier, so the three calls are
 * made here. GitHub answers errors with status 200 and an `error` field. The refresh token is dropped: it isn't stored.
 */
export function oauth(parts: OAuthParts): GitHubApp["oauth"] {
  return {
    signInUrl(state, codeChallenge, redirectUri) {
      const query = new URLSearchParams({
        client_id: parts.clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: "S256",
        allow_signup: "false",
      });
      return `${parts.webUrl}/login/oauth/authorize?${query.toString()}`;
    },
    async exchange(code, codeVerifier, redirectUri) {
      const body = {
        client_id: parts.clientId,
        client_secret: parts.clientSecret(),
        code,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      };
      const answer = await send(parts, "exchange", `${parts.webUrl}/login/oauth/access_token`, "POST", body, {});
      if (answer.status >= 500 || answer.status === 429)
        throw new GitHubError("unavailable", "exchange", "GitHub can't sign anybody in at the moment.", {
          status: answer.status,
        });
      const read = granted.safeParse(await answer.json().catch(() => null));
      if (!answer.ok || !read.success)
        throw new GitHubError("unauthorized", "exchange", "GitHub doesn't accept this sign-in; begin it again.");
      return {
        accessToken: read.data.access_token,
        expiresAt: new Date(parts.now().getTime() + read.data.expires_in * 1000),
      };
    },
    async check(accessToken) {
      const answer = await aboutToken(parts, "check", "POST", accessToken);
      // 404: not a token of this app (any more); 422: not the form of one (OpenAPI, apps/check-token).
      if (answer.status === 404 || answer.status === 422) return null;
      const read = authorization.safeParse(await answer.json().catch(() => null));
      if (!answer.ok || !read.success)
        throw new GitHubError(
          "unavailable",
          "check",
          `GitHub answered ${answer.status} when asked whose token it is.`,
          {
            status: answer.status,
          },
        );
      const { user, app, expires_at } = read.data;
      if (!user || app.client_id !== parts.clientId) return null;
      return {
        person: { id: user.id, login: user.login },
        expiresAt: expires_at === null ? null : new Date(expires_at),
      };
    },
    async revoke(accessToken) {
      const answer = await aboutToken(parts, "revoke", "DELETE", accessToken);
      if (!answer.ok && answer.status !== 404 && answer.status !== 422)
        throw new GitHubError("unavailable", "revoke", `GitHub answered ${answer.status} to the end of a session.`, {
          status: answer.status,
        });
    },
  };
}

/** The app asks about a person's token, and proves itself by its secret. */
async function aboutToken(parts: OAuthParts, verb: string, method: string, accessToken: string): Promise<Response> {
  const basic = Buffer.from(`${parts.clientId}:${parts.clientSecret()}`).toString("base64");
  const url = `${parts.apiUrl}/applications/${parts.clientId}/token`;
  return await send(parts, verb, url, method, { access_token: accessToken }, { authorization: `Basic ${basic}` });
}

async function send(
  parts: OAuthParts,
  verb: string,
  url: string,
  method: string,
  body: Record<string, string>,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    return await parts.fetch(url, {
      method,
      body: JSON.stringify(body),
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "x-github-api-version": "2022-11-28",
        ...headers,
      },
      // The body holds the client secret: it goes where it was sent, and nowhere else.
      redirect: "error",
      signal: AbortSignal.timeout(10_000),
    });
  } catch {
    throw new GitHubError("unavailable", verb, "GitHub didn't answer.");
  }
}
