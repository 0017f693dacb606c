import { html } from "hono/html";
import type { Lease, Repository } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import { flash, lastingSince, prose } from "./pieces.ts";

/** The worst thing that a page can say: a secret is where it must not be, and we can't take it away. */
export function stuckSecret(lease: Lease, repository: Repository | undefined, now: Date): Html | null {
  if (lease.state !== "disarming" || lease.lastError === null || lease.disarmAskedAt === null) return null;
  const where = repository === undefined ? "" : ` of ${repository.owner}/${repository.name}`;
  return flash(
    "bad",
    "alert",
    html`<strong>A secret can't be removed.</strong> <code>${lease.secretName}</code> is still in the environment
      <code>${lease.environmentName}</code>${where}, ${lastingSince(lease.disarmAskedAt, now)} after it was to go.
      Countersign goes on trying. Somebody with admin rights has to delete it there, and
      <a href="/releases/${lease.releaseId}">its releaser</a> has to revoke the npm token that is in it.
      ${prose(lease.lastError)}`,
  );
}
