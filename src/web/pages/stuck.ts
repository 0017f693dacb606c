import { html } from "hono/html";
import type { Lease, Repository } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import { flash, lastingSince, prose } from "./pieces.ts";

/** The worst thing that a page can say: a secret is where it must not be, and we can't take it away. */
export function stuckSecret(lease: Lease, repository: Repository | undefined, now: Date): Html | null {
  if (lease.state !== "disarming" || lease.lastError === null || lease.disarmAskedAt === null) return null;
  if (lease.disarmedAt !== null) return unconfirmed(lease, repository, now);
  const where = repository === undefined ? "" : ` of ${repository.owner}/${repository.name}`;
  return flash(
    "bad",
    "alert",
    html`<strong>A secret can't be removed.</strong> <code>${lease.secretName}</code> is still in the environment
      <code>${lease.environmentName}</code>${where}, ${lastingSince(lease.disarmAskedAt, now)} after it was to go.
      Countersign goes on trying. Somebody with admin rights has to delete it there, and ${releaser(lease, repository)}
      has to revoke the npm token that is in it. ${prose(lease.lastError)}`,
  );
}

/** GitHub said that it removed the secret, and won't show whether it is gone. */
function unconfirmed(lease: Lease, repository: Repository | undefined, now: Date): Html {
  const where = repository === undefined ? "" : ` of ${repository.owner}/${repository.name}`;
  return flash(
    "bad",
    "alert",
    html`<strong>That a secret is gone can't be confirmed.</strong> <code>${lease.secretName}</code> was removed from
      <code>${lease.environmentName}</code>${where}, and GitHub hasn't shown it
      ${lastingSince(lease.disarmAskedAt ?? now, now)} after it was to go. Somebody with admin rights has to look there;
      if it is still there, ${releaser(lease, repository)} has to revoke the npm token. ${prose(lease.lastError ?? "")}`,
  );
}

/** Where GitHub doesn't show the reader the repository, there is no page of its release, and the token is the reader's own. */
function releaser(lease: Lease, repository: Repository | undefined): Html | string {
  return repository === undefined ? "its owner (you)" : html`<a href="/releases/${lease.releaseId}">its releaser</a>`;
}
