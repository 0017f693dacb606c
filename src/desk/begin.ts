import { move, releaseTitle, shortSha } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository, Run } from "../github/types.ts";
import { after, later, showStatus } from "./after.ts";
import { endRelease, withRelease } from "./end.ts";
import { policyAt, policyOf } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";

/** A run that is listed this much earlier than our clock says may still be ours, in milliseconds. */
const skewMs = 60_000;

/** A run that GitHub doesn't list this long after it was asked for was not started, in milliseconds. Should it turn up later, its gate is refused. */
const listedWithinMs = 15_000;

/**
 * Starts the run of a requested release and binds the release to it. The intent is written before GitHub is asked, so that a
 * crash in between is resolved by looking for the run, never by asking twice.
 */
export async function begin(parts: DeskParts, releaseId: string): Promise<void> {
  await withRelease(parts, releaseId, async (release) => {
    if (release.state === "dispatching") return await findRun(parts, release);
    if (release.state !== "requested") return;
    const github = await repositoryOf(parts, release.repositoryId);
    if (github === null) throw new Error("the repository of a requested release is not known any more");
    // The branch may have moved since the checks; a dispatch takes a branch, not a commit.
    const head = await github.branchHead(release.branch);
    if (head !== release.sha) return await moved(parts, release, head);
    const policy = policyOf(await policyAt(github, release.policySha), release);
    if (policy.gate === "before-dispatch") return await waitWithoutRun(parts, release);
    const at = parts.clock.now();
    const patch = move(release, "dispatching", at, { dispatchedAt: at });
    if (patch === null) return;
    const dispatching = await parts.store.releases.save(release, patch);
    await dispatch(parts, github, dispatching);
  });
}

/**
 * The same for a release that was just written down. From there on something was begun: what fails now is tried again by its own task,
 * and never said to have changed nothing.
 */
export async function beginOrLater(parts: DeskParts, releaseId: string): Promise<void> {
  try {
    await begin(parts, releaseId);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    parts.log.warn({ release: releaseId, code: error.code }, "A release was written down, but could not be begun yet.");
    await after(parts, "sync", releaseId, "begin", later(parts.clock.now(), 2000));
  }
}

/** No gate would hold the run, so it isn't started before everybody has approved and the secret is there. */
async function waitWithoutRun(parts: DeskParts, release: Release): Promise<void> {
  const patch = move(release, "waiting", parts.clock.now());
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await after({ ...parts, store }, "evaluate", release.id, "without-run");
    await showStatus({ ...parts, store }, saved);
  });
}

/**
 * Asks GitHub for the run of a release in `dispatching`, and binds the two. With `gate: before-dispatch` the secret is there
 * already: whatever goes wrong ends the release, and its clean-up removes the secret.
 */
export async function dispatch(parts: DeskParts, github: GitHubRepository, release: Release): Promise<void> {
  const workflow = release.workflowPath.slice(".github/workflows/".length);
  try {
    const started = await github.dispatch(workflow, release.branch, { version: release.version, tag: release.distTag });
    if (started === null) return await findRun(parts, release);
    // The run is there: that it can't be read now must not lose it.
    const run = await github.run(started.runId).catch((error: unknown) => {
      if (error instanceof GitHubError) return null;
      throw error;
    });
    await bind(parts, release, run, started.runId);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.code === "unavailable") {
      await after(parts, "sync", release.id, "dispatch-unknown", later(parts.clock.now(), 2000));
      return;
    }
    await endRelease(parts, await fresh(parts, release), {
      to: "failed",
      code: `github-${error.code}`,
      text: `GitHub didn't start \`${workflow}\`: ${error.message} Nothing was published.`,
    });
  }
}

/**
 * Binds the release to the run that came back; a run of another commit ends the release, whose clean-up removes the secret and
 * cancels the run. A run that can't be read yet is bound all the same, and compared as soon as it can.
 */
async function bind(parts: DeskParts, release: Release, run: Run | null, runId: number): Promise<void> {
  if (run !== null && (run.headSha !== release.sha || run.attempt !== 1)) {
    const known = await parts.store.releases.save(release, { runId, runUrl: run.htmlUrl });
    return await moved(parts, known, run.headSha);
  }
  const lease = await parts.store.leases.ofRelease(release.id);
  // Decided before the dispatch: nothing holds this run any more.
  const to = release.decidedAt === null ? "waiting" : "running";
  const patch = move(release, to, parts.clock.now(), { runId, runUrl: run?.htmlUrl ?? null });
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      at: parts.clock.now(),
      what: "run.started",
      actor: "countersign",
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { run: runId, sha: run?.headSha ?? null },
    });
    if (to === "waiting") await after({ ...parts, store }, "evaluate", release.id, "bound");
    if (lease !== null) await store.leases.save(lease.id, [lease.state], { runId });
    if (run === null) await after({ ...parts, store }, "sync", release.id, "unread", later(parts.clock.now(), 1000));
    await showStatus({ ...parts, store }, saved);
  });
}

async function moved(parts: DeskParts, release: Release, head: string | null): Promise<void> {
  const now = head === null ? "is gone" : `is at ${shortSha(head)} now`;
  await endRelease(parts, release, {
    to: "refused",
    code: "branch-moved",
    text: `\`${release.branch}\` ${now}, but the checks were made for ${shortSha(release.sha)}: look at what came in, then ask again with /release.`,
  });
}

/**
 * Looks for the run of a dispatch whose answer we don't have: started by us, of this commit, no earlier than we asked, bound to
 * no other release. Exactly one is ours; none after a while means that GitHub didn't start it.
 */
export async function findRun(parts: DeskParts, release: Release): Promise<void> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null || release.dispatchedAt === null) return;
  const self = await parts.github.self();
  const workflow = release.workflowPath.slice(".github/workflows/".length);
  const listed = await github.dispatchedRuns(workflow, later(release.dispatchedAt, -skewMs));
  const candidates: Run[] = [];
  for (const run of listed)
    if (
      run.headSha === release.sha &&
      run.actor.login === self.botLogin &&
      (await parts.store.releases.byRun(run.id)) === null
    )
      candidates.push(run);
  // Where several could be ours, a run's name that holds the version tells.
  const named = candidates.filter((run) => run.displayTitle.includes(release.version));
  const fits = candidates.length > 1 && named.length > 0 ? named : candidates;
  const [only] = fits;
  if (only !== undefined && fits.length === 1) {
    await bind(parts, release, only, only.id);
    // Its events may have come, and gone, before we knew that it is ours.
    return await after(parts, "sync", release.id, "found");
  }
  if (candidates.length > 1) {
    for (const run of candidates) await github.cancelRun(run.id);
    await endRelease(parts, release, {
      to: "failed",
      code: "run-unclear",
      text: `More than one run may be that of ${releaseTitle(release)}; all were cancelled. Ask again with /release.`,
    });
    return;
  }
  const waited = parts.clock.now().getTime() - release.dispatchedAt.getTime();
  if (waited < listedWithinMs)
    return await after(parts, "sync", release.id, `find-${waited}`, later(parts.clock.now(), 5000));
  await endRelease(parts, release, {
    to: "failed",
    code: "run-missing",
    text: `GitHub didn't start the run of ${releaseTitle(release)}. Nothing was published; ask again with /release.`,
  });
}

async function fresh(parts: DeskParts, release: Release): Promise<Release> {
  return (await parts.store.releases.get(release.id)) ?? release;
}
