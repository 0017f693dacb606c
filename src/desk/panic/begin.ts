import { Refusal } from "../../domain/errors.ts";
import { oneLine } from "../../domain/one-line.ts";
import type { Person, Repository, Stop } from "../../domain/release-types.ts";
import { after } from "../after.ts";
import type { DeskParts } from "../types.ts";
import { announce } from "./announce.ts";
import { refuseUnlessAdmin } from "./who.ts";

/** Characters of a reason that are kept. */
const longestReason = 500;

/** A stop that lasts, and whether it was begun before. */
export interface Begun {
  stop: Stop;
  already: boolean;
}

/**
 * Stops everything of the account that a repository belongs to. The stop is stored before anything else happens: from then on
 * nothing is armed there, on any instance. What is to be ended and removed then is work of its own, tried until it is done.
 * @throws Refusal where the person isn't an admin of the repository, or gives no reason
 */
export async function panic(
  parts: DeskParts,
  input: { repository: Repository; person: Person; reason: string; origin: Stop["origin"] },
): Promise<Begun> {
  const { repository, person } = input;
  const reason = reasonOf(input.reason, "Say why, in a few words: everybody who is stopped reads it.");
  await refuseUnlessAdmin(
    parts,
    repository,
    person,
    `stop all releases of ${repository.owner}; to stop a single one, use \`/cancel\``,
  );
  const stop = newStop(parts, { ...input, reason });
  const begun = await parts.store.transaction(async (store) => {
    if (!(await store.stops.begin(stop))) return false;
    const inside = { ...parts, store };
    await store.audit.add({
      at: stop.beganAt,
      what: "panic.begun",
      actor: person.login,
      actorId: person.id,
      repositoryId: repository.id,
      detail: { account: stop.accountLogin, reason },
    });
    await after(inside, "panic", stop.id, "begun");
    await announce(inside, stop);
    return true;
  });
  if (begun) return { stop, already: false };
  const before = await parts.store.stops.of(repository.ownerId);
  // Lifted in this moment: it is said again, and counts.
  if (before === null) return await panic(parts, input);
  return { stop: before, already: true };
}

/** A reason as it is kept: one line, not empty. */
export function reasonOf(given: string, missing: string): string {
  const reason = oneLine(given.trim(), longestReason);
  if (reason === "") throw new Refusal("bad-input", missing);
  return reason;
}

function newStop(parts: DeskParts, { repository, person, reason, origin }: Parameters<typeof panic>[1]): Stop {
  return {
    id: parts.ids.next(),
    accountId: repository.ownerId,
    accountLogin: repository.owner,
    repositoryId: repository.id,
    reason,
    origin,
    beganAt: parts.clock.now(),
    beganById: person.id,
    beganByLogin: person.login,
    liftedAt: null,
    liftedById: null,
    liftedByLogin: null,
    liftReason: null,
    openFor: repository.ownerId,
  };
}
