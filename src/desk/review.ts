import { Refusal } from "../domain/errors.ts";
import type { Person, Release, Repository } from "../domain/release-types.ts";
import { releaseTitle, shortSha } from "../domain/release.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubAsPerson } from "../github/types.ts";
import { after } from "./after.ts";
import { evaluate } from "./evaluate.ts";
import { endRelease, withRelease } from "./end.ts";
import { policyAt, policyOf } from "./policy-at.ts";
import type { DeskParts } from "./types.ts";
import { giveWord } from "./word.ts";

/**
 * Gives GitHub's own review as the person who approved on our page, where the policy allows it and GitHub counts them among the
 * required reviewers. With our rule on the environment that opens nothing by itself, so it comes at once. Without our rule the
 * review *is* the gate: then the release is armed first, and the review is the last step of arming.
 */
export async function reviewAsPerson(parts: DeskParts, releaseId: string, accessToken: string): Promise<void> {
  const release = await parts.store.releases.get(releaseId);
  if (release === null || release.runId === null || release.state !== "waiting") return;
  const repository = await parts.store.repositories.get(release.repositoryId);
  if (repository === null) return;
  const github = parts.github.repository(repository);
  const [environment, rules, self, pinned] = await Promise.all([
    github.environment(release.environmentName),
    github.customRules(release.environmentName),
    parts.github.self(),
    policyAt(github, release.policySha),
  ]);
  if (environment?.requiredReviewers === null || environment === null) return;
  if (policyOf(pinned, release).reviewers === "github-only") return;
  const person = parts.github.asPerson(accessToken);
  if (rules.some((rule) => rule.enabled && rule.appId === self.id)) {
    await review(person, repository, release, "Approved in Countersign.").catch(notAReviewer);
    await after(parts, "evaluate", release.id, `reviewed-${parts.clock.now().getTime()}`);
    return;
  }
  // Nothing is armed on the word of somebody whom GitHub wouldn't let open the job.
  if (!(await person.canReview(repository, release.runId, release.environmentId))) return;
  await evaluate(
    parts,
    release.id,
    async (_github, armed, comment) => await review(person, repository, armed, comment),
  );
}

async function review(
  person: GitHubAsPerson,
  repository: Repository,
  release: Release,
  comment: string,
): Promise<void> {
  await person.reviewDeployments(repository, release.runId ?? 0, [release.environmentId], "approved", comment);
}

/** GitHub says no to who isn't a required reviewer, or reviewed already: their word still counts with us. */
function notAReviewer(error: unknown): void {
  if (!(error instanceof GitHubError) || ["unavailable", "limited", "unauthorized"].includes(error.code)) throw error;
}

/** A required reviewer's word on GitHub itself: it counts by the policy as any other word, and has the release looked at again. */
export async function reviewedOnGitHub(
  parts: DeskParts,
  input: {
    runId: number;
    /** Environments that the reviewer decided on; another one's review says nothing of ours. */
    environments: string[];
    reviewer: Person;
    verdict: "approved" | "rejected";
    comment: string | null;
  },
): Promise<void> {
  const release = await parts.store.releases.byRun(input.runId);
  const ours = release?.environmentName.toLowerCase();
  if (release === null || !input.environments.some((name) => name.toLowerCase() === ours)) return;
  if (input.verdict === "rejected") {
    await withRelease(parts, release.id, (fresh) =>
      endRelease(parts, fresh, {
        to: "rejected",
        code: "rejected",
        text: `${input.reviewer.login} rejected ${releaseTitle(fresh)} (${shortSha(fresh.sha)}) on GitHub.`,
        actor: input.reviewer,
      }),
    );
    return;
  }
  try {
    await giveWord(parts, {
      releaseId: release.id,
      person: input.reviewer,
      verdict: "approved",
      sha: release.sha,
      source: "github",
      comment: input.comment,
      evidence: `review-${input.runId}-${input.reviewer.id}`,
    });
  } catch (error) {
    // A reviewer whom our policy doesn't name has still reviewed for GitHub.
    if (!(error instanceof Refusal)) throw error;
  }
  await after(parts, "evaluate", release.id, `review-${input.reviewer.id}`);
}
