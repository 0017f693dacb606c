import type { Message, ReleaseFacts } from "../../domain/message.ts";
import type { Principal } from "../../domain/policy-types.ts";
import type { Reason } from "../../domain/reason.ts";
import type { Challenge, EndState, Release } from "../../domain/release-types.ts";
import { partOf, toPublish } from "../../domain/several.ts";
import type { DeskParts } from "../types.ts";
import { tell } from "./tell.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids" | "publicUrl">;

/**
 * A release waits for people: its repository's channels are told, and those of the persons who may approve it, as far as
 * Countersign has met them. Members of a team are told through the repository's channels.
 */
export async function tellWanted(
  parts: Parts,
  release: Release,
  approvals: Reason,
  from: readonly Principal[],
): Promise<void> {
  const ids: number[] = [];
  for (const one of from) {
    const person = one.kind === "person" ? await parts.store.people.byLogin(one.login) : null;
    if (person !== null && person.id !== release.releaserId) ids.push(person.id);
  }
  await tellOf(parts, release, ids, (facts) => ({
    kind: "approval-wanted",
    release: facts,
    waitsFor: approvals.waitsFor ?? [],
    text: approvals.text,
    link: `${parts.publicUrl}/releases/${release.id}`,
  }));
}

/** npm asks for the second factor: the releaser is called, and the repository's channels see it. */
export async function tellAsked(parts: Parts, release: Release, challenge: Challenge): Promise<void> {
  const message = (facts: ReleaseFacts): Message => ({
    kind: "challenge",
    release: facts,
    asksFor: challenge.kind,
    try: challenge.try,
    until: challenge.expiresAt.toISOString(),
    link: `${parts.publicUrl}/challenges/${challenge.id}`,
  });
  await tellOf(parts, release, [release.releaserId], message, challenge.id);
}

/** Staged at npm: the releaser is called, and the repository's channels see what is to be approved there. */
export async function tellStaged(parts: Parts, release: Release): Promise<void> {
  await tellOf(
    parts,
    release,
    [release.releaserId],
    (facts) => ({
      kind: "stage-waits",
      release: facts,
      stage: release.runnerReport?.stageId ?? partOf(release, release.package)?.stageId ?? "",
      shasum: release.shasum ?? "",
      link: `${parts.publicUrl}/releases/${release.id}`,
    }),
    `${release.id} staged`,
  );
}

/** A release is over: its repository's channels are told how; again, where another `cause` has changed what is to be said. */
export async function tellEnded(
  parts: Parts,
  release: Release,
  outcome: EndState,
  cause: string = release.id,
): Promise<void> {
  const message = (facts: ReleaseFacts): Message => ({
    kind: "release-ended",
    release: facts,
    outcome,
    text: release.endText,
    link: `${parts.publicUrl}/releases/${release.id}`,
  });
  await tellOf(parts, release, [], message, cause);
}

async function tellOf(
  parts: Parts,
  release: Release,
  personIds: readonly number[],
  message: (facts: ReleaseFacts) => Message,
  cause = release.id,
): Promise<void> {
  const repository = await parts.store.repositories.get(release.repositoryId);
  if (repository === null) return;
  const facts: ReleaseFacts = {
    id: release.id,
    number: release.number,
    repository: `${repository.owner}/${repository.name}`,
    package: release.package,
    ...(release.packages === null ? {} : { packages: toPublish(release) }),
    version: release.version,
    distTag: release.distTag,
    branch: release.branch,
    sha: release.sha,
    environment: release.environmentName,
    releaser: release.releaserLogin,
    purpose: release.purpose,
  };
  await tell(parts, release.repositoryId, personIds, message(facts), cause);
}
