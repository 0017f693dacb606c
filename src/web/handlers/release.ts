import type { ReleaseView } from "../../desk/types.ts";
import { Refusal } from "../../domain/errors.ts";
import { shortSha } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import { digest } from "../cookies.ts";
import { readForm, required, words } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { flash, prose } from "../pages/pieces.ts";
import { releasePage } from "../pages/release.ts";
import type { Shown } from "../pages/release.ts";
import { goTo, page } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { ReleaseVisit } from "../visit.ts";
import { stateMark } from "./queue.ts";

/** One release. */
export async function showRelease(visit: ReleaseVisit): Promise<Response> {
  const { view } = visit;
  const decisions = await decisionsOf(visit, view);
  const mark = digest(JSON.stringify([stateMark(view), decisions.map(({ id, state }) => [id, state])]));
  if (isCurrent(visit, mark)) return unchanged();
  const frame = { live: { seconds: 5, digest: mark, about: view.release.id }, flash: doneFlash(visit.url) };
  return await page(releasePage(visit, await shownOf(visit, view, decisions), frame));
}

async function shownOf(visit: ReleaseVisit, view: ReleaseView, decisions: Release[]): Promise<Shown> {
  const { desk } = visit.parts;
  const [abilities, inside] = await Promise.all([desk.abilities(view, visit.session.person), contentsOf(visit, view)]);
  return { view, abilities, inside, decisions };
}

async function decisionsOf({ parts }: ReleaseVisit, { release }: ReleaseView): Promise<Release[]> {
  return release.stagedAt === null ? [] : await parts.desk.stageDecisions(release.id);
}

/** Have what is staged approved at npm, by a job with this person's token. */
export async function approveStage(visit: ReleaseVisit): Promise<Response> {
  return await decideStage(visit, "approve");
}

/** Have it rejected there. */
export async function rejectStage(visit: ReleaseVisit): Promise<Response> {
  return await decideStage(visit, "reject");
}

/** What was asked for has a page of its own, which leads to npm's question. */
async function decideStage(visit: ReleaseVisit, verb: "approve" | "reject"): Promise<Response> {
  const { parts, view, session } = visit;
  return await attempt(visit, async (fields) => {
    const seenShasum = required(fields, "shasum", "The shasum that you were shown");
    const input = { releaseId: view.release.id, person: session.person, verb, seenShasum };
    const { release } = await parts.desk.decideStage(input);
    return `/releases/${release.id}?done=stage-asked`;
  });
}

/** Of several packages each has its own page. */
async function contentsOf({ parts }: ReleaseVisit, view: ReleaseVisit["view"]): ReturnType<typeof parts.desk.contents> {
  return view.release.packages === null ? await parts.desk.contents(view) : null;
}

/** Approve, of the commit that was shown. */
export async function approve(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, async (fields) => {
    await decide(visit, "approved", fields, null);
    return doneAt(visit, "approved");
  });
}

/** Reject, with a reason. */
export async function reject(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, async (fields) => {
    const why = words(fields, "why", "The reason");
    if (why === null) throw new Refusal("bad-input", "Say why: the releaser needs to know what to change.");
    await decide(visit, "rejected", fields, why);
    return doneAt(visit, "rejected");
  });
}

/** Cancel. */
export async function cancel(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, async (fields) => {
    refuseOther(visit, fields);
    const { parts, view, session } = visit;
    const why = words(fields, "why", "The reason");
    await parts.desk.cancel({ releaseId: view.release.id, person: session.person, why });
    return doneAt(visit, "cancelled");
  });
}

/** Confirm version and arming of an adopted run. */
export async function confirm(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, async (fields) => {
    refuseOther(visit, fields);
    const { parts, view, session } = visit;
    const version = required(fields, "version", "The version");
    await parts.desk.confirm({ releaseId: view.release.id, person: session.person, version });
    return doneAt(visit, "confirmed");
  });
}

async function decide(
  visit: ReleaseVisit,
  verdict: "approved" | "rejected",
  fields: Fields,
  comment: string | null,
): Promise<void> {
  const { parts, view, session } = visit;
  await parts.desk.decide({
    releaseId: view.release.id,
    person: session.person,
    verdict,
    seenSha: required(fields, "sha", "The commit that you were shown"),
    comment,
    // One verdict of one session on one release: a form that is sent twice counts once.
    evidence: `session-${session.row.id.slice(0, 16)}-${verdict}`,
    accessToken: verdict === "approved" ? session.accessToken : null,
  });
}

function refuseOther({ view }: ReleaseVisit, fields: Fields): void {
  const seen = required(fields, "sha", "The commit that you were shown");
  if (seen !== view.release.sha)
    throw new Refusal(
      "other-commit",
      `You were shown commit ${shortSha(seen)}, and this release is of ${shortSha(view.release.sha)}: look at it again.`,
    );
}

function doneAt({ view }: ReleaseVisit, done: string): string {
  return `/releases/${view.release.id}?done=${done}`;
}

/** Goes where the work leads; where the answer is no, the release is shown again, as it is now, with the sentence on top. */
async function attempt(visit: ReleaseVisit, work: (fields: Fields) => Promise<string>): Promise<Response> {
  const { parts, view } = visit;
  try {
    return goTo(await work(await readForm(visit.request)));
  } catch (error) {
    const trouble = error instanceof Refusal ? troubleOf(error) : null;
    const fresh = trouble === null ? null : await parts.desk.view(view.release.id);
    if (trouble === null || fresh === null) throw error;
    const shown = await shownOf(visit, fresh, await decisionsOf(visit, fresh));
    return await page(releasePage(visit, shown, { flash: flash("bad", "alert", prose(trouble.text)) }), trouble.status);
  }
}
