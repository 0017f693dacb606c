import type { Message } from "../domain/message.ts";
import { stuckFor } from "../domain/lease.ts";
import type { Lease, Person } from "../domain/release-types.ts";
import { tell } from "./channels/tell.ts";
import type { DeskParts } from "./types.ts";

/** A removal that fails for less than this is not worth a message: it is tried again meanwhile. In milliseconds. */
const patienceMs = 5 * 60_000;

/**
 * Secrets of these repositories that are to be removed and couldn't be yet, the oldest first, and after them those with the person's
 * own npm token wherever they are: where the app is gone GitHub shows its repositories to nobody, and the token is still theirs.
 */
export async function stuckSecrets(
  { store }: Pick<DeskParts, "store">,
  repositoryIds: number[],
  person: Person,
): Promise<Lease[]> {
  const [seen, tokens] = await Promise.all([store.leases.stuck(repositoryIds), store.tokens.ofPerson(person.id)]);
  const elsewhere = new Set(tokens.map((one) => one.repositoryId).filter((id) => !repositoryIds.includes(id)));
  if (elsewhere.size === 0) return seen;
  const own = (await store.leases.stuck([...elsewhere])).filter(({ tokenId }) =>
    tokens.some(({ id }) => id === tokenId),
  );
  return [...seen, ...own];
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
    text:
      lease.disarmedAt === null
        ? `Countersign can't remove ${lease.secretName} from the environment ${lease.environmentName}, and goes on trying. Somebody with admin rights has to delete it there, and ${release.releaserLogin} has to revoke the npm token that is in it.`
        : `Countersign removed ${lease.secretName} from the environment ${lease.environmentName}, but GitHub doesn't show whether it is gone. Somebody with admin rights has to look, and ${release.releaserLogin} has to revoke the npm token if it is there.`,
    link: `${parts.publicUrl}/releases/${lease.releaseId}`,
  };
  await tell(parts, lease.repositoryId, [release.releaserId], message, lease.id);
}
