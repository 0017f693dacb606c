import { endOwnSession, ownSessions } from "../../own-sessions.ts";
import type { SignedApiVisit } from "../visit.ts";

/** Where the person is signed in. */
export async function listSessions({ parts, session }: SignedApiVisit) {
  return { sessions: await ownSessions(parts, session) };
}

/** Ends one of them; it may be the one that asks. */
export async function removeSession({ parts, session, params }: SignedApiVisit): Promise<null> {
  await endOwnSession(parts, session, params["id"] ?? "");
  return null;
}
