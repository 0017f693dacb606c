import { checkEnvironment, checkSecret } from "../../domain/checks.ts";
import { judge, plainDoctorPolicy } from "../../domain/doctor/report.ts";
import type { Finding } from "../../domain/doctor/report.ts";
import { rules } from "../../domain/doctor/rules.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";
import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Reason } from "../../domain/reason.ts";
import { readWorkflow } from "../../domain/workflow.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { readPlace } from "../place.ts";
import { policyAtHead } from "../policy-at.ts";
import type { PinnedPolicy } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import type { Examination } from "./types.ts";

/** Rules of the decision by the doctor's name for them. */
const ruleIds: Readonly<Record<string, RuleId>> = {
  environment: "environment-exists",
  "other-rules": "other-rules",
  gate: "our-rule",
  "admin-bypass": "admin-bypass",
  branches: "branch-policy",
  secret: "standing-secret",
};

const looked: readonly RuleId[] = [...Object.values(ruleIds), "fit-workflow"];

/**
 * Looks at a repository as a release would: policy, environment, secret and workflow at the head of the default branch.
 * @throws Refusal where the repository isn't known
 * @throws GitHubError
 */
export async function examine(
  parts: Pick<DeskParts, "store" | "github" | "clock">,
  repositoryId: number,
): Promise<Examination> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) throw new Refusal("not-found", "There is no such repository.");
  let pinned: PinnedPolicy;
  try {
    pinned = await policyAtHead(github);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { state: "no-policy", why: error.message };
  }
  const { packages } = pinned.policy;
  const found = await Promise.all(packages.map((one) => findingsOf(parts, github, pinned.sha, one)));
  const findings = found.flat();
  const unchecked = rules
    .filter(({ id }) => !looked.includes(id))
    .map(({ id }) => ({ rule: id, why: "This version of Countersign doesn't look at it." }));
  return {
    ...{ state: "examined", sha: pinned.sha, at: parts.clock.now(), packages: packages.map(({ name }) => name) },
    report: judge(findings, unchecked, plainDoctorPolicy, parts.clock.now()),
    kept: looked.filter((id) => !findings.some(({ rule }) => rule === id)),
  };
}

async function findingsOf(
  parts: Pick<DeskParts, "github">,
  github: GitHubRepository,
  sha: string,
  policy: PackagePolicy,
): Promise<Finding[]> {
  const branch = github.repository.defaultBranch;
  const path = `.github/workflows/${policy.workflow}`;
  const [place, file] = await Promise.all([readPlace(parts, github, policy, branch), github.file(path, sha)]);
  const reasons = [checkEnvironment(place.environment, policy, branch), checkSecret(place.secret)];
  const findings = reasons.flatMap(refused).map((reason) => placed(reason, policy));
  const read =
    file === null ? { ok: false as const, line: null, problem: "it isn't there." } : readWorkflow(file.text, policy);
  if (read.ok) return findings;
  const mend = { text: "Change what the finding names." };
  const where = { path, line: read.line ?? 1 };
  return [...findings, { rule: "fit-workflow", where, subject: null, text: `\`${path}\`: ${read.problem}`, mend }];
}

function refused(reason: Reason): Reason[] {
  if (reason.verdict !== "refused") return [];
  return reason.children?.flatMap(refused) ?? [reason];
}

function placed({ rule, text }: Reason, { environment }: PackagePolicy): Finding {
  const id = ruleIds[rule] ?? "environment-exists";
  const mend = rules.find((one) => one.id === id)?.mend ?? "";
  return { rule: id, where: null, subject: environment, text, mend: { text: mend } };
}
