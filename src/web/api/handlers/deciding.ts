import type { z } from "zod";
import { Refusal } from "../../../domain/errors.ts";
import { shortSha } from "../../../domain/release.ts";
import { seenRelease } from "../../visit.ts";
import type { approving, cancelling, confirming, decidingStage, rejecting } from "../schemas.ts";
import type { SignedApiVisit } from "../visit.ts";
import { toldWhole } from "./releases.ts";

/** Approves the commit that was shown; as the person on GitHub too, where its required reviewers ask for it. */
export async function approveRelease(visit: SignedApiVisit, input: z.output<typeof approving>) {
  return await decide(visit, "approved", input.sha, null);
}

/** Rejects, with a reason. */
export async function rejectRelease(visit: SignedApiVisit, input: z.output<typeof rejecting>) {
  return await decide(visit, "rejected", input.sha, input.why);
}

/** Stops a release that is under way. */
export async function cancelRelease(visit: SignedApiVisit, input: z.output<typeof cancelling>) {
  const { release } = await seenRelease(visit, visit.params["id"] ?? "");
  refuseOther(release.sha, input.sha);
  const { desk } = visit.parts;
  const why = input.why === undefined || input.why === "" ? null : input.why;
  return await toldWhole(visit, await desk.cancel({ releaseId: release.id, person: visit.session.person, why }));
}

/** Says that a run that was started on GitHub is a release of this version. */
export async function confirmRelease(visit: SignedApiVisit, input: z.output<typeof confirming>) {
  const { release } = await seenRelease(visit, visit.params["id"] ?? "");
  refuseOther(release.sha, input.sha);
  const { person } = visit.session;
  const { version } = input;
  return await toldWhole(visit, await visit.parts.desk.confirm({ releaseId: release.id, person, version }));
}

/** Has what is staged approved at npm, by a job with the person's own token; tells the release that does it. */
export async function approveStage(visit: SignedApiVisit, input: z.output<typeof decidingStage>) {
  return await decideStage(visit, "approve", input.shasum);
}

/** Has it rejected there. */
export async function rejectStage(visit: SignedApiVisit, input: z.output<typeof decidingStage>) {
  return await decideStage(visit, "reject", input.shasum);
}

async function decideStage(visit: SignedApiVisit, verb: "approve" | "reject", seenShasum: string) {
  const { release } = await seenRelease(visit, visit.params["id"] ?? "");
  const { person } = visit.session;
  return await toldWhole(
    visit,
    await visit.parts.desk.decideStage({ releaseId: release.id, person, verb, seenShasum }),
  );
}

async function decide(
  visit: SignedApiVisit,
  verdict: "approved" | "rejected",
  seenSha: string,
  comment: string | null,
) {
  const { release } = await seenRelease(visit, visit.params["id"] ?? "");
  const { session } = visit;
  const view = await visit.parts.desk.decide({
    releaseId: release.id,
    person: session.person,
    verdict,
    seenSha,
    comment,
    // One verdict of one session on one release: what is sent twice counts once.
    evidence: `session-${session.row.id.slice(0, 16)}-${verdict}`,
    accessToken: verdict === "approved" ? session.accessToken : null,
  });
  return await toldWhole(visit, view);
}

function refuseOther(sha: string, seen: string): void {
  if (seen !== sha)
    throw new Refusal("other-commit", `You named commit ${shortSha(seen)}, and this release is of ${shortSha(sha)}.`);
}
