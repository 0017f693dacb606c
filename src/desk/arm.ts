import { isTokenMode } from "../domain/mode.ts";
import { decide } from "../domain/decide.ts";
import { putPatienceMs } from "../domain/lease.ts";
import type { Reason } from "../domain/reason.ts";
import { move, releaseTitle, shortSha } from "../domain/release.ts";
import type { Lease, Release } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { after, later, showStatus } from "./after.ts";
import { dispatch } from "./begin.ts";
import { disarm } from "./disarm.ts";
import { endRelease } from "./end.ts";
import type { Gathered } from "./gather.ts";
import { gather } from "./gather.ts";
import { stopOf, stoppedWords } from "./panic/check.ts";
import { decideUnarmed, startUnarmed } from "./open-unarmed.ts";
import { repositoryOf } from "./repository-of.ts";
import { saveMove } from "./save-move.ts";
import { takeLease } from "./take-lease.ts";
import type { DeskParts } from "./types.ts";

/** Opens what holds the job: our rule, or GitHub's own review given as the person who is present. */
export type Opener = (github: GitHubRepository, release: Release, comment: string) => Promise<void>;

export interface ArmOptions {
  open?: Opener | undefined;
  /** What was read a moment ago, under the same lock, with the word that was given last. */
  gathered?: Gathered | undefined;
}

const openOurGate: Opener = async (github, release, comment) =>
  await github.answerGate(release.runId ?? 0, release.environmentName, "approved", comment);

/** Arming failed at a known step: what to say, and that the secret is to be removed. */
class ArmingFailed extends Error {
  readonly code: string;
  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/**
 * Order is the safety: everything is read again, the lease row is committed, the secret is PUT, and the gate is approved last.
 * Call it alone (under the environment's lock). Where something is missing the release goes on waiting with its reasons; where
 * something refuses it ends; where arming breaks off, the secret is removed and the release ends with a plain sentence.
 */
export async function arm(
  parts: DeskParts,
  release: Release,
  { open = openOurGate, gathered: read }: ArmOptions = {},
): Promise<Reason> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Error("the repository of a waiting release is not known any more");
  const gathered = read ?? (await gather(parts, github, release, { reviewFollows: open !== openOurGate }));
  const decision = decide(gathered.facts, parts.clock.now());
  if (decision.verdict !== "satisfied") {
    await keepWaiting(parts, release, decision, gathered);
    return decision;
  }
  if (!isTokenMode(release.mode)) {
    const decided = await decideUnarmed(parts, release, gathered, decision);
    if (decided !== null) await orEnd(parts, release, null, () => openUnarmed(parts, github, decided, open));
    return decision;
  }
  const taken = await takeLease(parts, release, gathered, decision);
  if (taken !== null)
    await orEnd(parts, release, taken.lease, () =>
      putAndOpen(parts, github, taken.release, taken.lease, gathered, open),
    );
  return decision;
}

/** Where it breaks off the release ends, and what may lie in the environment is removed. */
async function orEnd(
  parts: DeskParts,
  release: Release,
  lease: Lease | null,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failed = await parts.store.releases.get(release.id);
    if (failed !== null) await endRelease(parts, failed, { to: "failed", ...describe(error, lease) });
    if (lease !== null) await removeLate(parts, lease);
    if (!(error instanceof ArmingFailed) && !(error instanceof GitHubError)) throw error;
  }
}

/** No token: the run is read once more, then the gate is opened. */
async function openUnarmed(parts: DeskParts, github: GitHubRepository, release: Release, open: Opener): Promise<void> {
  const { runId } = release;
  if (runId === null) return await startUnarmed(parts, github, release);
  const run = await github.run(runId, "arm");
  if (run === null || run.attempt !== 1 || run.status === "completed")
    throw new ArmingFailed("run", "The run was started again or ended while its gate was being opened.");
  const stop = await stopOf(parts.store, release.repositoryId);
  if (stop !== null) throw new ArmingFailed("panic", `${stoppedWords(stop)} Nothing was published.`);
  await open(github, release, gateComment(parts, release));
  await opened(parts, github, release, null);
}

/**
 * Arming broke off, and its PUT may have landed at any moment, also after another instance had read the secret as absent: a lease
 * that was closed meanwhile is opened again for the removal, and one whose DELETE came earlier gets another.
 */
async function removeLate(parts: DeskParts, lease: Lease): Promise<void> {
  const event = { kind: "maybe-there-again", why: "arming-failed", locks: false } as const;
  await saveMove(parts, lease, event);
  // Owed by the clean-up and the reconciler where it fails now.
  await disarm(parts, lease.id, "arming-failed").catch(() => undefined);
}

