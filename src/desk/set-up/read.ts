import { isTokenMode } from "../../domain/mode.ts";
import { principalName } from "../../domain/facts.ts";
import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy, Policy } from "../../domain/policy-types.ts";
import type { PlaceFacts, SetUpFacts } from "../../domain/set-up/facts.ts";
import type { Plan } from "../../domain/set-up/plan.ts";
import { policyFile } from "../../domain/set-up/policy-file.ts";
import { parsePolicy } from "../../domain/policy.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import { readWorkflow } from "../../domain/workflow.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import type { Access, PolicyStanding } from "../repository-views.ts";
import { readPlace } from "../place.ts";
import { tokensOfRepository, workingTokens } from "../tokens/of-repository.ts";
import type { DeskParts } from "../types.ts";
import { publisherFacts } from "./publishers.ts";

type Parts = Pick<DeskParts, "store" | "github" | "clock" | "registry">;

/** Environments that are looked at: more than a policy has, save one that keeps one for each package. */
const mostPlaces = 5;
const mostWorkflows = 20;

/** What the set-up of a repository has come to, by the policy; where there is none that can be used, by the plan. */
export async function readFacts(
  parts: Parts,
  github: GitHubRepository,
  standing: { access: Access; policy: PolicyStanding },
  sha: string | null,
  plan: Plan | null,
): Promise<SetUpFacts> {
  const policy = standing.policy.state === "fine" ? standing.policy.policy : plan === null ? null : planned(plan);
  const packages = policy === null ? [] : waysOf(policy);
  const byPlace = [...Map.groupBy(packages, ({ environment }) => environment.toLowerCase()).values()];
  const byFile = [...Map.groupBy(packages, ({ workflow }) => workflow).values()];
  const [places, workflows, tokens, publishers] = await Promise.all([
    Promise.all(byPlace.slice(0, mostPlaces).map((group) => placeFacts(parts, github, group))),
    Promise.all(byFile.slice(0, mostWorkflows).map((group) => workflowFacts(github, sha, group))),
    standing.policy.state === "fine" ? tokenFacts(parts, github) : tokensWanted(packages),
    publisherFacts(parts, github.repository, packages),
  ]);
  return {
    access: standing.access,
    policy: policyFacts(standing.policy),
    workflows,
    places,
    more: Math.max(0, byPlace.length - mostPlaces),
    tokens,
    publishers,
  };
}

/** Before there is a policy: nobody knows whose tokens are on file, save that none are needed where no package is published with one. */
function tokensWanted(packages: readonly PackagePolicy[]): SetUpFacts["tokens"] {
  return packages.length > 0 && !packages.some(({ mode }) => isTokenMode(mode)) ? [] : null;
}

/** A plan by the parser that decides: what is offered is what is looked at. */
function planned(plan: Plan): Policy | null {
  const read = parsePolicy(policyFile(plan, null));
  return read.ok ? read.policy : null;
}

function policyFacts(policy: PolicyStanding): SetUpFacts["policy"] {
  if (policy.state === "broken") return { state: "broken", problems: policy.problems.length };
  return { state: policy.state };
}

async function placeFacts(parts: Parts, github: GitHubRepository, group: PackagePolicy[]): Promise<PlaceFacts> {
  const [first] = group as [PackagePolicy];
  const about = {
    name: first.environment,
    policy: { gate: first.gate, mode: first.mode, secret: first.secret },
    approvers: [...new Set(group.flatMap(({ approvals }) => approvals.from.map(principalName)))],
  };
  try {
    const [place, environment] = await Promise.all([
      readPlace(parts, github, first, github.repository.defaultBranch),
      github.environment(first.environment),
    ]);
    const reviewers = environment?.requiredReviewers?.reviewers ?? [];
    return { ...about, read: { environment: place.environment, secret: place.secret, reviewers } };
  } catch (error) {
    if (error instanceof GitHubError) return { ...about, read: null };
    throw error;
  }
}

async function workflowFacts(
  github: GitHubRepository,
  sha: string | null,
  group: PackagePolicy[],
): Promise<SetUpFacts["workflows"][number]> {
  const [first] = group as [PackagePolicy];
  const path = `.github/workflows/${first.workflow}`;
  if (sha === null) return { path, reading: { state: "missing" } };
  try {
    const file = await github.file(path, sha);
    if (file === null) return { path, reading: { state: "missing" } };
    for (const { environment, secret, mode, secondBuild } of group) {
      const read = readWorkflow(file.text, { environment, secret: isTokenMode(mode) ? secret : "", secondBuild });
      if (!read.ok) return { path, reading: { state: "unfit", line: read.line, problem: read.problem } };
    }
    return { path, reading: { state: "fit" } };
  } catch (error) {
    if (error instanceof GitHubError) return { path, reading: { state: "unread" } };
    throw error;
  }
}

async function tokenFacts(parts: Parts, github: GitHubRepository): Promise<SetUpFacts["tokens"]> {
  try {
    const all = await tokensOfRepository(parts, github);
    return all.map((one) => ({
      ...{ package: one.package, environment: one.environmentName, keep: one.keep },
      ...{ working: workingTokens(one).count, approvesStages: one.approvesStages },
    }));
  } catch (error) {
    if (error instanceof GitHubError) return "unread";
    // The file was changed this moment, and can't be used any more.
    if (error instanceof Refusal) return null;
    throw error;
  }
}
