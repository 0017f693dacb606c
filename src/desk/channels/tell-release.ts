import type { Message, ReleaseFacts } from "../../domain/message.ts";
import type { Principal } from "../../domain/policy-types.ts";
import type { Reason } from "../../domain/reason.ts";
import type { Challenge, EndState, Release } from "../../domain/release-types.ts";
import { partOf, toPublish } from "../../domain/several.ts";
import type { StageWaitsFor } from "../../domain/stage-waits.ts";
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
  const logins = from.flatMap((one) => (one.kind === "person" ? [one.login] : []));
  const ids = (await knownIds(parts, logins)).filter((id) => id !== release.releaserId);
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

/**
 * Staged at npm: its repository's channels are told, and those of the persons whom it waits for, once. Members of a team are told through
 * the repository's channels.
 */
export async function tellStaged(
  parts: Parts,
  release: Release,
  { names, at, npmUsers }: StageWaitsFor,
): Promise<void> {
  await tellOf(
    parts,
    release,
    await knownIds(
      parts,
      names.filter((name) => !name.startsWith("@")),
    ),
    (facts) => ({
      kind: "stage-waits",
      release: facts,
      ...{ waitsFor: names, at, npmUsers: npmUsers ?? [] },
      stage: release.runnerReport?.stageId ?? partOf(release, release.package)?.stageId ?? "",
      shasum: release.shasum ?? "",
      link: `${parts.publicUrl}/releases/${release.id}#stage`,
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

/** Ids of those whom Countersign has met. */
async function knownIds(parts: Pick<Parts, "store">, logins: readonly string[]): Promise<number[]> {
  const people = await Promise.all(logins.map((login) => parts.store.people.byLogin(login)));
  return people.flatMap((person) => (person === null ? [] : [person.id]));
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
