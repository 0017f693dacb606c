import { checkEnvironment, checkReleaser, checkSecret, checkToken } from "../domain/checks.ts";
import { doctorReason } from "../domain/doctor/report.ts";
import { Refusal } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import { isTokenMode } from "../domain/mode.ts";
import { environmentKey, move } from "../domain/release.ts";
import type { Person, Release } from "../domain/release-types.ts";
import { checkVersion, nextVersion } from "../domain/version.ts";
import { readWorkflow } from "../domain/workflow.ts";
import type { GitHubRepository, Run } from "../github/types.ts";
import { after, showStatus } from "./after.ts";
import { withRelease } from "./end.ts";
import type { GateAsked } from "./refuse-gate.ts";
import { refuseGate } from "./refuse-gate.ts";
import { readCalled } from "./doctor/called.ts";
import { namedWorkflow, workflowReport } from "./doctor/workflow-report.ts";
import { refuseStopped } from "./panic/check.ts";
import { readPlace } from "./place.ts";
import { policyAt, policyAtHead, policyOf, readableFile } from "./policy-at.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import { isPrincipal } from "./principals.ts";
import { repositoryOf } from "./repository-of.ts";
import { emptyRelease } from "./new-release.ts";
import { tokenFacts } from "./tokens/for-release.ts";
import type { DeskParts } from "./types.ts";

/**
 * A run that somebody started from GitHub's Actions page. It is adopted only if it is a first attempt, dispatched by one
 * releaser with a sealed token, from a branch and a workflow file that the policy knows; the person then confirms the version
 * and the arming on our page. Anything else is refused at the gate, with the reason.
 */
export async function adopt(parts: DeskParts, github: GitHubRepository, asked: GateAsked): Promise<void> {
  const run = await github.run(asked.runId);
  if (run === null || run.status === "completed") return;
  const adopted = await adoptable(parts, github, asked, run).catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
  if (adopted instanceof Refusal) {
    await refuseGate(github, asked, adopted.message);
    return await noteRefusal(parts, asked, run, adopted);
  }
  const inserted = await parts.store.transaction(async (store) => {
    const release = await store.releases.insert(adopted);
    if (release === false) return false;
    await store.audit.add({
      at: parts.clock.now(),
      what: "run.adopted",
      actor: run.actor.login,
      actorId: run.actor.id,
      repositoryId: asked.repository.id,
      releaseId: release.id,
      detail: { run: run.id, sha: run.headSha },
    });
    return release;
  });
  if (inserted === false)
    return await refuseGate(
      github,
      asked,
      `Another release holds the environment \`${asked.environment}\`: wait for it, then run again.`,
    );
  await github.reportGate(
    asked.runId,
    asked.environment,
    `${run.actor.login}: confirm version and arming of this run at ${parts.publicUrl}/releases/${inserted.id}`,
  );
}

async function noteRefusal(parts: DeskParts, asked: GateAsked, run: Run, refusal: Refusal): Promise<void> {
  await parts.store.audit.add({
    at: parts.clock.now(),
    what: "run.refused",
    actor: run.actor.login,
    actorId: run.actor.id,
    repositoryId: asked.repository.id,
    detail: { run: run.id, sha: run.headSha, code: refusal.code },
  });
}

async function adoptable(parts: DeskParts, github: GitHubRepository, asked: GateAsked, run: Run): Promise<Release> {
  refuseForeign(asked, run);
  await refuseStopped(parts.store, asked.repository.id);
  const pinned = await policyAtHead(github);
  const policy = packageForRun(pinned, asked, run);
  const branch = run.headBranch ?? "";
  const allowed = policy.branches.length > 0 ? policy.branches : [asked.repository.defaultBranch];
  if (!allowed.includes(branch))
    throw new Refusal("branch-not-allowed", `The run is of \`${branch}\`; releases come from ${allowed.join(", ")}.`);
  const [place, permission, isReleaser, file, atHead] = await Promise.all([
    readPlace(parts, github, policy, branch),
    github.permission(run.actor.login),
    isPrincipal(github, policy.releasers, run.actor.login),
    readableFile(github, run.path, run.headSha, "workflow-unsuitable"),
    readableFile(github, run.path, pinned.sha, "workflow-unsuitable"),
  ]);
  if (file === null || file.blob !== atHead?.blob)
    throw new Refusal(
      "workflow-unsuitable",
      `\`${run.path}\` is not the same at this run's commit as on the default branch.`,
    );
  const called = await readCalled(github, { path: run.path, text: file.text }, run.headSha);
  const job = readWorkflow(file.text, policy, called);
  if (!job.ok)
    throw new Refusal(
      "workflow-unsuitable",
      `\`${run.path}\`${job.line === null ? "" : `, line ${job.line}`}: ${job.problem}`,
    );
  const wanted = { repositoryId: asked.repository.id, personId: run.actor.id, releaseId: null };
  const [{ facts: token }, report] = await Promise.all([
    tokenFacts(
      ...([parts, github, policy] as const),
      { ...wanted, environmentId: place.environment.id },
      place.key?.keyId ?? "",
    ),
    workflowReport(parts, github, pinned.policy, namedWorkflow(pinned.policy, policy), run.headSha),
  ]);
  refuseFirst([
    checkReleaser({ login: run.actor.login, isHuman: run.actor.type === "User", permission, isReleaser }),
    checkEnvironment(place.environment, policy, branch),
    doctorReason(report),
    checkSecret(place.secret),
    checkToken(token, run.actor.login, parts.clock.now()),
  ]);
  return adoptedRelease(parts, asked, run, {
    policy,
    pinned,
    job: job.job,
    blob: file.blob,
    environmentId: place.environment.id,
    branch,
  });
}

