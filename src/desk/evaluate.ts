import { checkStage, checkToken } from "../domain/checks.ts";
import { isTokenMode } from "../domain/mode.ts";
import { decideEarly } from "../domain/decide.ts";
import { Refusal } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import { jointPolicy } from "../domain/several.ts";
import type { Reason } from "../domain/reason.ts";
import type { Approval, Release } from "../domain/release-types.ts";
import { showStatus } from "./after.ts";
import type { Opener } from "./arm.ts";
import { arm, refusedRule } from "./arm.ts";
import { tellWanted } from "./channels/tell-release.ts";
import { endRelease, withRelease } from "./end.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { allApprovalFacts, gather, wantedToken } from "./gather.ts";
import { policiesOf, policyAt } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import { stageFacts } from "./stage/facts.ts";
import { holdUp } from "./suspended.ts";
import { tokenFacts } from "./tokens/for-release.ts";
import type { DeskParts } from "./types.ts";
import { approversOf, asGiven } from "./weigh.ts";

/**
 * Looks at a waiting release again: while people or the gate are missing it only says so; once they are there, everything is
 * read again and the release is armed. Harmless at any other time.
 */
export async function evaluate(parts: DeskParts, releaseId: string, open?: Opener): Promise<void> {
  await withRelease(parts, releaseId, async (release) => {
    if (release.state !== "waiting") return;
    const policies = await pinnedPolicies(parts, release);
    const early = await earlyDecision(parts, release, policies);
    if (early.verdict === "refused") return await refuse(parts, release, early);
    // Whether our gate is what holds the run is known only to GitHub, so once the people are there everything is read.
    const approvals = early.children?.find((reason) => reason.rule === "approvals");
    if (approvals?.verdict === "satisfied") {
      return await armOrEnd(parts, release, arm(parts, release, { open }));
    }
    await parts.store.transaction(async (store) => {
      const inside = { ...parts, store };
      const saved = await store.releases.save(release, { decision: early });
      // Looked at for the first time: from now on it waits for people, and they are called once.
      if (!wasLookedAt(release) && approvals !== undefined)
        await tellWanted(inside, saved, approvals, approversOf(policies));
      await showStatus(inside, saved);
    });
  }).catch(async (error: unknown) => {
    // GitHub doesn't let us look: the release says why and waits, and whoever asked for the look asks again.
    const shut = error instanceof GitHubError && ["forbidden", "not-found", "key-refused"].includes(error.code);
    if (shut) await holdUp(parts, releaseId, `${error.message} It goes on by itself once that is mended.`);
    throw error;
  });
}

/** What the policy says now is for people to mend, not to be tried again. */
async function armOrEnd(parts: DeskParts, release: Release, arming: Promise<unknown>): Promise<void> {
  await arming.catch(async (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    await endRelease(parts, release, { to: "refused", code: error.code, text: error.message });
  });
}

/**
 * Begins to read everything for the case that a word, which is being checked and not yet written down, is the last one missing:
 * whoever gives it doesn't wait for one reading after the other. Null where more is missing. Call what it returns, under the same
 * lock, once the word is written down.
 */
export async function evaluateAhead(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  word: Approval,
): Promise<(() => Promise<void>) | null> {
  if (release.state !== "waiting") return null;
  const policies = policiesOf(await policyAt(github, release.policySha), release);
  const early = await earlyDecision(parts, release, policies, word);
  if (early.children?.find((reason) => reason.rule === "approvals")?.verdict !== "satisfied") return null;
  if (early.verdict === "refused") return null;
  const reading = gather(parts, github, release, { word });
  reading.catch(() => undefined);
  return async () =>
    await armOrEnd(
      parts,
      release,
      reading.then((gathered) => arm(parts, release, { gathered })),
    );
}

function wasLookedAt({ decision }: Release): boolean {
  return decision?.children?.some(({ rule }) => rule === "approvals") === true;
}

async function refuse(parts: DeskParts, release: Release, decision: Reason): Promise<void> {
  const { rule, text } = refusedRule(decision);
  const saved = await parts.store.releases.save(release, { decision });
  await endRelease(parts, saved, { to: "refused", code: rule, text });
}

async function gitHubOf(parts: DeskParts, release: Release): Promise<GitHubRepository> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Error("the repository of a waiting release is not known any more");
  return github;
}

/** The policy that the release was asked under, package by package. */
async function pinnedPolicies(parts: DeskParts, release: Release): Promise<PackagePolicy[]> {
  return policiesOf(await policyAt(await gitHubOf(parts, release), release.policySha), release);
}

/** What is missing as far as our own records say: approvals as given, by the policy the release was asked under. */
async function earlyDecision(
  parts: DeskParts,
  release: Release,
  policies: PackagePolicy[],
  word?: Approval,
): Promise<Reason> {
  const github = await gitHubOf(parts, release);
  const before = await parts.store.approvals.of(release.id);
  const given = asGiven(word === undefined ? before : [...before, word]);
  const gateAsked = release.gateAskedAt !== null;
  const policy = jointPolicy(policies);
  return decideEarly(
    allApprovalFacts(release, policies, () => given),
    gateAsked,
    policy.gate === "rule",
    [await stageReason(parts, release, policy), await freshToken(parts, github, release, policy)].filter(
      (reason) => reason !== null,
    ),
  );
}

/** What was staged may have gone its way meanwhile: then nothing is armed for it any more. */
async function stageReason(parts: DeskParts, release: Release, policy: PackagePolicy): Promise<Reason | null> {
  const facts = await stageFacts(parts, release, [policy]);
  return facts === null ? null : checkStage(facts);
}

/** Where no token is kept its owner is asked for one at once, not only when everybody else is done. */
async function freshToken(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  policy: PackagePolicy,
): Promise<Reason | null> {
  if (!isTokenMode(policy.mode)) return null;
  const { facts } = await tokenFacts(parts, github, policy, wantedToken(release), "");
  if (facts.rules.keep !== "never") return null;
  // Whether the key is still the same is read when the release is armed.
  const keyId = facts.token?.keyId ?? "";
  return checkToken({ ...facts, keyId }, release.releaserLogin, parts.clock.now());
}
