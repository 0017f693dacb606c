import { Refusal } from "../../domain/errors.ts";
import { shown } from "../../domain/shown.ts";
import type { Stop } from "../../domain/release-types.ts";
import type { Store } from "../../store/types.ts";

/** The stop under which a repository stands; null: none. One whose owner isn't known is stopped by nobody. */
export async function stopOf(store: Pick<Store, "repositories" | "stops">, repositoryId: number): Promise<Stop | null> {
  // Nearly always there is none: one reading.
  const open = await store.stops.open();
  const repository = open.length === 0 ? null : await store.repositories.get(repositoryId);
  return open.find(({ accountId }) => accountId === repository?.ownerId) ?? null;
}

/** What somebody is told who wants something begun there. */
export function stoppedWords({ accountLogin, beganByLogin, beganAt, reason }: Stop): string {
  const when = beganAt.toISOString().slice(0, 16).replace("T", " ");
  return `All releases of ${accountLogin} are stopped since ${when} UTC, by ${beganByLogin}: ${shown(reason, 200)}. An admin of the repository in which it was said can lift it with \`/lift\` and a reason.`;
}

/** @throws Refusal where the repository's account is stopped */
export async function refuseStopped(store: Pick<Store, "repositories" | "stops">, repositoryId: number): Promise<void> {
  const stop = await stopOf(store, repositoryId);
  if (stop !== null) throw new Refusal("stopped", `${stoppedWords(stop)} Nothing was started.`);
}
