import type { ReleaserFacts } from "../../facts.ts";
import { principalName } from "../../facts.ts";
import type { PackagePolicy } from "../../policy-types.ts";
import type { TokenState } from "../../token.ts";
import { isUsable } from "../../token.ts";
import type { Finding, Unchecked } from "../report.ts";
import type { RuleId } from "../rules.ts";
import { ruleOf } from "../rules.ts";

export interface PeopleFacts {
  policy: Pick<PackagePolicy, "name" | "releasers" | "approvals" | "environment" | "approvesStages">;
  /** Login in small letters → what GitHub lets them do; absent: it couldn't be read. */
  permissions: ReadonlyMap<string, ReleaserFacts["permission"]>;
  /**
   * Login in small letters → the state of their newest token for this environment; absent: none was sealed. null: nobody needs one
   * that lies there before the release (another mode, or `keep: never`).
   */
  tokens: ReadonlyMap<string, TokenState> | null;
}

/** The rules about those whom one package of the policy names. Who is in a team only GitHub knows: a team counts as enough. Pure. */
export function checkPeople(facts: PeopleFacts): { findings: Finding[]; unchecked: Unchecked[] } {
  const { findings, unchecked } = checkApprovers(facts);
  return { findings: [...checkTokens(facts), ...findings, ...checkAlone(facts)], unchecked };
}

function finding(facts: PeopleFacts, rule: RuleId, text: string, mend = ruleOf(rule).mend): Finding {
  return { rule, where: null, subject: facts.policy.name, text, mend: { text: mend } };
}

function checkTokens(facts: PeopleFacts): Finding[] {
  const { tokens, policy } = facts;
  if (tokens === null) return [];
  return logins(policy.releasers).flatMap((login) => {
    const state = tokens.get(login.toLowerCase());
    if (state !== undefined && isUsable(state)) return [];
    const what =
      state === undefined ? "has no npm token" : `has an npm token that can't be used (${state.replace("-", " ")})`;
    const use = policy.approvesStages === true ? "to approve stages of" : "for";
    return [finding(facts, "releaser-tokens", `${login} ${what} ${use} \`${policy.name}\`.`)];
  });
}

function logins(principals: PackagePolicy["releasers"]): string[] {
  return principals.flatMap((one) => (one.kind === "person" ? [one.login] : []));
}

function checkApprovers(facts: PeopleFacts): { findings: Finding[]; unchecked: Unchecked[] } {
  const { policy, permissions } = facts;
  const { approvals } = policy;
  const named = logins(approvals.from);
  const unread = named.filter((login) => !permissions.has(login.toLowerCase()));
  const blind = named.filter((login) => permissions.get(login.toLowerCase()) === "none");
  const findings = blind.map((login) =>
    finding(
      facts,
      "approvers-can",
      `${login} is named as an approver of \`${policy.name}\`, but has no access to the repository.`,
    ),
  );
  const unchecked = unread.map((login): Unchecked => ({
    rule: "approvers-can",
    why: `What ${login} may do in the repository couldn't be read.`,
  }));
  if (approvals.from.some((one) => one.kind === "team")) return { findings, unchecked };
  const able = new Set(named.filter((login) => !blind.includes(login)).map((login) => login.toLowerCase()));
  for (const releaser of policy.releasers) {
    const own = principalName(releaser).toLowerCase();
    const others = able.size - (!approvals.self && able.has(own) ? 1 : 0);
    if (others < approvals.count) findings.push(tooFew(facts, principalName(releaser), others));
  }
  return { findings, unchecked };
}

function tooFew(facts: PeopleFacts, releaser: string, others: number): Finding {
  const { name, approvals } = facts.policy;
  const can = others === 0 ? "nobody else" : others === 1 ? "only one other person" : `only ${others} others`;
  return finding(
    facts,
    "approvers-enough",
    `${releaser} can't release \`${name}\`: ${can} can approve it, and it takes ${approvals.count}.`,
  );
}

function checkAlone(facts: PeopleFacts): Finding[] {
  const [only, second] = facts.policy.releasers;
  // What one person alone could approve from here, others still can at npm.
  if (facts.policy.approvesStages === true) return [];
  if (only === undefined || second !== undefined || only.kind === "team") return [];
  return [
    finding(facts, "more-than-one", `${principalName(only)} is the only one who can release \`${facts.policy.name}\`.`),
  ];
}
