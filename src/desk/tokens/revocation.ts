import { Refusal } from "../../domain/errors.ts";
import { isActive } from "../../domain/release.ts";
import type { Release, SealedToken, TodoWhy } from "../../domain/release-types.ts";
import { after, later, showStatus } from "../after.ts";
import { withRelease } from "../end.ts";
import { policyAt, policyOf } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { forget, owe } from "./forget.ts";
import { rulesFor } from "./rules.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** A post step comes moments after the job; its report is waited for so long after the secret was removed, in milliseconds. */
export const reportPatienceMs = 2 * 60_000;

/**
 * The runner saw that npm refuses the token now: what was sealed of it, in whichever environment, is of no use any more, and a
 * to-do for it is done. Call it in a transaction.
 */
export async function forgetRevoked(parts: Parts, release: Release): Promise<void> {
  const token = await tokenOf(parts, release);
  if (token === null) return;
  for (const one of await parts.store.tokens.liveOfGroup(token.groupId)) await forget(parts, one, "revoked");
  const at = parts.clock.now();
  for (const todo of await parts.store.todos.openOf(token.personId)) {
    if (todo.groupId !== token.groupId || !(await parts.store.todos.close(todo.id, "done", at))) continue;
    await parts.store.audit.add({
      ...{ at, what: "todo.done", actor: "runner", repositoryId: todo.repositoryId, releaseId: release.id },
      detail: { todo: todo.id, why: todo.why },
    });
  }
}

/** The runner was to revoke the token, and couldn't. Call it in a transaction. */
export async function forgetUnrevoked(parts: Parts, release: Release): Promise<void> {
  const token = await tokenOf(parts, release);
  if (token === null) return;
  await leaveBehind(parts, token);
  if (token.removedWhy === "used") await owe(parts, token, "revoke-failed");
}

/**
 * It isn't used again, and its owner is asked to revoke it at npm. One that was forgotten otherwise meanwhile has its to-do already.
 */
async function leaveBehind(parts: Parts, token: SealedToken, why: TodoWhy = "revoke-failed"): Promise<void> {
  for (const one of await parts.store.tokens.liveOfGroup(token.groupId))
    await forget(parts, one, "left-behind", null, why);
}

/**
 * The secret of a release is gone. Once the release is over, too: where its job had the token, policy or organisation want it
 * revoked, and no runner said that it was, its owner is asked; and in any case where everything was stopped meanwhile.
 * @throws GitHubError
 */
export async function settleRevocation(parts: DeskParts, releaseId: string): Promise<void> {
  const release = await parts.store.releases.get(releaseId);
  if (release === null) return;
  // What is staged needs its token no more.
  if (isActive(release.state) && release.state !== "staged") {
    const now = parts.clock.now();
    return await after(parts, "revocation", release.id, `at-${now.getTime()}`, later(now, reportPatienceMs));
  }
  // Its gate was open when everything was stopped: whatever the policy says, the token isn't trusted any more.
  const stopped = release.endCode === "panic" && release.gateApprovedAt !== null;
  if (!stopped && release.jobStartedAt === null && release.runnerReport === null) return;
  if (!stopped && !(await wanted(parts, release))) return;
  await withRelease(parts, releaseId, async (fresh) => {
    const token = await tokenOf(parts, fresh);
    const told = fresh.runnerReport?.revoked;
    if (token === null || told === "revoked" || told === "failed") return;
    await parts.store.transaction(async (store) => {
      await leaveBehind({ ...parts, store }, token, stopped ? "stopped" : "revoke-failed");
      await showStatus({ ...parts, store }, fresh);
    });
  });
}

async function wanted(parts: DeskParts, release: Release): Promise<boolean> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) return false;
  const policy = policyOf(await policyAt(github, release.policySha), release);
  const rules = await rulesFor(github, policy).catch((error: unknown) => {
    // What the organisation wants can't be read: the repository's own word is what is left.
    if (error instanceof Refusal) return policy;
    throw error;
  });
  return rules.revoke;
}

async function tokenOf(parts: Parts, release: Release): Promise<SealedToken | null> {
  const lease = await parts.store.leases.ofRelease(release.id);
  return lease === null ? null : await parts.store.tokens.get(lease.tokenId);
}
