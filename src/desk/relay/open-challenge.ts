import { answerSeconds, isPending, nextTry, readLink } from "../../domain/challenge.ts";
import { Refusal } from "../../domain/errors.ts";
import { partOf, toPublish } from "../../domain/several.ts";
import { releaseTitle, versionTitle } from "../../domain/release.ts";
import type { Challenge, Release } from "../../domain/release-types.ts";
import { after, later, showStatus } from "../after.ts";
import { refuseOtherBytes } from "../bytes.ts";
import { tellAsked } from "../channels/tell-release.ts";
import { withRelease } from "../end.ts";
import { policyAt, policyOf } from "../policy-at.ts";
import { ownPolicy } from "../registry-of.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskForRelay, DeskParts } from "../types.ts";
import { refuseDecided } from "./open-session.ts";
import { challengeChannel, moveChallenge, settle } from "./settle.ts";

type Input = Parameters<DeskForRelay["openChallenge"]>[0];

/**
 * npm asks for the second factor: the releaser is called. One challenge at a time; where another step asks while one is open,
 * somebody is in the job who shouldn't be, and both end.
 */
export async function openChallenge(parts: DeskParts, input: Input): Promise<Challenge> {
  if (input.session.step === "post") throw new Refusal("not-allowed", "A post step has nothing to ask npm.");
  const authUrl = await checkLink(parts, input);
  const opened = await withRelease(parts, input.session.releaseId, (release) => ask(parts, release, input, authUrl));
  if (opened === undefined) throw new Refusal("no-release", "There is no such release any more.");
  return opened;
}

async function ask(parts: DeskParts, release: Release, input: Input, authUrl: string | null): Promise<Challenge> {
  if (release.state !== "running") throw new Refusal("not-now", `This release is not running (${release.state}).`);
  refuseUnseen(release, input.session);
  await refuseDecided(parts, release);
  await refuseOther(parts, release, input);
  await refuseUncompared(parts, release, input);
  await refuseRival(parts, release, input);
  const tries = nextTry(await parts.store.challenges.ofRelease(release.id), ownTries(release, input));
  if (tries === null)
    throw new Refusal(
      "challenge-over",
      "npm asked too often in this release: ask again with /release, with a fresh code.",
    );
  const now = parts.clock.now();
  const challenge: Challenge = {
    id: parts.ids.next(),
    releaseId: release.id,
    sessionId: input.session.id,
    kind: input.kind,
    authUrl,
    subject: input.subject,
    try: tries,
    state: "open",
    openedAt: now,
    expiresAt: later(now, answerSeconds[input.kind] * 1000),
    answeredAt: null,
    answeredBy: null,
    sealed: null,
    takenAt: null,
    endedAt: null,
    openFor: release.id,
  };
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    if (!(await store.challenges.open(challenge)))
      throw new Refusal("challenge-over", "Another challenge of this release is open.");
    await note(inside, release, "challenge.open", { challenge: challenge.id, kind: challenge.kind, try: tries });
    await after(inside, "tell-challenge", challenge.id, "once");
    await tellAsked(inside, release, challenge);
    await showStatus(inside, release);
    await store.notify(challengeChannel, challenge.id);
  });
  return challenge;
}

/** Only what is really published has tries of its own. */
function ownTries(release: Release, { subject }: Input): string | null {
  return partOf(release, subject.name) === undefined ? null : subject.name;
}

/** A step that doesn't say whose token it has is an old one, or none of ours: nobody is asked to prove themselves for it. */
function refuseUnseen(release: Release, session: Input["session"]): void {
  if (session.step === "otp" || release.runnerReport?.seenBy === session.id) return;
  throw new Refusal(
    "not-allowed",
    `The step didn't say whom the npm token belongs to: use the \`${session.step}\` step of Countersign's own version.`,
  );
}

/** Our steps say what they packed, or what npm holds; where that isn't what was approved, nobody is asked. */
async function refuseOther(parts: DeskParts, release: Release, { session, subject }: Input): Promise<void> {
  if (session.step === "otp") return;
  const bytes = release.purpose === "publish" || subject.shasum === release.shasum;
  if (toPublish(release).includes(subject.name) && subject.version === release.version && bytes) return;
  await note(parts, release, "challenge.other", { session: session.id, checkRunId: session.checkRunId });
  parts.log.warn({ release: release.id, session: session.id }, "A job asked for a code for something not approved.");
  throw new Refusal(
    "not-allowed",
    release.purpose === "publish"
      ? `The job wants to publish something else than what was approved (${releaseTitle(release)}).`
      : `npm holds something else than what was countersigned (${versionTitle(release)}, ${release.shasum ?? "unknown bytes"}): nobody is asked for it.`,
  );
}

/** Nobody is asked to let out other bytes than they were shown, or than a second build made where the policy asks for one. */
async function refuseUncompared(parts: DeskParts, release: Release, { subject }: Input): Promise<void> {
  const ended = await refuseOtherBytes(parts, release, { asked: subject.shasum ?? null }, subject.name);
  if (ended !== null) throw new Refusal("not-allowed", ended.endText ?? "");
  const { secondBuild } = await ownPolicy(parts, release);
  const second = release.runnerReport?.second;
  if (!secondBuild || (second?.state === "same" && second.first === subject.shasum)) return;
  throw new Refusal(
    "not-allowed",
    "The policy asks for a second build, and the step didn't compare with one: use the `publish` step of Countersign's own version.",
  );
}

async function refuseRival(parts: DeskParts, release: Release, { session }: Input): Promise<void> {
  const found = await parts.store.challenges.pending(release.id);
  const pending = found === null ? null : await settle(parts, found, release);
  if (pending === null || !isPending(pending.state)) return;
  const over = { state: "ended" as const, sealed: null, openFor: null, endedAt: parts.clock.now() };
  await moveChallenge(parts, pending, ["open", "answered"], over);
  // The same step may ask anew (its question's answer got lost): then the new one takes the place of the old.
  if (pending.sessionId === session.id) return;
  await note(parts, release, "challenge.rival", {
    ...{ challenge: pending.id, first: pending.sessionId, second: session.id, checkRunId: session.checkRunId },
  });
  parts.log.error(
    { release: release.id, challenge: pending.id, first: pending.sessionId, second: session.id },
    "Two steps asked for the second factor of one release at once: both were ended.",
  );
  throw new Refusal(
    "challenge-over",
    "Another step of this job waits for an answer already. Both were ended: look at what else runs in the job.",
  );
}

/** A link is shown to a person who then proves who they are there: only the registry's own pages will do. */
async function checkLink(parts: DeskParts, { kind, authUrl, session }: Input): Promise<string | null> {
  if (kind === "code") return null;
  const release = await parts.store.releases.get(session.releaseId);
  const github = release === null ? null : await repositoryOf(parts, release.repositoryId);
  if (release === null || github === null) throw new Refusal("no-release", "There is no such release any more.");
  const { registry } = policyOf(await policyAt(github, release.policySha), release);
  const link = readLink(authUrl ?? "", parts.registry.webOrigins(registry));
  if (link !== null) return link;
  await note(parts, release, "challenge.foreign-link", { session: session.id });
  throw new Refusal(
    "bad-input",
    "The link isn't on the pages of the policy's registry, so it is shown to nobody. Look at `registry` in the policy.",
  );
}

async function note(
  parts: Pick<DeskParts, "store" | "clock">,
  release: Release,
  what: string,
  detail: Record<string, unknown>,
): Promise<void> {
  const about = { repositoryId: release.repositoryId, releaseId: release.id };
  await parts.store.audit.add({ at: parts.clock.now(), what, actor: "runner", ...about, detail });
}
