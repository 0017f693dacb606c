import { isSealed } from "../../domain/challenge.ts";
import { Refusal } from "../../domain/errors.ts";
import type { DeskForRelay, DeskParts } from "../types.ts";
import { refuseOthers } from "./challenge-for.ts";
import { findChallenge } from "./find.ts";
import { moveChallenge } from "./settle.ts";

type Input = Parameters<DeskForRelay["answer"]>[0];

/** Keeps the sealed code until the runner comes for it. The first answer counts, and there is no second. */
export async function answer(parts: DeskParts, { person, challengeId, sealed }: Input): Promise<void> {
  const challenge = await findChallenge(parts, challengeId);
  const release = await parts.store.releases.get(challenge.releaseId);
  if (release === null) throw new Refusal("not-found", "There is no such challenge.");
  refuseOthers(release, person);
  if (challenge.kind === "link")
    throw new Refusal("bad-input", "This one is answered on npm's page, with your passkey or security key.");
  if (!isSealed(sealed))
    throw new Refusal("bad-input", "That is not a sealed code: open the page again and type it there.");
  if (challenge.state !== "open") throw new Refusal("challenge-over", over[challenge.state]);
  const patch = {
    ...{ state: "answered" as const, sealed, answeredAt: parts.clock.now(), answeredBy: person.id },
  };
  const by = { actor: person.login, actorId: person.id };
  if ((await moveChallenge(parts, challenge, ["open"], patch, by)) === null)
    throw new Refusal("challenge-over", over.answered);
}

const over = {
  answered: "This was answered already; only the first answer counts.",
  taken: "This was answered already; only the first answer counts.",
  accepted: "npm accepted an answer already.",
  refused: "npm refused the answer. If the job asks again, the new question appears in the queue.",
  expired: "The time for this is over. If the job asks again, the new question appears in the queue.",
  ended: "The job doesn't wait for this any more.",
} as const;
