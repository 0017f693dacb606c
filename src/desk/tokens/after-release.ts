import type { Lease, Release } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { forget, owe } from "./forget.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** A token that was sealed for one release is forgotten as soon as its secret was removed. */
export async function forgetUsed(parts: Parts, lease: Pick<Lease, "tokenId">): Promise<void> {
  const token = await parts.store.tokens.get(lease.tokenId);
  if (token === null || token.forReleaseId === null || token.removedAt !== null) return;
  await parts.store.transaction(async (store) => void (await forget({ ...parts, store }, token, "used")));
}

/** The same for one whose release ended before it was armed. Nobody used it, and npm still knows it. */
export async function forgetUnused(parts: Parts, release: Release): Promise<void> {
  const token = await parts.store.tokens.live(release.repositoryId, release.environmentId, release.releaserId);
  if (token === null || token.forReleaseId !== release.id) return;
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    if (await forget(inside, token, "used")) await owe(inside, token, "left-behind");
  });
}

/** The lease is closed: where nobody revoked the token that served one release, its owner is to. */
export async function oweUsed(parts: Parts, lease: Pick<Lease, "tokenId" | "releaseId">): Promise<void> {
  const [token, release] = await Promise.all([
    parts.store.tokens.get(lease.tokenId),
    parts.store.releases.get(lease.releaseId),
  ]);
  if (token?.removedWhy !== "used" || release?.runnerReport?.revoked === "revoked") return;
  await owe(parts, token, "left-behind");
}
