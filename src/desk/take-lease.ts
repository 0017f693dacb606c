import { putGraceMs, putPatienceMs } from "../domain/lease.ts";
import type { Reason } from "../domain/reason.ts";
import { environmentKey, move } from "../domain/release.ts";
import type { Lease, Release } from "../domain/release-types.ts";
import { after, later, showStatus } from "./after.ts";
import type { Gathered } from "./gather.ts";
import { stopOf } from "./panic/check.ts";
import type { DeskParts } from "./types.ts";

/**
 * Writes down that a secret is or may be there, before it is: the lease's row, the decision and the release's new state are one
 * transaction. Null where it can't go on now: stopped, the token removed, the environment taken, or the release moved by somebody else.
 */
export async function takeLease(
  parts: DeskParts,
  release: Release,
  gathered: Gathered,
  decision: Reason,
): Promise<{ release: Release; lease: Lease } | null> {
  const now = parts.clock.now();
  const patch = move(release, "arming", now, { decision, decidedAt: now, jobId: gathered.jobId });
  if (patch === null || gathered.token === null) return null;
  const { token } = gathered;
  const lease = newLease(parts, release, gathered, token, now);
  return await parts.store.transaction(async (store) => {
    // What is stopped ends; nothing is put there any more.
    if ((await stopOf(store, release.repositoryId)) !== null) return null;
    // Its owner may have removed or replaced it since it was read: the release waits, and is looked at again.
    if ((await store.tokens.get(token.id))?.removedAt !== null) return null;
    if (!(await store.leases.take(lease))) return null;
    const arming = await store.releases.save(release, patch);
    await store.audit.add({
      at: now,
      what: "lease.taken",
      actor: "countersign",
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: {
        lease: lease.id,
        environment: lease.environmentName,
        policy: gathered.policySha,
        expiresAt: lease.expiresAt,
      },
    });
    await after({ ...parts, store }, "expire", lease.id, "once", lease.expiresAt);
    await showStatus({ ...parts, store }, arming);
    return { release: arming, lease };
  });
}

function newLease(
  parts: DeskParts,
  release: Release,
  gathered: Gathered,
  token: { id: string; keyId: string },
  now: Date,
): Lease {
  return {
    id: parts.ids.next(),
    releaseId: release.id,
    repositoryId: release.repositoryId,
    installationId: release.installationId,
    environmentId: release.environmentId,
    environmentName: release.environmentName,
    secretName: release.secretName,
    keyId: token.keyId,
    tokenId: token.id,
    runId: release.runId,
    state: "arming",
    takenAt: now,
    putDeadline: later(now, putPatienceMs + putGraceMs),
    armedAt: null,
    disarmAskedAt: null,
    disarmedAt: null,
    absentAt: null,
    closedAt: null,
    expiresAt: later(now, gathered.policy.maxExposureSeconds * 1000),
    disarmWhy: null,
    disarmAttempts: 0,
    lastError: null,
    releasedAt: null,
    locks: environmentKey(release.repositoryId, release.environmentId),
  };
}
