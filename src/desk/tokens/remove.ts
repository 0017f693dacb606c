import { Refusal } from "../../domain/errors.ts";
import type { Person, SealedToken, Todo } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { forget } from "./forget.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/**
 * Forgets a sealed token of the person's own. npm still knows the token: only its owner can revoke it there, so a to-do says so.
 * Refuses somebody else's in the words for one that isn't there.
 */
export async function removeToken(parts: Parts, input: { person: Person; tokenId: string }): Promise<void> {
  const { person, tokenId } = input;
  await parts.store.transaction(async (store) => {
    const token = await store.tokens.get(tokenId);
    if (token?.personId !== person.id || !(await forget({ ...parts, store }, token, "removed", person)))
      throw new Refusal("not-found", "You have no such token on file; it may have been removed already.");
  });
}

/** The person's tokens on file, the one that expires first in front. */
export async function tokensOf(parts: Pick<Parts, "store">, person: Person): Promise<SealedToken[]> {
  const all = await parts.store.tokens.ofPerson(person.id);
  return all
    .filter((token) => token.removedAt === null)
    .toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
}

/** What the person still has to do at npm, oldest first. */
export async function todosOf(parts: Pick<Parts, "store" | "clock">, person: Person): Promise<Todo[]> {
  const now = parts.clock.now();
  return (await parts.store.todos.openOf(person.id)).filter((todo) => todo.expiresAt > now);
}

/** The person says that it is done. Refuses somebody else's in the words for one that isn't there. */
export async function closeTodo(parts: Parts, input: { person: Person; todoId: string }): Promise<void> {
  const { person, todoId } = input;
  const at = parts.clock.now();
  await parts.store.transaction(async (store) => {
    const todo = await store.todos.get(todoId);
    if (todo?.personId !== person.id || !(await store.todos.close(todoId, "done", at)))
      throw new Refusal("not-found", "You have no such to-do; it may be done already.");
    await store.audit.add({
      at,
      what: "todo.done",
      actor: person.login,
      actorId: person.id,
      repositoryId: todo.repositoryId,
      detail: { todo: todo.id, why: todo.why },
    });
  });
}
