import { Refusal } from "../../domain/errors.ts";
import type { Person, Repository } from "../../domain/release-types.ts";
import type { SetUpFacts } from "../../domain/set-up/facts.ts";
import { readPlan } from "../../domain/set-up/plan.ts";
import type { Draft, Plan } from "../../domain/set-up/plan.ts";
import { stageWorkflows } from "../../domain/set-up/stage-workflow-file.ts";
import type { StageWorkflow } from "../../domain/set-up/stage-workflow-file.ts";
import { setUpSteps } from "../../domain/set-up/steps.ts";
import type { SetUpStep } from "../../domain/set-up/steps.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { accessTo, standing } from "../repository-views.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { readFacts } from "./read.ts";
import { suggest } from "./suggest.ts";

type Parts = Pick<DeskParts, "store" | "github" | "clock" | "registry">;

/** A repository on its way to its first release. */
export interface SetUp {
  repository: Repository;
  /** Our own id at GitHub, which an administrator's command names; null: GitHub couldn't be asked. */
  appId: number | null;
  facts: SetUpFacts;
  steps: SetUpStep[];
  /** What the form begins with. */
  suggestion: Draft;
  /** Workflows that the policy wants for approving stages. */
  stageWorkflows: StageWorkflow[];
  /** The registry that npm publishes to by itself. */
  registry: string;
}

/**
 * What is there of a repository's set-up and what is missing, read at GitHub now. `draft`: what the person has in mind, where there is no
 * policy yet.
 * @throws Refusal for people without write access: it says how the environment is guarded
 */
export async function setUpOf(parts: Parts, person: Person, repositoryId: number, draft: Draft | null): Promise<SetUp> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) throw new Refusal("not-found", "There is no such repository.");
  await mustWrite(github, person);
  const { repository } = github;
  const [access, policy, self, sha] = await Promise.all([
    accessTo(parts, repository),
    standing(github),
    parts.github.self().catch(orNull),
    github.branchHead(repository.defaultBranch).catch(orNull),
  ]);
  const suggestion = await suggest(github, person, sha, policy.state === "fine" ? policy.policy : null);
  const facts = await readFacts(parts, github, { access, policy }, sha, planOf(draft ?? suggestion));
  return {
    repository,
    appId: self?.id ?? null,
    facts,
    steps: setUpSteps(facts, repository.defaultBranch),
    suggestion,
    stageWorkflows: policy.state === "fine" ? stageWorkflows(policy.policy) : [],
    registry: parts.registry.address(),
  };
}

/** @throws Refusal for people without write access */
export async function mustWrite(github: GitHubRepository, { login }: Person): Promise<void> {
  if (["admin", "maintain", "write"].includes(await github.permission(login))) return;
  throw new Refusal("not-allowed", "Only people with write access to the repository see how it is set up.");
}

/** Of a draft that can't be used nobody knows what it wants, save the environment: that is looked at all the same. */
function planOf(draft: Draft): Plan | null {
  const read = readPlan(draft);
  if (read.ok) return read.plan;
  const plain = readPlan({
    ...draft,
    packages: draft.packages || "x",
    releasers: "x, y",
    approvals: "1",
    approvers: "",
  });
  return plain.ok ? plain.plan : null;
}

function orNull(error: unknown): null {
  if (error instanceof GitHubError) return null;
  throw error;
}
