import { isEnd } from "../../src/domain/release.ts";
import type { Approval, Lease, Release } from "../../src/domain/release-types.ts";
import { last } from "../world/github/index.ts";
import type { JobOrder } from "../world/types.ts";
import type { Rows } from "./database.ts";
import type { World } from "./world.ts";

/** What the checks look at: GitHub as it is, and rows as they are committed. */
export interface Seen {
  world: World;
  database: Rows;
}

/** No environment holds a secret of ours without a live lease, whatever crashed, at any point. */
export function secretWithoutLease({ world, database }: Seen): string | null {
  const { npm, widget } = world.cast;
  if (npm.secrets.size === 0) return null;
  const live = [...database.look("Lease")].some(
    (lease) => lease.state !== "closed" && lease.environmentId === npm.id && lease.repositoryId === widget.id,
  );
  return live ? null : "The environment holds a secret, and no lease is open.";
}

/** What is wrong with a job having been started: who let it in, for which commit, with whose token. */
export function jobStarted({ world, database }: Seen, order: JobOrder): string | null {
  const token = order.secrets["NPM_TOKEN"];
  const release = [...database.look("Release")].find((one) => one.runId === order.runId);
  if (token === undefined) return null;
  const name = `Run ${order.runId}`;
  if (release === undefined) return `${name} got a token, and belongs to no release.`;
  const lease = newest([...database.look("Lease")].filter((one) => one.releaseId === release.id));
  if (lease === undefined) return `${name} got a token, and its release has no lease.`;
  if (world.tokens.get(token) !== lease.tokenId) return `${name} got a token that was leased to another release.`;
  if (order.sha !== release.sha) return `${name} is of another commit than its release.`;
  return approvalsOf([...database.look("Approval")], release, order)
    ? null
    : `${name} got a token without an approval of its commit.`;
}

function approvalsOf(approvals: Approval[], release: Release, { sha }: JobOrder): boolean {
  const given = approvals.filter(
    (one) => one.releaseId === release.id && one.verdict === "approved" && one.sha === sha,
  );
  return given.some(
    ({ personLogin, personId }) => ["bob", "dave"].includes(personLogin) && personId !== release.releaserId,
  );
}

/** An approval by comment counts for a release only that was announced when it was written. */
export function approvedUnseen({ database }: Seen, saw: ReadonlyMap<number, string[]>): string | null {
  for (const { evidence, source, releaseId, personLogin } of database.look("Approval")) {
    const announced = saw.get(Number(/\d+/.exec(evidence)?.[0]));
    if (source === "chat" && announced?.includes(releaseId) !== true)
      return `${personLogin}'s approval counts for a release that wasn't announced when it was written.`;
  }
  return null;
}

/** The environment is one release's until its job has started or its run is over. */
export function freedTooEarly({ world, database }: Seen): string | null {
  for (const lease of database.look("Lease")) {
    if (lease.locks !== null || lease.runId === null) continue;
    // No gate opens for a later attempt.
    const first = world.cast.widget.runs.get(lease.runId)?.attempts[0];
    if (first === undefined || first.status === "completed") continue;
    const begun = first.jobs.some((job) => job.environment === "npm" && (job.startedAt ?? null) !== null);
    if (!begun) return `The environment of run ${lease.runId} is free, and its job may still start.`;
  }
  return null;
}

/** What must hold once everything has come to rest: an hour without faults after the last of them. */
export function atRest({ world, database }: Seen, unanswered: ReadonlySet<number>): string[] {
  const wrong: string[] = [];
  const say = (condition: boolean, sentence: string): void => void (condition ? wrong.push(sentence) : undefined);
  say(world.cast.npm.secrets.size > 0, "A secret is left in the environment.");
  for (const lease of database.look("Lease"))
    say(
      lease.state !== "closed" || lease.locks !== null,
      `Lease ${lease.id} is ${lease.state}, and locks ${lease.locks}.`,
    );
  for (const release of database.look("Release")) wrong.push(...restless(world, release));
  for (const row of database.look("Delivery"))
    say(row.state !== "done", `Delivery ${row.guid} (${row.event}) is ${row.state}: ${row.lastError}`);
  for (const row of database.look("Task"))
    say(
      row.state === "dead" || (row.state === "waiting" && row.nextAt <= world.clock.now()),
      `Task ${row.key} is ${row.state}: ${row.lastError}`,
    );
  wrong.push(...stopped(database));
  const { comments } = world.cast.widget;
  for (const { id, body, userId, reactions } of comments.values())
    say(
      userId !== world.cast.app.botId && reactions.size === 0 && !unanswered.has(id),
      `Nobody answered the comment \`${body}\`.`,
    );
  const versions = world.published.map(({ version }) => version);
  say(new Set(versions).size !== versions.length, "A version was published twice.");
  return wrong;
}

/** How long the transactions of a stop and of an arming may take beside each other, in milliseconds. */
const togetherMs = 30_000;

/** What is stopped has come to an end, and nothing was armed there meanwhile. */
function stopped(database: Seen["database"]): string[] {
  const wrong: string[] = [];
  for (const { beganAt, liftedAt } of database.look("Stop")) {
    for (const { id, takenAt } of database.look("Lease"))
      if (takenAt.getTime() > beganAt.getTime() + togetherMs && (liftedAt === null || takenAt < liftedAt))
        wrong.push(`Lease ${id} was taken while everything was stopped.`);
    if (liftedAt !== null) continue;
    for (const { version, state } of database.look("Release"))
      if (!isEnd(state)) wrong.push(`Release ${version} is ${state}, and everything is stopped.`);
  }
  return wrong;
}

function restless(world: World, release: Release): string[] {
  const run = release.runId === null ? undefined : world.cast.widget.runs.get(release.runId);
  const mine = world.published.find(({ runId }) => runId === release.runId);
  const name = `Release ${release.version} (${release.state})`;
  // Who ends a release while its job runs may come too late; then the receipt has to say so.
  if (mine !== undefined && release.state !== "published" && release.verifiedAt === null)
    return [`${name}: its run has published ${mine.version}, and nothing says so.`];
  if (release.state === "published" && mine === undefined) return [`${name}: nothing was published by its run.`];
  if (isEnd(release.state)) {
    const over = run === undefined || last(run).status === "completed";
    return over ? [] : [`${name}: its run goes on.`];
  }
  if (release.state === "unconfirmed") return [];
  if (release.state !== "waiting") return [`${name} hasn't come to an end.`];
  if (run !== undefined && last(run).status === "completed") return [`${name}: its run is over.`];
  return release.decision?.verdict === "satisfied" ? [`${name}: everything is there, and it waits.`] : [];
}

function newest(leases: Lease[]): Lease | undefined {
  return leases.toSorted((one, other) => other.takenAt.getTime() - one.takenAt.getTime())[0];
}
