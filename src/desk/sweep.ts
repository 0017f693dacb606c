import { later } from "./after.ts";
import { askRepositories } from "./repositories.ts";
import { askAllSecrets } from "./standing.ts";
import { askAllOwners } from "./tokens/owners.ts";
import type { DeskParts } from "./types.ts";

/** Handled deliveries and tasks are kept this long, for looking back, in milliseconds. */
const keptMs = 14 * 86_400_000;
/** What is inside a tarball is for whoever approves it, and for looking back at it for half a year; half a megabyte each, at most. */
const contentsKeptMs = 180 * 86_400_000;

/**
 * The night's work: forgets what nobody needs any more (sessions that are over, work that was done two weeks ago, ciphertext of
 * tokens that have ended, what was inside packages half a year ago), closes to-dos that settled themselves, tries again the issues that GitHub didn't take for hours, and
 * has the owners of all tokens and the environments of all repositories looked at in the course of the day.
 */
export async function sweep(parts: Pick<DeskParts, "store" | "clock" | "ids" | "log">): Promise<void> {
  const now = parts.clock.now();
  const sessions = await parts.store.sessions.sweep(now);
  const deliveries = await parts.store.inbox.sweep(later(now, -keptMs));
  const tasks = await parts.store.tasks.sweep(later(now, -keptMs));
  // A token that has ended is of no use: its row stays, so that its owner sees it and is warned, but nothing of the token does.
  const ended = await parts.store.tokens.forgetEnded(now);
  const contents = await parts.store.contents.sweep(later(now, -contentsKeptMs));
  const ofPackages = await parts.store.packageContents.sweep(later(now, -contentsKeptMs));
  const builds = await parts.store.secondBuilds.sweep(later(now, -contentsKeptMs));
  const todos = await parts.store.todos.expire(now);
  await reviveIssues(parts);
  await askAllOwners(parts);
  await askAllSecrets(parts);
  await askRepositories(parts, now.toISOString().slice(0, 10));
  const swept = { sessions, deliveries, tasks, ended, contents: contents + ofPackages, builds, todos };
  parts.log.info(swept, "Forgot what nobody needs any more.");
}

async function reviveIssues({ store, clock }: Pick<DeskParts, "store" | "clock">): Promise<void> {
  for (const { key, what } of await store.tasks.dead(1000))
    if (what === "warning-issue" || what === "alarm-issue") await store.tasks.revive(key, clock.now());
}
