import { Refusal } from "../domain/errors.ts";
import { isEnd, releaseTitle, shortSha } from "../domain/release.ts";
import type { Approval, Person, Release } from "../domain/release-types.ts";
import { toPublish } from "../domain/several.ts";
import { principalName } from "../domain/facts.ts";
import type { GitHubRepository } from "../github/types.ts";
import { after, later } from "./after.ts";
import { askedOnce } from "./asked-once.ts";
import { endRelease, withRelease } from "./end.ts";
import { evaluateAhead } from "./evaluate.ts";
import { policiesOf, policyAt } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";
import { approversOf, mayApproveAny } from "./weigh.ts";

/** Whoever is armed at once needs no second look; where that was broken off, it comes after this long, in milliseconds. */
const aheadMs = 5_000;

/** One person's word on a release, from wherever it came. */
export interface Word {
  releaseId: string;
  person: Person;
  verdict: Approval["verdict"];
  /** The commit that the person was shown or named; it has to be the release's. */
  sha: string;
  source: Approval["source"];
  comment: string | null;
  /** Comment, review or session it stands on: counted once. */
  evidence: string;
}

/**
 * Counts a person's word where the policy lets it count; refuses with a sentence otherwise. A rejection ends the release, an
 * approval has it looked at again, and the last one that was missing has it armed before this resolves. The same evidence twice
 * changes nothing.
 */
export async function giveWord(parts: DeskParts, word: Word): Promise<Release> {
  const release = await withRelease(parts, word.releaseId, (found) => count(parts, found, word));
  if (release === undefined) throw new Refusal("no-release", "There is no such release.");
  return release;
}

async function count(parts: DeskParts, release: Release, word: Word): Promise<Release> {
  const known = (await parts.store.approvals.of(release.id)).some((given) => isSame(given, word));
  if (known) return release;
  refuseUntimely(release, word);
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Refusal("not-found", "GitHub doesn't show Countersign this repository any more.");
  const asking = askedOnce(github);
  const at = parts.clock.now();
  const approval: Approval = {
    id: parts.ids.next(),
    releaseId: release.id,
    personId: word.person.id,
    personLogin: word.person.login,
    verdict: word.verdict,
    sha: release.sha,
    source: word.source,
    comment: word.comment,
    evidence: evidenceOf(word),
    givenAt: at,
  };
  const [arming] = await Promise.all([
    word.verdict === "approved" ? evaluateAhead(parts, asking, release, approval).catch(() => null) : null,
    refuseUnentitled(asking, release, word),
  ]);
  const counted = await write(parts, release, approval, arming === null ? 0 : aheadMs);
  if (counted === null) return release;
  // What fails here is done again, and told, by the task that was written with the word.
  await arming?.().catch((error: unknown) => {
    parts.log.warn(
      { release: release.id, error: error instanceof Error ? error.name : "unknown" },
      "not armed at once",
    );
  });
  return (await parts.store.releases.get(release.id)) ?? counted;
}

/** Writes a word down with what follows from it; null where it was written down before. */
async function write(
  parts: DeskParts,
  release: Release,
  approval: Approval,
  evaluateIn: number,
): Promise<Release | null> {
  const { givenAt: at, personId, personLogin, verdict, source, comment } = approval;
  return await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    if (!(await store.approvals.add(approval))) return null;
    await store.audit.add({
      at,
      what: `approval.${verdict}`,
      actor: personLogin,
      actorId: personId,
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { sha: release.sha, source },
    });
    if (verdict === "approved") {
      await after(inside, "evaluate", release.id, `word-${approval.id}`, later(at, evaluateIn));
      return release;
    }
    const why = comment === null ? "" : ` Reason: ${comment}`;
    // One transaction with the word itself: a rejection that was counted has ended the release.
    return await endRelease(inside, release, {
      to: "rejected",
      code: "rejected",
      text: `${personLogin} rejected this release.${why}`,
      actor: { id: personId, login: personLogin },
    });
  });
}

/** A person may approve and reject from one page: each verdict is evidence of its own. */
function evidenceOf(word: Word): string {
  return `${word.evidence}:${word.verdict}`;
}

function isSame(given: Approval, word: Word): boolean {
  return given.personId === word.person.id && given.source === word.source && given.evidence === evidenceOf(word);
}

function refuseUntimely(release: Release, word: Word): void {
  const title = releaseTitle(release);
  if (isEnd(release.state))
    throw new Refusal("not-now", `${title} is over (${release.state}); there is nothing to decide.`);
  if (word.sha !== release.sha)
    throw new Refusal(
      "other-commit",
      `${title} is a release of commit ${shortSha(release.sha)}, not of ${shortSha(word.sha)}: look at it again before you decide.`,
    );
  if (release.state === "unconfirmed")
    throw new Refusal("not-now", `${title} waits for ${release.releaserLogin} to confirm the run first.`);
  if (!["requested", "dispatching", "waiting"].includes(release.state))
    throw new Refusal("not-now", `${title} was approved already and is ${release.state}. To stop it, use \`/cancel\`.`);
}

async function refuseUnentitled(github: GitHubRepository, release: Release, word: Word): Promise<void> {
  const policies = policiesOf(await policyAt(github, release.policySha), release);
  const self = policies.some(({ approvals }) => approvals.self);
  if (word.verdict === "approved" && word.person.id === release.releaserId && !self)
    throw new Refusal(
      "self-approval",
      `${word.person.login} asked for this release and can't approve it too: somebody else has to countersign.`,
    );
  // Whoever asked for a release may always take it back.
  if (word.verdict === "rejected" && word.person.id === release.releaserId) return;
  if (!(await mayApproveAny(github, policies, word.person.login)))
    throw new Refusal(
      "not-allowed",
      `${word.person.login} is not among those who approve ${toPublish(release).join(", ")}: ${approversOf(policies).map(principalName).join(", ")}.`,
    );
}
