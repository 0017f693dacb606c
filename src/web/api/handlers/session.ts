import type { z } from "zod";
import { Refusal } from "../../../domain/errors.ts";
import { beginBearerSession, endSession, longest } from "../../session.ts";
import type { newSession } from "../schemas.ts";
import type { ApiVisit, SignedApiVisit } from "../visit.ts";

/**
 * Begins a session for whoever GitHub says that the token belongs to. GitHub is asked as the app: a token that was made for
 * another app is none of ours, so nobody can sign in here with what somebody signed in with elsewhere.
 */
export async function openSession({ parts, now }: ApiVisit, { githubToken }: z.output<typeof newSession>) {
  const known = await parts.github.oauth.check(githubToken);
  if (known === null)
    throw new Refusal(
      "proof-invalid",
      "GitHub doesn't know this token as one of this app's, or its time is over: sign in again.",
    );
  const { person } = known;
  await parts.store.people.see(person, now);
  const expiresAt = known.expiresAt ?? new Date(now.getTime() + longest);
  return { ...(await beginBearerSession(parts, person, { accessToken: githubToken, expiresAt })), person };
}

/** Ends the session here and its access token at GitHub. */
export async function closeSession({ parts, session }: SignedApiVisit): Promise<null> {
  await endSession(parts, session.row);
  return null;
}
