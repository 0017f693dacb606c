import type { RemovedWhy, SealedToken, Todo, TodoWhy } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { lookAtWarnings } from "../warnings/ask.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** Who forgot a token; nobody where the app did. */
type Actor = { id: number; login: string } | null;

/** Ways in which a token is forgotten here while npm still knows it. */
const owes: Partial<Record<RemovedWhy, TodoWhy>> = {
  removed: "removed",
  replaced: "replaced",
  "not-releaser": "not-releaser",
  "app-removed": "app-removed",
  "left-behind": "left-behind",
};

/**
 * Forgets a sealed token: its ciphertext is gone, the audit has it, and where npm still knows the token its owner gets a to-do.
 * False where it was forgotten before. Call it in a transaction. `owed`: why the to-do, where it isn't what follows from `why`.
 */
export async function forget(
  parts: Parts,
  token: SealedToken,
  why: RemovedWhy,
  actor: Actor = null,
  owed: TodoWhy | undefined = owes[why],
): Promise<boolean> {
  const at = parts.clock.now();
  if (!(await parts.store.tokens.remove(token.id, why, at))) return false;
  await parts.store.audit.add({
    at,
    what: "token.removed",
    actor: actor?.login ?? "countersign",
    ...(actor === null ? {} : { actorId: actor.id }),
    repositoryId: token.repositoryId,
    detail: {
      token: token.id,
      owner: token.personLogin,
      environment: token.environmentName,
      npmUser: token.npmUser,
      why,
    },
  });
  if (owed !== undefined) await owe(parts, token, owed);
  await lookAtWarnings(parts, token.repositoryId, token.personId);
  return true;
}

/**
 * The token's owner is to revoke it at npm: one to-do for one npm token, open until it is done or the token ends by itself. None
 * where the token has ended, or may still be used in another environment; and no second one for a token that was refused: its
 * owner was asked then, if it lived.
 */
export async function owe(parts: Parts, token: SealedToken, why: TodoWhy): Promise<void> {
  const at = parts.clock.now();
  if (token.expiresAt <= at || (token.refusedAt !== null && why !== "refused")) return;
  const group = await parts.store.tokens.liveOfGroup(token.groupId);
  if (group.some((one) => one.refusedAt === null)) return;
  const todo: Todo = {
    id: parts.ids.next(),
    kind: "revoke-token",
    repositoryId: token.repositoryId,
    personId: token.personId,
    personLogin: token.personLogin,
    groupId: token.groupId,
    // Where the runner saw another's, it is they who can revoke it.
    npmUser: token.seen?.npmUser ?? token.npmUser,
    label: token.label,
    npmKey: token.npmKey,
    why,
    createdAt: at,
    expiresAt: token.expiresAt,
    closedAt: null,
    closedHow: null,
    openFor: `revoke-token/${token.groupId}`,
  };
  if (!(await parts.store.todos.open(todo))) return;
  await parts.store.audit.add({
    at,
    what: "todo.opened",
    actor: "countersign",
    repositoryId: token.repositoryId,
    detail: { todo: todo.id, token: token.id, owner: token.personLogin, why },
  });
}
