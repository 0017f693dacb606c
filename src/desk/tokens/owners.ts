import { isTokenMode } from "../../domain/mode.ts";
import { Refusal } from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy-types.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import { isActive } from "../../domain/release.ts";
import type { RemovedWhy, SealedToken } from "../../domain/release-types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { after, later } from "../after.ts";
import { alone, endRelease } from "../end.ts";
import { policyAtHead } from "../policy-at.ts";
import { isPrincipal } from "../principals.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { forget } from "./forget.ts";

const day = 86_400_000;

/**
 * Whether each token of a repository is still that of somebody who may release with it there, by the policy and GitHub as they
 * are now. Of whoever isn't the token is forgotten, a release that runs with it is stopped, and its owner is asked to revoke it.
 * A policy that can't be read names nobody, but takes nobody's right either: nothing is forgotten then.
 * @throws GitHubError with nothing of the person in question changed
 */
export async function lookAtOwners(parts: DeskParts, repositoryId: number): Promise<void> {
  const tokens = (await parts.store.tokens.ofRepository(repositoryId)).filter((token) => token.removedAt === null);
  const github = tokens.length === 0 ? null : await repositoryOf(parts, repositoryId);
  if (github === null) return;
  const policy = await policyAtHead(github).then(
    (pinned) => pinned.policy,
    (error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    },
  );
  if (policy === null) return;
  for (const token of tokens)
    if (!(await mayRelease(parts, github, policy, token))) await takeAway(parts, token, "not-releaser");
}

/** The app was taken from a repository: what was sealed for it is forgotten. Its secret can't be removed by us any more. */
export async function forgetRepository(parts: DeskParts, repositoryId: number): Promise<void> {
  const tokens = await parts.store.tokens.ofRepository(repositoryId);
  for (const token of tokens) if (token.removedAt === null) await takeAway(parts, token, "app-removed");
}

/** Asks for the look at a repository, or at all in which a person has a token on file. */
export async function askOwners(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  of: { repositoryId: number } | { personId: number },
): Promise<void> {
  const ids =
    "repositoryId" in of
      ? [of.repositoryId]
      : (await parts.store.tokens.ofPerson(of.personId))
          .filter((token) => token.removedAt === null)
          .map((token) => token.repositoryId);
  for (const id of new Set(ids)) await after(parts, "owners", String(id), "now");
}

/** Asks for the look at every repository that has a token on file, spread over the day so that GitHub isn't asked for all at once. */
export async function askAllOwners(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  const now = parts.clock.now();
  const ids = await parts.store.tokens.repositories();
  const name = now.toISOString().slice(0, 10);
  for (const [index, id] of ids.entries())
    await after(parts, "owners", String(id), name, later(now, Math.floor((index * day) / ids.length)));
}

async function mayRelease(
  parts: DeskParts,
  github: GitHubRepository,
  policy: Policy,
  token: SealedToken,
): Promise<boolean> {
  // Whoever changed their login is known by the new one since they were last seen.
  const login = (await parts.store.people.get(token.personId))?.login ?? token.personLogin;
  const here = waysOf(policy).filter(
    (one) => isTokenMode(one.mode) && one.environment.toLowerCase() === token.environmentName.toLowerCase(),
  );
  if (!["admin", "maintain", "write"].includes(await github.permission(login))) return false;
  for (const one of here) if (await isPrincipal(github, one.releasers, login)) return true;
  return false;
}

/** Alone in its environment: a release that is being armed either is through, and is stopped, or finds no token. */
async function takeAway(parts: DeskParts, token: SealedToken, why: RemovedWhy): Promise<void> {
  await alone(parts, token, async () => {
    await parts.store.transaction(async (store) => void (await forget({ ...parts, store }, token, why)));
    const lease = await parts.store.leases.locking(token.repositoryId, token.environmentId);
    const release = lease?.tokenId === token.id ? await parts.store.releases.get(lease.releaseId) : null;
    if (release === null || !isActive(release.state)) return;
    // The end of its release disarms and cancels the run.
    await endRelease(parts, release, {
      to: "failed",
      code: why,
      text:
        why === "app-removed"
          ? "The app was taken from this repository while the release ran."
          : `${token.personLogin} may not release here any more: the run is being stopped and the secret removed.`,
    });
  });
}