function refuseForeign(asked: GateAsked, run: Run): void {
  if (run.attempt !== 1) throw new Refusal("rerun", "A re-run is not a release: ask for one with `/release`.");
  if (run.event !== "workflow_dispatch")
    throw new Refusal(
      "foreign-run",
      `This run was started by ${run.event}; a release is asked for with \`/release\` in an issue.`,
    );
  if (run.headRepositoryId !== asked.repository.id)
    throw new Refusal("foreign-run", "This run is of a fork; a release comes from the repository itself.");
  if (run.actor.id !== run.triggeringActor.id)
    throw new Refusal(
      "foreign-run",
      `${run.triggeringActor.login} started a run of ${run.actor.login}; one person has to do both.`,
    );
}

function packageForRun(pinned: PinnedPolicy, asked: GateAsked, run: Run): PackagePolicy {
  const fits = pinned.policy.packages.filter(
    (one) =>
      one.environment.toLowerCase() === asked.environment.toLowerCase() &&
      `.github/workflows/${one.workflow}` === run.path,
  );
  const [only] = fits;
  if (only === undefined)
    throw new Refusal(
      "foreign-run",
      `The policy names no package that \`${run.path}\` publishes through \`${asked.environment}\`.`,
    );
  if (fits.length > 1)
    throw new Refusal(
      "foreign-run",
      "Several packages are published by this workflow: ask with `/release <version> <package>`.",
    );
  // What vouches for whoever starts a run by hand is the sealed token that only they could have put there. The other modes have none.
  if (!isTokenMode(only.mode))
    throw new Refusal(
      "foreign-run",
      `This package is published by trusted publishing (\`${only.mode}\`), where no sealed token vouches for whoever starts a run: ask with \`/release\` in an issue, and the run is started for you.`,
    );
  if (only.gate !== "rule")
    throw new Refusal(
      "foreign-run",
      "This package is released with `gate: before-dispatch`, where a run is started once everybody has approved: ask with `/release`.",
    );
  return only;
}

function refuseFirst(reasons: Reason[]): void {
  const refused = reasons.find((reason) => reason.verdict === "refused");
  if (refused !== undefined) throw new Refusal("not-now", refused.children?.[0]?.text ?? refused.text);
}

interface Found {
  policy: PackagePolicy;
  pinned: PinnedPolicy;
  job: { name: string };
  blob: string;
  environmentId: number;
  branch: string;
}

function adoptedRelease(parts: DeskParts, asked: GateAsked, run: Run, found: Found): Release {
  const at = parts.clock.now();
  return {
    ...emptyRelease,
    id: parts.ids.next(),
    state: "unconfirmed",
    repositoryId: asked.repository.id,
    installationId: asked.repository.installationId,
    package: found.policy.name,
    version: "",
    distTag: "latest",
    mode: found.policy.mode,
    branch: found.branch,
    sha: run.headSha,
    commitTitle: run.headCommit.title,
    commitAuthor: run.headCommit.author,
    workflowPath: run.path,
    workflowBlob: found.blob,
    jobName: found.job.name,
    environmentId: found.environmentId,
    environmentName: found.policy.environment,
    secretName: found.policy.secret,
    policySha: found.pinned.sha,
    policyBlob: found.pinned.blob,
    releaserId: run.actor.id,
    releaserLogin: run.actor.login,
    origin: "adopted",
    runId: run.id,
    runUrl: run.htmlUrl,
    requestedAt: at,
    gateAskedAt: at,
    holds: environmentKey(asked.repository.id, found.environmentId),
  };
}

/** The owner of an adopted run confirms which version it is to publish; from then on it is a release like any other. */
export async function confirmRun(
  parts: DeskParts,
  input: { releaseId: string; person: Person; version: string },
): Promise<void> {
  await withRelease(parts, input.releaseId, async (release) => {
    if (release.state !== "unconfirmed") throw new Refusal("not-now", "This run doesn't wait for a confirmation.");
    if (input.person.id !== release.releaserId)
      throw new Refusal("not-allowed", `Only ${release.releaserLogin}, who started the run, can confirm it.`);
    const github = await repositoryOf(parts, release.repositoryId);
    if (github === null) throw new Refusal("not-found", "GitHub doesn't show Countersign this repository any more.");
    const policy = policyOf(await policyAt(github, release.policySha), release);
    const state = await parts.registry.package(release.package, policy.registry);
    const version = nextVersion(input.version.trim(), state);
    if (version instanceof Refusal) throw version;
    const bad = checkVersion(version, state, undefined);
    if (bad !== null) throw bad;
    const patch = move(release, "waiting", parts.clock.now(), { version });
    if (patch === null) return;
    await parts.store.transaction(async (store) => {
      const inside = { ...parts, store };
      const saved = await store.releases.save(release, patch);
      await store.audit.add({
        at: parts.clock.now(),
        what: "run.confirmed",
        actor: input.person.login,
        actorId: input.person.id,
        repositoryId: release.repositoryId,
        releaseId: release.id,
        detail: { version },
      });
      await after(inside, "evaluate", release.id, "confirmed");
      await showStatus(inside, saved);
    });
  });
}
