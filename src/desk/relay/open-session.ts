import { isPublicKey } from "../../domain/challenge.ts";
import { Refusal } from "../../domain/errors.ts";
import { isEnd } from "../../domain/release.ts";
import type { Release, RunnerSession } from "../../domain/release-types.ts";
import { later } from "../after.ts";
import { policyAt, policyOf } from "../policy-at.ts";
import { refuseUncounted } from "../recount.ts";
import { repositoryOf } from "../repository-of.ts";
import { stageFacts } from "../stage/facts.ts";
import { rulesFor } from "../tokens/rules.ts";
import type { DeskForRelay, DeskParts } from "../types.ts";
import { checkClaims, readClaims } from "./claims.ts";

const sessionMs = 30 * 60_000;
/** A post step may come after the release was ended by something else, this long. */
const postMs = 60 * 60_000;

type Input = Parameters<DeskForRelay["openSession"]>[0];
type Opened = Awaited<ReturnType<DeskForRelay["openSession"]>>;

/**
 * A step of ours in a running job introduces itself. Its OIDC token is good once; what comes later is proven by the bearer that
 * the runner made for itself, of which only the digest is known here.
 */
export async function openSession(parts: DeskParts, input: Input): Promise<Opened> {
  if (!isPublicKey(input.publicKey) || !/^[0-9a-f]{64}$/.test(input.bearerHash))
    throw new Refusal("bad-input", "The runner's key or its bearer's digest is not of the right form.");
  const claims = readClaims(input.claims);
  const now = parts.clock.now();
  const release = await parts.store.releases.byRun(Number(claims.run_id));
  const github = release === null ? null : await repositoryOf(parts, release.repositoryId);
  if (release === null || github === null)
    throw new Refusal("no-release", "No release knows this run: ask for one with /release.");
  checkClaims(claims, release, github.repository);
  refuseWrongTime(release, input.step, now);
  refuseWrongStep(release, input.step);
  if (input.step === "stage") await refuseDecided(parts, release);
  if (release.packages !== null && input.step !== "post") await refuseUncounted(parts, github, release);
  const policy = policyOf(await policyAt(github, release.policySha), release);
  if (policy.secondBuild && input.step === "otp")
    throw new Refusal(
      "not-allowed",
      "The policy asks for a second build, and only the `publish` step compares with it: use that one in place of `otp`.",
    );
  // A post step only tells what it did: the organisation's file must not keep it from that.
  const revoke = input.step === "post" ? policy.revoke : (await rulesFor(github, policy)).revoke;
  const session: RunnerSession = {
    id: parts.ids.next(),
    releaseId: release.id,
    jti: claims.jti,
    step: input.step,
    runId: Number(claims.run_id),
    runAttempt: 1,
    checkRunId: claims.check_run_id ?? null,
    publicKey: input.publicKey,
    bearerHash: input.bearerHash,
    openedAt: now,
    expiresAt: later(now, sessionMs),
  };
  await parts.store.transaction(async (store) => {
    if (!(await store.runnerSessions.open(session)))
      throw new Refusal("proof-invalid", "This OIDC token was used before: each is good once.");
    await store.audit.add({
      ...{ at: now, what: "runner.session", actor: "runner" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: { step: session.step, runId: session.runId, checkRunId: session.checkRunId },
    });
  });
  return { session, release, registry: policy.registry ?? null, revoke, secondBuild: policy.secondBuild };
}

/** What approves a stage doesn't publish, and the other way round: a step in the wrong workflow does nothing. */
function refuseWrongStep({ purpose }: Release, step: RunnerSession["step"]): void {
  if (step === "post" || (purpose === "publish") === (step !== "stage")) return;
  throw new Refusal(
    "not-allowed",
    purpose === "publish"
      ? "This run publishes, and the `stage` step approves what another run has staged: use the `publish` step here."
      : "This run approves or rejects what is staged, and publishes nothing: use the `stage` step here.",
  );
}

/** @throws Refusal where what was staged doesn't wait at npm any more, as far as we know */
export async function refuseDecided(parts: Pick<DeskParts, "store">, release: Release): Promise<void> {
  const facts = await stageFacts(parts, release, []);
  if (facts === null || facts.state === "staged") return;
  throw new Refusal(
    "not-now",
    `The release that staged it is over (${facts.state ?? "nobody knows it"}): nothing is decided about it any more.`,
  );
}

function refuseWrongTime(release: Release, step: RunnerSession["step"], now: Date): void {
  if (release.state === "running") return;
  if (step === "post") {
    const recent = release.endedAt === null || now.getTime() - release.endedAt.getTime() <= postMs;
    if ((release.state === "verifying" || isEnd(release.state)) && recent) return;
  }
  if (isEnd(release.state))
    throw new Refusal("not-allowed", `This release is over (${release.state}): ask again with /release.`);
  throw new Refusal("not-now", "This release is not running: its gate was not opened by Countersign.");
}
