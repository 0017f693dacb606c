import { endAllSessions, endOwnSession, ownSessions } from "../own-sessions.ts";
import { accountPage } from "../pages/account.ts";
import { doneFlash } from "../pages/done.ts";
import { goTo, page } from "../responses.ts";
import { forgetSession } from "../session.ts";
import type { SignedVisit } from "../visit.ts";

/** `/account`: my sessions, and what is kept about me. */
export async function showAccount(visit: SignedVisit): Promise<Response> {
  const sessions = await ownSessions(visit.parts, visit.session);
  return await page(accountPage(visit, sessions, { flash: doneFlash(visit.url) }));
}

/** Ends one of my sessions; where it is this one I am signed out. */
export async function endOne(visit: SignedVisit): Promise<Response> {
  const own = await endOwnSession(visit.parts, visit.session, visit.params["id"] ?? "");
  return own ? signedOut(visit, "signed-out") : goTo("/account?done=session-ended");
}

/** Ends all of them. */
export async function endAll(visit: SignedVisit): Promise<Response> {
  await endAllSessions(visit.parts, visit.session);
  return signedOut(visit, "signed-out-everywhere");
}

function signedOut(visit: SignedVisit, done: string): Response {
  const response = goTo(`/?done=${done}`);
  response.headers.append("set-cookie", forgetSession(visit.parts.publicUrl));
  return response;
}