async function keepWaiting(parts: DeskParts, release: Release, decision: Reason, gathered: Gathered): Promise<void> {
  if (decision.verdict === "refused") {
    const saved = await parts.store.releases.save(release, { decision });
    await endRelease(parts, saved, {
      to: "refused",
      code: refusedRule(decision).rule,
      text: refusedRule(decision).text,
    });
    return;
  }
  const saved = await parts.store.releases.save(release, { decision });
  await showStatus(parts, saved);
  const { waitUntil } = gathered.facts.gitHub;
  if (waitUntil !== null && waitUntil > parts.clock.now())
    await after(parts, "evaluate", release.id, `timer-${waitUntil.getTime()}`, later(waitUntil, 1000));
}

/** The innermost reason that refuses: what the person has to mend. */
export function refusedRule(decision: Reason): Reason {
  const child = decision.children?.find((reason) => reason.verdict === "refused");
  return child === undefined ? decision : refusedRule(child);
}

async function putAndOpen(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  lease: Lease,
  gathered: Gathered,
  open: Opener,
): Promise<void> {
  const token = gathered.token;
  if (!isTokenMode(release.mode) || token === null) throw new ArmingFailed("token", "There was no token to arm with.");
  const { runId } = release;
  const [put, beside] = await Promise.all([
    github.putEnvironmentSecret(
      lease.environmentName,
      lease.secretName,
      { keyId: token.keyId, ciphertext: token.ciphertext },
      later(lease.takenAt, putPatienceMs),
    ),
    runId === null ? Promise.resolve(null) : github.run(runId, "arm"),
  ]);
  if (put === "updated")
    throw new ArmingFailed(
      "secret-exists",
      `Somebody put a secret \`${lease.secretName}\` into \`${lease.environmentName}\` at the same moment; it was overwritten and is being removed. Put nothing there by hand; revoke what was in it.`,
    );
  if (runId !== null && (beside === null || beside.attempt !== 1 || beside.status === "completed"))
    throw new ArmingFailed("run", "The run was started again or ended while the secret was being put.");
  const armed = await saveMove(parts, lease, { kind: "put" });
  if (armed === null) throw new ArmingFailed("cancelled", "The release was ended while its secret was being put.");
  // Read after the lease was committed: a stop that isn't seen here sees the lease.
  const stop = await stopOf(parts.store, release.repositoryId);
  if (stop !== null) throw new ArmingFailed("panic", `${stoppedWords(stop)} Nothing was published.`);
  if (runId === null) return await startArmed(parts, github, release, armed);
  await open(github, release, gateComment(parts, release));
  await opened(parts, github, release, armed);
}

/** `gate: before-dispatch`: the secret is there, and the run that is to read it is started last. */
async function startArmed(parts: DeskParts, github: GitHubRepository, release: Release, lease: Lease): Promise<void> {
  const at = parts.clock.now();
  const patch = move(release, "dispatching", at, { dispatchedAt: at });
  if (patch === null) throw new ArmingFailed("cancelled", "The release was ended while its secret was being put.");
  const dispatching = await parts.store.transaction(async (store) => {
    await store.tokens.used(lease.tokenId, at);
    return await store.releases.save(release, patch);
  });
  await dispatch(parts, github, dispatching);
}

/** The gate is open. The attempt is read once more: a re-run that slipped in between is stopped. */
async function opened(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  lease: Lease | null,
): Promise<void> {
  const at = parts.clock.now();
  const patch = move(release, "running", at, { gateApprovedAt: at });
  if (patch === null) throw new ArmingFailed("cancelled", "The release was ended while its gate was being opened.");
  const running = await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    if (lease !== null) await store.tokens.used(lease.tokenId, at);
    await store.audit.add({
      at,
      what: "gate.approved",
      actor: "countersign",
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { run: release.runId, environment: release.environmentName, sha: release.sha },
    });
    await showStatus({ ...parts, store }, saved);
    return saved;
  });
  const again = await github.run(running.runId ?? 0, "arm").catch(() => undefined);
  // A reading that failed settles nothing: the gate is open, so ask again soon rather than stop a good release.
  if (again === undefined) return await after(parts, "sync", release.id, "after-gate", later(parts.clock.now(), 1000));
  if (again !== null && again.attempt !== 1)
    throw new ArmingFailed("rerun", "The run was started again while its gate was being opened; it was stopped.");
}

function gateComment(parts: DeskParts, release: Release): string {
  return `Countersigned: ${releaseTitle(release)} from ${shortSha(release.sha)}, asked for by ${release.releaserLogin}. ${parts.publicUrl}/releases/${release.id}`;
}

function describe(error: unknown, lease: Lease | null): { code: string; text: string } {
  if (error instanceof ArmingFailed) return { code: error.code, text: error.message };
  const said = error instanceof GitHubError ? ` ${error.message}` : "";
  const what =
    lease === null
      ? "Opening the gate broke off: the run is being stopped."
      : "Arming broke off: the run is being stopped and the secret removed.";
  return {
    code: error instanceof GitHubError ? `github-${error.code}` : "internal",
    // A lost answer of the gate may hide a job that ran: what is not known is not said.
    text: `${what}${said} Look at the registry before you ask again with /release.`,
  };
}
