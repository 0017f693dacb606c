import { isEnd } from "../../src/domain/release.ts";
import type { Cast } from "../world/cast.ts";
import { last } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { ReleaseRow, Rows } from "./look.ts";
import type { QuickRunner } from "./runner.ts";
import type { Place } from "./scene.ts";

/** What the checks look at: GitHub, the runner, and the rows. */
export interface Seen {
  github: GitHub;
  cast: Cast;
  places: readonly Place[];
  runner: QuickRunner;
}

/** Secrets that are there now, each with its own instant. */
export function secretsNow(places: readonly Place[]): Map<string, { place: Place; at: number }> {
  return new Map(
    places.flatMap((place) =>
      [...place.environment.secrets].map(([name, { updatedAt }]) => [
        `${place.repository.name}/${place.environment.name}/${name} of ${updatedAt.toISOString()}`,
        { place, at: updatedAt.getTime() },
      ]),
    ),
  );
}

/** Secrets that were there before and after the rows were read, without a lease in them that isn't closed. */
export function secretsWithoutLease(before: ReturnType<typeof secretsNow>, rows: Rows, seen: Seen): string[] {
  const after = secretsNow(seen.places);
  return [...before].flatMap(([name, { place }]) => {
    const open = rows.leases.some(
      (lease) =>
        lease.state !== "closed" &&
        lease.repositoryId === place.repository.id &&
        lease.environmentId === place.environment.id,
    );
    return after.has(name) && !open ? [`${name} is there, and no lease is open.`] : [];
  });
}

/** What keeps a story from being over: empty once everything has come to rest. */
export function unsettled(rows: Rows, seen: Seen, now: Date): string[] {
  const { github, runner } = seen;
  const out: string[] = [];
  if (!github.idle()) out.push("GitHub is busy");
  if (runner.running() > 0) out.push(`${runner.running()} jobs run`);
  out.push(...secretsNow(seen.places).keys());
  for (const one of rows.releases) out.push(...restless(one, seen));
  for (const one of rows.leases)
    if (one.state !== "closed" || one.locks !== null) out.push(`lease ${one.id} is ${one.state}, locks ${one.locks}`);
  for (const one of rows.deliveries)
    if (one.state !== "done") out.push(`delivery ${one.guid} (${one.event}) is ${one.state}: ${one.lastError}`);
  for (const one of rows.tasks)
    if (one.state === "dead" || one.nextAt <= now) out.push(`task ${one.key} is ${one.state}: ${one.lastError}`);
  const stored = new Set(rows.deliveries.map(({ guid }) => guid));
  // What failed before anything was stored is not the app's to ask for.
  for (const guid of sentByPeople(seen)) if (!stored.has(guid)) out.push(`delivery ${guid} never arrived`);
  return out;
}

function sentByPeople({ github }: Seen): Set<string> {
  return new Set(github.core.state.deliveries.filter(({ event }) => event === "issue_comment").map(({ guid }) => guid));
}

/** A release that is neither over nor visibly waits for people. */
function restless(release: ReleaseRow, { places, github }: Seen): string[] {
  const place = places.find(({ repository }) => repository.id === release.repositoryId);
  const run = release.runId === null ? undefined : place?.repository.runs.get(release.runId);
  const name = `${place?.package ?? "?"} ${release.version} (${release.state})`;
  const over = run === undefined || last(run).status === "completed";
  if (isEnd(release.state as never)) return over ? [] : [`${name}: its run goes on`];
  const words = place?.repository.comments.get(release.statusCommentId ?? 0)?.body ?? "";
  const says = words.startsWith("### ✋") && words.includes("⏳");
  if (release.state === "waiting" && release.verdict === "waiting" && says && !over) return [];
  return [`${name} hasn't come to an end${github.idle() ? "" : " yet"}`];
}

/** What must hold once everything has come to rest. */
export function wrongAtRest(rows: Rows, seen: Seen): string[] {
  return [...published(rows, seen), ...jobs(rows, seen), ...words(rows, seen)];
}

/** Whatever npm took belongs to a release that says so. */
function published(rows: Rows, { runner }: Seen): string[] {
  const wrong: string[] = [];
  const versions = runner.done
    .filter((job) => job.published)
    .map(({ order }) => `${order.repository.name} ${order.event.inputs["version"] ?? ""}`);
  for (const version of new Set(versions))
    if (versions.filter((one) => one === version).length > 1) wrong.push(`${version} was published twice.`);
  for (const { order } of runner.done.filter((job) => job.published)) {
    const release = rows.releases.find(({ runId }) => runId === order.runId);
    if (release === undefined) wrong.push(`Run ${order.runId} published, and belongs to no release.`);
    else if (release.state !== "published" && !release.verified)
      wrong.push(`Run ${order.runId} published ${release.version}, and its release (${release.state}) doesn't say so.`);
    // What ended before anybody knew has the truth added to it later; what was known already is no excuse.
    else if (release.endCode === "run-ended")
      wrong.push(`Run ${order.runId} published ${release.version}, and its release says: ${release.endText}`);
  }
  for (const release of rows.releases.filter(({ state }) => state === "published"))
    if (!runner.done.some((job) => job.published && job.order.runId === release.runId))
      wrong.push(`Release ${release.version} says published, and its run didn't.`);
  return wrong;
}

/** Whoever got a token was let in: its release's run, of its commit, with somebody's approval of that commit. */
function jobs(rows: Rows, { runner, cast }: Seen): string[] {
  return runner.done.flatMap(({ order, token }) => {
    if (token === null) return [];
    const release = rows.releases.find(({ runId }) => runId === order.runId);
    if (release === undefined) return [`Run ${order.runId} got a token, and belongs to no release.`];
    const approved = rows.approvals.some(
      (one) =>
        one.releaseId === release.id &&
        one.verdict === "approved" &&
        one.sha === order.sha &&
        [cast.bob.id, cast.dave.id].includes(Number(one.personId)),
    );
    return approved ? [] : [`Run ${order.runId} got a token without an approval of its commit.`];
  });
}

/** Every word of people was heard: a request became a release or was refused in words, the rest was answered. */
function words(rows: Rows, { places, cast, github }: Seen): string[] {
  const requests = new Set(rows.releases.map(({ requestCommentId }) => Number(requestCommentId)));
  return places.flatMap(({ repository, issue }) =>
    github
      .comments(repository, issue)
      .filter((one) => one.userId !== cast.app.botId && one.body.startsWith("/"))
      .filter((one) => !requests.has(one.id) && !one.reactions.has("+1") && !one.reactions.has("-1"))
      .map((one) => `"${one.body}" in ${repository.name} (comment ${one.id}) was never answered.`),
  );
}

/** Status comments beyond the one that a release knows: made by a process that was killed before it could write that down. */
export function strayComments(rows: Rows, { places, cast, github }: Seen): number {
  const known = new Set(rows.releases.map(({ statusCommentId }) => Number(statusCommentId)));
  return places
    .flatMap(({ repository, issue }) => github.comments(repository, issue))
    .filter((one) => one.userId === cast.app.botId && one.body.includes("<!-- countersign") && !known.has(one.id))
    .length;
}
