import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import type { WarningPolicy } from "../../domain/policy-types.ts";
import { toPublish } from "../../domain/several.ts";
import { releaseTitle } from "../../domain/release.ts";
import type { Release, RunnerSession, SealedToken, TokenSeen } from "../../domain/release-types.ts";
import { inWordsOf } from "../../domain/stage-approval.ts";
import { refuseSeen } from "../../domain/token-seen.ts";
import type { TokenRefusal, TokenReport } from "../../domain/token-seen.ts";
import type { TokenRules } from "../../domain/token-rules.ts";
import { nextWarning } from "../../domain/warning.ts";
import { endRelease, withRelease } from "../end.ts";
import { policyAt, policyOf } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import { owe } from "../tokens/forget.ts";
import { sealPath, sealedFor } from "../tokens/for-release.ts";
import { rulesFor } from "../tokens/rules.ts";
import type { DeskParts } from "../types.ts";

/** How a release ends whose token the step wasn't let use. */
const endCode = "token-refused";

/** The token that was armed, what holds for it, and what was seen. */
interface Case {
  token: SealedToken;
  rules: TokenRules;
  warnings: WarningPolicy;
  told: TokenReport;
}

/**
 * What the step saw of the token is kept, and held against what its owner declared and what policy and organisation allow. A token
 * that doesn't fit ends the release before anything is published, and isn't used again. What the registry doesn't tell stops nobody.
 */
export async function tokenSeen(parts: DeskParts, session: RunnerSession, told: TokenReport): Promise<void> {
  if (session.step === "post") throw new Refusal("bad-input", "A post step has no token to look at.");
  if (carriesToken(told.npmUser ?? ""))
    throw new Refusal("bad-input", "There is an npm token in the report. Nothing was kept: revoke that token at npm.");
  const found = await parts.store.releases.get(session.releaseId);
  const github = found === null ? null : await repositoryOf(parts, found.repositoryId);
  if (found === null || github === null) throw new Refusal("no-release", "There is no such release any more.");
  const pinned = await policyAt(github, found.policySha);
  const rules = await rulesFor(github, policyOf(pinned, found));
  const { warnings } = pinned.policy;
  const sentence = await withRelease(parts, found.id, async (release) => {
    // The answer to the first report may have got lost.
    if (release.endCode === endCode) return release.endText;
    if (release.state !== "running") throw new Refusal("not-now", `This release is not running (${release.state}).`);
    const lease = await parts.store.leases.ofRelease(release.id);
    const token = lease === null ? null : await parts.store.tokens.get(lease.tokenId);
    if (token === null) throw new Refusal("not-allowed", "Countersign put no token into this job: don't give it one.");
    return await judge(parts, session, release, { token, rules, warnings, told });
  });
  if (sentence !== null && sentence !== undefined) throw new Refusal("token-refused", sentence);
}

/** Keeps what was seen; gives the sentence that the release ended with, or null where it goes on. */
async function judge(
  parts: DeskParts,
  session: RunnerSession,
  release: Release,
  { token, rules, warnings, told }: Case,
): Promise<string | null> {
  const at = parts.clock.now();
  const { npmUser, mayWrite, expiresAt, bypass2fa } = told;
  const seen: TokenSeen = {
    ...{ at: at.toISOString(), releaseId: release.id, npmUser, mayWrite, bypass2fa },
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
  const refusal = refuseSeen(token, told, rules, told.package ?? toPublish(release).join(", "), at);
  return await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const runnerReport = { ...release.runnerReport, seen, seenBy: session.id };
    if (npmUser !== null) runnerReport.npmUser = npmUser;
    const saved = await store.releases.save(release, { runnerReport });
    await store.tokens.seen(token.id, seen, refusal === null ? null : { at, why: refusal.why });
    await store.audit.add({
      ...{ at, what: "token.seen", actor: "runner", repositoryId: release.repositoryId, releaseId: release.id },
      detail: { token: token.id, step: session.step, npmUser, mayWrite, expiresAt: seen.expiresAt, bypass2fa },
    });
    await endEarlier(inside, token, seen, warnings);
    if (refusal === null) return null;
    await refuse(inside, token, refusal, saved);
    const text = sentenceFor(parts, saved, token, refusal, rules);
    await endRelease(inside, saved, { to: "failed", code: endCode, text });
    return text;
  });
}

/** Of two ends the earlier one counts: whoever is warned by the other is warned too late. */
async function endEarlier(
  parts: DeskParts,
  token: SealedToken,
  seen: TokenSeen,
  warnings: WarningPolicy,
): Promise<void> {
  if (seen.expiresAt === null) return;
  const expiresAt = new Date(seen.expiresAt);
  for (const one of await sameToken(parts, token)) {
    if (one.expiresAt <= expiresAt) continue;
    const life = { sealedAt: one.sealedAt, expiresAt };
    const warnAt = one.forReleaseId === null ? nextWarning(life, parts.clock.now(), warnings) : null;
    await parts.store.tokens.endsEarlier(one.id, expiresAt, warnAt);
  }
}

/** It isn't used again; where npm itself knows of no way to use it, in no place. Its owner is asked to revoke what still lives. */
async function refuse(parts: DeskParts, token: SealedToken, refusal: TokenRefusal, release: Release): Promise<void> {
  const at = parts.clock.now();
  if (refusal.everywhere)
    for (const one of await sameToken(parts, token)) await parts.store.tokens.refuse(one.id, { at, why: refusal.why });
  await parts.store.audit.add({
    ...{ at, what: "token.refused", actor: "countersign", repositoryId: release.repositoryId, releaseId: release.id },
    detail: { token: token.id, owner: token.personLogin, why: refusal.code },
  });
  const fresh = await parts.store.tokens.get(token.id);
  if (fresh !== null && refusal.code !== "dead") await owe(parts, fresh, "refused");
}

async function sameToken(parts: DeskParts, token: SealedToken): Promise<SealedToken[]> {
  return await parts.store.tokens.liveOfGroup(token.groupId);
}

function sentenceFor(
  { publicUrl }: DeskParts,
  release: Release,
  token: SealedToken,
  { why }: TokenRefusal,
  { keep }: TokenRules,
): string {
  const page = `${publicUrl}${sealPath({ repositoryId: release.repositoryId, ...sealedFor(release) })}`;
  const mend =
    keep === "never"
      ? "Ask again with /release, and seal another one for that release."
      : `${token.personLogin} seals another one at ${page} and asks again with /release.`;
  const what = release.purpose === "publish" ? `published ${releaseTitle(release)}` : "used it";
  return inWordsOf(release, `${token.personLogin}'s npm token was refused before the step ${what}. ${why} ${mend}`);
}
