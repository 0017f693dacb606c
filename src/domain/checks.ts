import type { ApprovalFacts, EnvironmentFacts, ReleaserFacts, SecretFacts, TokenFacts } from "./facts.ts";
import { principalName } from "./facts.ts";
import { environmentFaults, faultText, secretFaults } from "./place-faults.ts";
import type { PackagePolicy } from "./policy-types.ts";
import type { Reason } from "./reason.ts";
import { all } from "./reason.ts";
import { shortSha } from "./release.ts";
import { either } from "./shown.ts";
import { stageVerb } from "./stage-approval.ts";
import type { StageFacts } from "./stage-approval.ts";

/** The rules of a decision, one function each, pure. Every text is a sentence for the person who reads it at night. */

const ok = (rule: string, text: string): Reason => ({ rule, verdict: "satisfied", text });
const no = (rule: string, text: string): Reason => ({ rule, verdict: "refused", text });

/** A person who may release: a human with write access whom the policy names. */
export function checkReleaser(facts: ReleaserFacts): Reason {
  if (!facts.isHuman) return no("releaser", `${facts.login} is an app or bot; only people release.`);
  if (!["admin", "maintain", "write"].includes(facts.permission))
    return no("releaser", `${facts.login} has ${facts.permission} access to this repository; a releaser needs write.`);
  if (!facts.isReleaser) {
    const of = facts.lacking === undefined ? "" : ` of ${either(facts.lacking, "and")}`;
    return no(
      "releaser",
      `${facts.login} is not among \`${facts.list ?? "releasers"}\`${of} in \`.github/countersign.yml\`.`,
    );
  }
  return ok("releaser", `${facts.login} may ${facts.list === undefined ? "release" : "approve and reject stages"}.`);
}

/** What is staged has to wait at npm still, and whoever asked for it doesn't approve it, unless the policy says so. */
export function checkStage(facts: StageFacts): Reason {
  const verb = stageVerb[facts.purpose];
  if (facts.state !== "staged")
    return no(
      "stage",
      `The release doesn't wait at npm any more (${facts.state ?? "nobody knows it"}): there is nothing to ${verb}.`,
    );
  // Whoever asked for a release may always take it back.
  if (facts.own && !facts.selfAllowed && facts.purpose === "approve-stage")
    return no("stage", "Whoever asked for the release can't approve its stage too: somebody else has to.");
  return ok("stage", `It is staged at npm, and waits for whoever may ${verb} it.`);
}

/** The environment has to be there, guarded by our rule, and by nothing we can't read. */
export function checkEnvironment(
  facts: EnvironmentFacts,
  policy: Pick<PackagePolicy, "gate" | "mode">,
  branch: string,
): Reason {
  const name = `\`${facts.name}\``;
  const faults = environmentFaults(facts, policy, branch);
  const [first] = faults;
  if (first === undefined) return ok("environment", `The environment ${name} is protected.`);
  if (first.rule === "environment") return no("environment", faultText(first));
  const children = faults.map((fault) => no(fault.rule, faultText(fault)));
  return {
    rule: "environment",
    verdict: "refused",
    text: `The environment ${name} isn't fit for a release.`,
    children,
  };
}

/** The secret's name has to be free, there and wherever GitHub would look next. */
export function checkSecret(facts: SecretFacts): Reason {
  const [fault] = secretFaults(facts);
  if (fault !== undefined) return no("secret", faultText(fault));
  return ok("secret", `No other secret is called \`${facts.name}\`.`);
}

/** The releaser's sealed token has to be there, alive for the run, and sealed to the key that the environment has now. */
export function checkToken(facts: TokenFacts, login: string, now: Date): Reason {
  const { token, rules } = facts;
  if (token === null)
    return rules.keep === "never"
      ? {
          rule: "token",
          verdict: "waiting",
          text: `No token is kept here: ${login} seals a fresh one for this release.`,
          waitsFor: [login],
        }
      : no("token", `${login} has no npm token on file for this environment.`);
  const problem = tokenProblem(token, facts, login, now);
  if (problem !== null) return no("token", problem);
  const bypass = token.bypass2fa ? `; it bypasses 2FA, allowed because: ${rules.bypass2fa ?? ""}` : "";
  return ok(
    "token",
    `${login}'s npm token is on file, good until ${token.expiresAt.toISOString().slice(0, 10)}${bypass}.`,
  );
}

function tokenProblem(
  token: NonNullable<TokenFacts["token"]>,
  { keyId, rules }: TokenFacts,
  login: string,
  now: Date,
): string | null {
  if (token.refusedWhy !== null) return `${login}'s npm token was refused at its last use: ${token.refusedWhy}`;
  if (token.expiresAt <= now) return `${login}'s npm token expired on ${token.expiresAt.toISOString().slice(0, 10)}.`;
  if (token.keyId !== keyId)
    return `The environment's public key was changed since ${login} sealed their npm token: it has to be sealed again.`;
  // The rules may have been tightened since it was sealed. A day is given without its hour, so one more passes.
  if (token.expiresAt.getTime() - token.sealedAt.getTime() > (rules.maxDays + 1) * 86_400_000)
    return `${login}'s npm token lives longer than the ${rules.maxDays} days that a token may live here: seal a shorter one.`;
  if (token.bypass2fa && rules.bypass2fa === null)
    return `${login}'s npm token bypasses 2FA, which isn't allowed here: seal one that doesn't.`;
  return null;
}

/** Approvals of each group of packages; of one group as they are, the same sentence never twice. */
export function checkAllApprovals(groups: readonly ApprovalFacts[], text: string): Reason {
  const reasons = groups.map(checkApprovals);
  const different = reasons.filter((one, index) => reasons.findIndex((other) => other.text === one.text) === index);
  const [only] = different;
  return only !== undefined && different.length === 1 ? only : all("approvals", text, different);
}

/** Enough people, none of them twice, nobody for themselves unless the policy says so, each for this commit. */
export function checkApprovals(facts: ApprovalFacts): Reason {
  const reason = countApprovals(facts);
  return facts.of === undefined ? reason : { ...reason, text: `${either(facts.of, "and")}: ${reason.text}` };
}

function countApprovals(facts: ApprovalFacts): Reason {
  const rejected = facts.given.find((word) => word.verdict === "rejected" && word.mayApprove);
  if (rejected !== undefined) return no("approvals", `${rejected.login} rejected this release.`);
  const counted = new Map<number, string>();
  for (const word of facts.given) {
    if (word.verdict !== "approved" || !word.mayApprove || word.sha !== facts.sha) continue;
    if (word.personId === facts.releaserId && !facts.self) continue;
    counted.set(word.personId, word.login);
  }
  const names = [...counted.values()];
  const missing = facts.count - names.length;
  const by = names.length > 0 ? ` (${names.join(", ")})` : "";
  if (missing <= 0)
    return ok(
      "approvals",
      facts.count === 0
        ? (facts.withoutAny ?? "The policy asks for no approval.")
        : `${names.length} of ${facts.count} approvals for ${shortSha(facts.sha)}${by}.`,
    );
  return {
    rule: "approvals",
    verdict: "waiting",
    text: `${names.length} of ${facts.count} approvals for ${shortSha(facts.sha)}${by}.`,
    waitsFor: facts.from
      .map(principalName)
      .filter((name) => !names.includes(name) && (facts.self || name !== facts.releaserLogin)),
  };
}
