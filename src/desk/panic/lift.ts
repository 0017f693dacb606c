import { Refusal } from "../../domain/errors.ts";
import type { Person, Repository, Stop } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { announce } from "./announce.ts";
import { reasonOf } from "./begin.ts";
import { refuseUnlessAdmin } from "./who.ts";

/**
 * Lifts the stop of an account: releases may be asked for again. Nothing that was ended goes on. For admins of the repository in
 * which it was begun; where the app isn't on that any more, of the one in which they lift it.
 * @throws Refusal where nothing is stopped, for others, or without a reason
 */
export async function liftStop(
  parts: DeskParts,
  input: { repository: Repository; person: Person; reason: string },
): Promise<Stop> {
  const { repository, person } = input;
  const stop = await parts.store.stops.of(repository.ownerId);
  if (stop === null)
    throw new Refusal("not-now", `Nothing of ${repository.owner} is stopped: releases can be asked for.`);
  const reason = reasonOf(input.reason, "Say why it is over, in a few words: everybody who was stopped reads it.");
  const all = await parts.store.repositories.all();
  const where = all.find(({ id }) => id === stop.repositoryId) ?? repository;
  await refuseUnlessAdmin(parts, where, person, `lift the stop of ${repository.owner}, which was begun there`);
  const at = parts.clock.now();
  const by = { liftedAt: at, liftedById: person.id, liftedByLogin: person.login, liftReason: reason };
  const lifted: Stop = { ...stop, ...by, openFor: null };
  await parts.store.transaction(async (store) => {
    // Somebody lifted it in the same moment: it is lifted, and told once.
    if (!(await store.stops.lift(stop.id, by))) return;
    await store.audit.add({
      at,
      what: "panic.lifted",
      actor: person.login,
      actorId: person.id,
      repositoryId: stop.repositoryId,
      detail: { account: stop.accountLogin, reason },
    });
    await announce({ ...parts, store }, lifted);
  });
  return lifted;
}
