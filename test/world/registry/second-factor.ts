import type { ServerResponse } from "node:http";
import type { Account } from "./accounts.ts";
import type { Ask, Front } from "./front.ts";
import { answer, escape, html, refuse } from "./http.ts";

/**
 * True where the second factor was given; otherwise the answer has been sent: `www-authenticate: OTP` (npm-registry-fetch,
 * `check-response.js`; npm's CLI asks for a code or opens the link only on that), with a link for whoever has a security key and
 * sends `npm-auth-type: web`. `command`: what `npm-command` has to say besides, as npm's API description wants it for stages and
 * trust; without the two headers it shows the link in `npm-notice`.
 */
export function secondFactor(front: Front, ask: Ask, account: Account, what: string, command?: string): boolean {
  const { request, response } = ask;
  const otp = request.headers["npm-otp"];
  const proven =
    typeof otp === "string" && otp !== "" ? front.accounts.prove(account, otp, front.habits.answersAgain) : null;
  if (proven === "right") return true;
  if (proven === "limited") refuse(response, 429, "Could not authenticate");
  else demand(front, ask, account, what, command);
  return false;
}

function demand(front: Front, { request, response }: Ask, account: Account, what: string, command?: string): void {
  const headers = { "www-authenticate": "OTP" };
  const web = request.headers["npm-auth-type"] === "web";
  if (account.tfa !== "web") return code(response, headers);
  if (web && (command === undefined || request.headers["npm-command"] === command)) {
    const { id } = front.accounts.challenge(account, what);
    const links = { authUrl: `${front.origin}/auth/cli/${id}`, doneUrl: `${front.origin}/-/v1/done?authId=${id}` };
    return answer(response, 401, links, headers);
  }
  if (command === undefined) return code(response, headers);
  const { id } = front.accounts.challenge(account, what);
  const notice = `Open ${front.origin}/login/${id} to use your security key for authentication`;
  answer(response, 401, { message: "Unauthorized" }, { ...headers, "npm-notice": notice });
}

function code(response: ServerResponse, headers: Record<string, string>): void {
  const notice = 'You must provide a one-time pass. You can provide one using the "--otp" flag.';
  const error = "You must provide a one-time pass. Upgrade your client to npm@latest in order to use 2FA.";
  answer(response, 401, { error }, { ...headers, "npm-notice": notice });
}

/** npm's page for a security key. */
export function confirmPage(front: Front, { request, response }: Ask, id: string): void {
  const challenge = front.accounts.challenges.get(id);
  if (challenge === undefined) return html(response, 404, "<p>This link is not known.</p>");
  if (request.method === "POST") {
    front.accounts.confirm(id);
    return html(response, 200, "<h1>Authenticated</h1><p>You may close this page.</p>");
  }
  const form = '<form method="post"><button>Use security key</button></form>';
  const what = `${escape(challenge.account)} publishes ${escape(challenge.what)}.`;
  html(response, 200, `<h1>Security key</h1><p>${what}</p>${form}`);
}

/** What npm's CLI polls (npm-profile, `webAuthCheckLogin`). */
export function done(front: Front, { response, url }: Ask): void {
  const challenge = front.accounts.challenges.get(url.searchParams.get("authId") ?? "");
  if (challenge === undefined) return answer(response, 404, { error: "not found" });
  if (challenge.token === null) return answer(response, 202, {}, { "retry-after": "1" });
  answer(response, 200, { token: challenge.token });
}
