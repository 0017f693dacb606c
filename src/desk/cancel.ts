import { Refusal } from "../domain/errors.ts";
import { isEnd, mayMove, releaseTitle } from "../domain/release.ts";
import type { Person, Release } from "../domain/release-types.ts";
import { endRelease, withRelease } from "./end.ts";
import { stillStaged } from "../domain/staged.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts } from "./types.ts";

/** Stops a release: the releaser's or anybody's with write access. Once the registry is being asked it is too late. */
export async function cancel(
  parts: DeskParts,
  input: { releaseId: string; person: Person; why: string | null },
): Promise<Release> {
  const ended = await withRelease(parts, input.releaseId, async (release) => {
    if (isEnd(release.state))
      throw new Refusal("not-now", `${releaseTitle(release)} is over already (${release.state}).`);
    if (!mayMove(release.state, "cancelled"))
      throw new Refusal(
        "not-now",
        `The run of ${releaseTitle(release)} is over; what it did is being read from the registry.`,
      );
    await refuseStranger(parts, release, input.person);
    const why = input.why === null ? "" : ` Reason: ${input.why}`;
    const ran =
      release.state === "running"
        ? " Its job was running: look at the registry for what it had done by then."
        : release.state === "staged"
          ? ` ${stillStaged(release)}`
          : "";
    return await endRelease(parts, release, {
      to: "cancelled",
      code: "cancelled",
      text: `${input.person.login} cancelled this release.${why}${ran}`,
      actor: input.person,
    });
  });
  if (ended === undefined) throw new Refusal("no-release", "There is no such release.");
  return ended;
}

async function refuseStranger(parts: DeskParts, release: Release, person: Person): Promise<void> {
  if (person.id === release.releaserId) return;
  const github = await repositoryOf(parts, release.repositoryId);
  const permission = (await github?.permission(person.login)) ?? "none";
  if (!["admin", "maintain", "write"].includes(permission))
    throw new Refusal(
      "not-allowed",
      `Only ${release.releaserLogin} or somebody with write access may cancel this release.`,
    );
}
