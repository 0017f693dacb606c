import type { Message } from "../domain/message.ts";
import { stuckFor } from "../domain/lease.ts";
import type { Lease } from "../domain/release-types.ts";
import { tell } from "./channels/tell.ts";
import type { DeskParts } from "./types.ts";

/** A removal that fails for less than this is not worth a message: it is tried again meanwhile. In milliseconds. */
const patienceMs = 5 * 60_000;

/** Secrets of these repositories that are to be removed and couldn't be yet, the oldest first. */
export async function stuckSecrets(parts: Pick<DeskParts, "store">, repositoryIds: number[]): Promise<Lease[]> {
  return await parts.store.leases.stuck(repositoryIds);
}

/** A secret can't be removed: the releaser and the repository's channels are told, once, that a person has to. */
export async function tellStuck(parts: DeskParts, lease: Lease): Promise<void> {
  if (stuckFor(lease, parts.clock.now()) < patienceMs) return;
  const [repository, release] = await Promise.all([
    parts.store.repositories.get(lease.repositoryId),
    parts.store.releases.get(lease.releaseId),
  ]);
  if (repository === null || release === null) return;
  const name = `${repository.owner}/${repository.name}`;
  const message: Message = {
    kind: "secret-stays",
    repository: name,
    environment: lease.environmentName,
    secret: lease.secretName,
    why: "not-removed",
    text: `Countersign can't remove ${lease.secretName} from the environment ${lease.environmentName}, and goes on trying. Somebody with admin rights has to delete it there, and ${release.releaserLogin} has to revoke the npm token that is in it.`,
    link: `${parts.publicUrl}/releases/${lease.releaseId}`,
  };
  await tell(parts, lease.repositoryId, [release.releaserId], message, lease.id);
}
