import { judge } from "../../domain/doctor/report.ts";
import { Refusal } from "../../domain/errors.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { policyAtHead } from "../policy-at.ts";
import type { PinnedPolicy } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { Collection } from "./collect.ts";
import { askedOnceEach } from "./once.ts";
import { examinePackages } from "./packages.ts";
import { examinePlaces } from "./places.ts";
import type { Examination } from "./types.ts";
import { doctorPolicyOf } from "./workflow-report.ts";
import { examinePolicyFiles, examineWorkflows } from "./workflows.ts";

/**
 * Looks at a repository by every rule there is, at the head of its default branch: changes nothing, and decides nothing. What can't be
 * read is unchecked, and never kept. Each environment, file and person is read once, a few at a time; the files and pins of a commit
 * are kept.
 * @throws Refusal for a repository that we don't know
 * @throws GitHubError where not even the policy can be read now
 */
export async function examine(
  parts: Pick<DeskParts, "store" | "github" | "registry" | "clock" | "publicUrl">,
  repositoryId: number,
): Promise<Examination> {
  const own = await repositoryOf(parts, repositoryId);
  if (own === null) throw new Refusal("not-found", "There is no such repository.");
  const github = askedOnceEach(own);
  const pinned = await usablePolicy(github);
  if (pinned instanceof Refusal) return { state: "no-policy", why: pinned.message };
  const { policy, sha } = pinned;
  const rules = await doctorPolicyOf(github, policy).catch(refusal);
  if (rules instanceof Refusal) return { state: "no-policy", why: rules.message };
  const collection = new Collection();
  await Promise.all([
    examineWorkflows(parts, github, policy, sha, collection),
    examinePlaces(parts, github, policy, collection),
    examinePackages(parts, github, pinned, collection),
    examinePolicyFiles(github, sha, collection),
  ]);
  const { findings, unchecked, kept } = collection.result();
  const at = parts.clock.now();
  const packages = policy.packages.map(({ name }) => name);
  return { state: "examined", sha, at, packages, report: judge(findings, unchecked, rules, at), kept };
}

async function usablePolicy(github: GitHubRepository): Promise<PinnedPolicy | Refusal> {
  return await policyAtHead(github).catch(refusal);
}

function refusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
