import type { ReleaseView } from "../../../desk/types.ts";
import type { ReleasePart } from "../../../domain/release-types.ts";
import { stageEnds } from "../../../domain/staged.ts";
import { stillMissing, waitEnds } from "../../../domain/waiting.ts";
import { readOwnQueue } from "../../own-queue.ts";
import type { QueueFields } from "../../queue-query.ts";
import type { SignedApiVisit } from "../visit.ts";
import { toldSighting } from "./sightings.ts";

/** One page of the person's queue. */
export async function listQueue(visit: SignedApiVisit, fields: QueueFields) {
  const queue = await readOwnQueue(visit, fields);
  return {
    items: queue.items.map(({ kind, view }) => ({ waitsForYou: kind, ...toldRelease(view) })),
    total: queue.total,
    mine: queue.mine,
    page: queue.page,
    pages: queue.pages,
    renewals: queue.renewals.map(({ tokens, state }) => ({ state, tokenIds: tokens.map(({ id }) => id) })),
    todoIds: queue.todos.map(({ id }) => id),
    stuck: queue.stuck,
    alarms: queue.alarms.map(toldSighting),
  };
}

function toldPart({ name, state, shasum, integrity, stageId, verifiedAt, onRegistry, text, inside }: ReleasePart) {
  return {
    ...{ name, state, shasum: shasum ?? null, integrity: integrity ?? null, stageId: stageId ?? null },
    ...{ verifiedAt: verifiedAt ?? null, onRegistry: onRegistry ?? null, text: text ?? null, inside: inside ?? null },
  };
}

/** What the API tells of a release in a list. */
export function toldRelease({ release, repository, decision, challenge }: ReleaseView) {
  return {
    ...release,
    packages: release.packages?.map(toldPart) ?? null,
    commit: { sha: release.sha, title: release.commitTitle, author: release.commitAuthor },
    repository,
    missing: stillMissing(release, decision),
    challenge:
      challenge?.state === "open"
        ? { id: challenge.id, openedAt: challenge.openedAt, expiresAt: challenge.expiresAt }
        : null,
    githubEndsAt: waitEnds(release),
    stageEndsAt: stageEnds(release),
  };
}
