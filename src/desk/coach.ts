import { Refusal } from "../domain/errors.ts";
import type { ChangeGround } from "../domain/coach/change.ts";
import type { Policy } from "../domain/policy-types.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import { packageOf, policyAtHead, policyPath } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import { mustWrite } from "./set-up/index.ts";
import { suggest } from "./set-up/suggest.ts";
import type { DeskParts } from "./types.ts";

/** What the coach speaks of: a repository's packages, and all that a change of one package's mode rests on. */
export interface Coached {
  repository: Repository;
  packages: Policy["packages"];
  ground: ChangeGround;
  /** The registry that npm publishes to by itself. */
  registry: string;
}

/**
 * A repository's packages by its policy at the default branch's head, and the files that a change of one package's mode begins with (null:
 * of the first).
 * @throws Refusal for people without write access, and where there is no policy or no such package
 */
export async function coachOf(
  parts: Pick<DeskParts, "store" | "github" | "registry">,
  person: Person,
  repositoryId: number,
  packageName: string | null,
): Promise<Coached> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) throw new Refusal("not-found", "There is no such repository.");
  await mustWrite(github, person);
  const { repository } = github;
  const pinned = await policyAtHead(github);
  const about = { repository, packages: pinned.policy.packages, registry: parts.registry.address() };
  const policy = packageOf(pinned, packageName ?? pinned.policy.packages[0]?.name);
  const [policyFile, workflow, suggestion] = await Promise.all([
    github.file(policyPath, pinned.sha),
    github.file(`.github/workflows/${policy.workflow}`, pinned.sha),
    suggest(github, person, pinned.sha, pinned.policy),
  ]);
  const texts = { policyText: policyFile?.text ?? "", workflowText: workflow?.text ?? null };
  return { ...about, ground: { repository, policy, ...texts, suggestion } };
}
