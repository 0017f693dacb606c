import { Refusal } from "../../domain/errors.ts";
import type { Person, SealedToken } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";

type Parts = Pick<DeskParts, "store" | "clock">;

/**
 * Forgets a sealed token of the person's own. npm still knows the token: only its owner can revoke it there. Refuses somebody
 * else's in the words for one that isn't there.
 */
export async function removeToken(parts: Parts, input: { person: Person; tokenId: string }): Promise<void> {
  const { person, tokenId } = input;
  const at = parts.clock.now();
  await parts.store.transaction(async (store) => {
    const token = await store.tokens.get(tokenId);
    if (token === null || token.personId !== person.id || !(await store.tokens.remove(tokenId, "removed", at)))
      throw new Refusal("not-found", "You have no such token on file; it may have been removed already.");
    await store.audit.add({
      at,
      what: "token.removed",
      actor: person.login,
      actorId: person.id,
      repositoryId: token.repositoryId,
      detail: { token: tokenId, environment: token.environmentName, npmUser: token.npmUser, why: "removed" },
    });
  });
}

/** The person's tokens on file, the one that expires first in front. */
export async function tokensOf(parts: Parts, person: Person): Promise<SealedToken[]> {
  const all = await parts.store.tokens.ofPerson(person.id);
  return all
    .filter((token) => token.removedAt === null)
    .toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}
