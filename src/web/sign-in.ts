import { createHash } from "node:crypto";
import { Refusal } from "../domain/errors.ts";
import { GitHubError } from "../github/types.ts";
import { cookieNames, digest, readCookie, secretText, setCookie } from "./cookies.ts";
import { goTo } from "./responses.ts";
import { localPath } from "./return-to.ts";
import { beginSession, endSession, forgetSession, sessionOf } from "./session.ts";
import type { SignedVisit, Visit } from "./visit.ts";

/** A sign-in that isn't finished by then has to be begun again, in milliseconds. */
const patience = 10 * 60_000;

/** Exactly the address that is registered with GitHub. */
export function redirectUri(publicUrl: string): string {
  return `${publicUrl}/sign-in/callback`;
}

/** Sends the browser to GitHub's sign-in, with a state that is good once, for this browser, for ten minutes. */
export async function signIn(visit: Visit): Promise<Response> {
  const { parts, request, url } = visit;
  const name = cookieNames(parts.publicUrl).signIn;
  // Two tabs of one browser may sign in at once: they share the cookie, not the state.
  const browser = readCookie(request, name) ?? secretText(parts.randomBytes);
  const state = secretText(parts.randomBytes);
  const verifier = secretText(parts.randomBytes);
  await parts.store.signIns.put({
    id: signInId(state, browser),
    verifier,
    returnTo: localPath(url.searchParams.get("return_to")),
    createdAt: visit.now,
  });
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const response = goTo(parts.github.oauth.signInUrl(state, challenge, redirectUri(parts.publicUrl)));
  response.headers.append("set-cookie", setCookie(name, browser, patience / 1000, parts.publicUrl));
  return response;
}

/** GitHub sends the browser back here: the code becomes a session, under a new name. */
export async function signInCallback(visit: Visit): Promise<Response> {
  const { parts, request, url } = visit;
  const browser = readCookie(request, cookieNames(parts.publicUrl).signIn);
  const state = url.searchParams.get("state") ?? "";
  const begun = browser === null || state === "" ? null : await parts.store.signIns.take(signInId(state, browser));
  if (begun === null || visit.now.getTime() - begun.createdAt.getTime() > patience) throw again();
  const code = url.searchParams.get("code");
  if (url.searchParams.get("error") === "access_denied")
    throw new Refusal("not-allowed", "You didn't let Countersign know who you are, so you are not signed in.");
  if (code === null || code === "") throw again();
  const token = await parts.github.oauth
    .exchange(code, begun.verifier, redirectUri(parts.publicUrl))
    .catch((error: unknown) => {
      throw error instanceof GitHubError && ["unauthorized", "invalid", "not-found"].includes(error.code)
        ? again()
        : error;
    });
  const person = await parts.github.asPerson(token.accessToken).whoami();
  await parts.store.people.see(person, visit.now);
  const before = await sessionOf(parts, request);
  const cookie = await beginSession(parts, person, token);
  if (before !== null) await endSession(parts, before.row);
  const response = goTo(begun.returnTo);
  response.headers.append("set-cookie", cookie);
  return response;
}

/** Ends the session here and its access token at GitHub. */
export async function signOut(visit: SignedVisit): Promise<Response> {
  await endSession(visit.parts, visit.session.row);
  const response = goTo("/?done=signed-out");
  response.headers.append("set-cookie", forgetSession(visit.parts.publicUrl));
  return response;
}

/** State and browser together: a state that was carried to another browser finds nothing. */
function signInId(state: string, browser: string): string {
  return digest(`${state}.${browser}`);
}

function again(): Refusal {
  return new Refusal(
    "proof-invalid",
    "This sign-in was used already, took too long, or was begun in another browser. Begin it again.",
  );
}
