import { Refusal } from "../../domain/errors.ts";
import { shortSha } from "../../domain/release.ts";
import { digest } from "../cookies.ts";
import { readForm, required, words } from "../forms.ts";
import type { Fields } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { flash, prose } from "../pages/pieces.ts";
import { releasePage } from "../pages/release.ts";
import { goTo, page } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { ReleaseVisit } from "../visit.ts";
import { stateMark } from "./queue.ts";

/** One release. */
export async function showRelease(visit: ReleaseVisit): Promise<Response> {
  const { view, session, parts } = visit;
  const mark = digest(JSON.stringify(stateMark(view)));
  if (isCurrent(visit, mark)) return unchanged();
  const [abilities, inside] = await Promise.all([parts.desk.abilities(view, session.person), contentsOf(visit, view)]);
  const frame = { live: { seconds: 5, digest: mark, about: view.release.id }, flash: doneFlash(visit.url) };
  return await page(releasePage(visit, { view, abilities, inside }, frame));
}

/** Of several packages each has its own page. */
async function contentsOf({ parts }: ReleaseVisit, view: ReleaseVisit["view"]): ReturnType<typeof parts.desk.contents> {
  return view.release.packages === null ? await parts.desk.contents(view) : null;
}

/** Approve, of the commit that was shown. */
export async function approve(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, "approved", (fields) => decide(visit, "approved", fields, null));
}

/** Reject, with a reason. */
export async function reject(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, "rejected", async (fields) => {
    const why = words(fields, "why", "The reason");
    if (why === null) throw new Refusal("bad-input", "Say why: the releaser needs to know what to change.");
    await decide(visit, "rejected", fields, why);
  });
}

/** Cancel. */
export async function cancel(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, "cancelled", async (fields) => {
    refuseOther(visit, fields);
    const { parts, view, session } = visit;
    const why = words(fields, "why", "The reason");
    await parts.desk.cancel({ releaseId: view.release.id, person: session.person, why });
  });
}

/** Confirm version and arming of an adopted run. */
export async function confirm(visit: ReleaseVisit): Promise<Response> {
  return await attempt(visit, "confirmed", async (fields) => {
    refuseOther(visit, fields);
    const { parts, view, session } = visit;
    const version = required(fields, "version", "The version");
    await parts.desk.confirm({ releaseId: view.release.id, person: session.person, version });
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

/** Where the answer is no, the release is shown again, as it is now, with the sentence on top. */
async function attempt(
  visit: ReleaseVisit,
  done: string,
  work: (fields: Fields) => Promise<unknown>,
): Promise<Response> {
  const { parts, view, session } = visit;
  const path = `/releases/${view.release.id}`;
  try {
    await work(await readForm(visit.request));
    return goTo(`${path}?done=${done}`);
  } catch (error) {
    const trouble = error instanceof Refusal ? troubleOf(error) : null;
    const fresh = trouble === null ? null : await parts.desk.view(view.release.id);
    if (trouble === null || fresh === null) throw error;
    const abilities = await parts.desk.abilities(fresh, session.person);
    const inside = await contentsOf(visit, fresh);
    return await page(
      releasePage(visit, { view: fresh, abilities, inside }, { flash: flash("bad", "alert", prose(trouble.text)) }),
      trouble.status,
    );
  }
}
