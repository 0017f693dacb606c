import type { z } from "zod";
import { refuseUnsealed } from "../../sealed-code.ts";
import { notThere } from "../../visit.ts";
import type { answering } from "../schemas.ts";
import type { SignedApiVisit } from "../visit.ts";

/** npm's question, for the one person who can answer it. */
export async function tellChallenge(visit: SignedApiVisit) {
  const { challenge, session } = await seenChallenge(visit);
  const { tag, shasum, ...subject } = challenge.subject;
  return {
    ...challenge,
    subject: { ...subject, tag: tag ?? null, shasum: shasum ?? null },
    publicKey: session.publicKey,
  };
}

/** Takes the sealed code; what it says is the runner's to know. */
export async function answerChallenge(visit: SignedApiVisit, { sealed }: z.output<typeof answering>): Promise<null> {
  const { challenge } = await seenChallenge(visit);
  refuseUnsealed(sealed);
  await visit.parts.relay.answer({ person: visit.session.person, challengeId: challenge.id, sealed });
  return null;
}

/** A question about a release that GitHub doesn't show the person answers as one that isn't there. */
async function seenChallenge(visit: SignedApiVisit) {
  const ids = await visit.visible.of(visit.session);
  const id = visit.params["id"] ?? "";
  const found = await visit.parts.store.challenges.get(id);
  const view = found === null ? null : await visit.parts.desk.view(found.releaseId);
  if (view === null || !ids.has(view.repository.id)) throw notThere();
  return await visit.parts.relay.challengeFor(visit.session.person, id);
}
