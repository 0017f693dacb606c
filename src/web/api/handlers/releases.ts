import type { ReleaseView } from "../../../desk/types.ts";
import type { Reason } from "../../../domain/reason.ts";
import { packageAsked } from "../../package-asked.ts";
import { seenRelease } from "../../visit.ts";
import type { SignedApiVisit } from "../visit.ts";
import { toldRelease } from "./queue.ts";

/** One release: why it waits, who has said what, what the person may do, what remains of it. */
export async function tellRelease(visit: SignedApiVisit) {
  return await toldWhole(visit, await seenRelease(visit, visit.params["id"] ?? ""));
}

/** The workflow file beside the default branch's, and what came in since the last release. */
export async function tellChanges(visit: SignedApiVisit) {
  const { workflow, last, of, unreleased, commits } = await visit.parts.desk.changes(
    await seenRelease(visit, visit.params["id"] ?? ""),
  );
  return {
    workflow,
    last: last === null ? null : { id: last.id, package: of, version: last.version, sha: last.sha },
    unreleased,
    commits,
  };
}

/** What is in the tarball, as the page has it. */
export async function tellContents(visit: SignedApiVisit, { package: name }: { package?: string | undefined }) {
  const view = await seenRelease(visit, visit.params["id"] ?? "");
  const inside = await visit.parts.desk.contents(view, packageAsked(view.release, name));
  if (inside === null) return { toldAt: null, otherBytes: null, points: [], contents: null };
  return inside;
}

/** Everything that the API tells of one release to whoever asks. */
export async function toldWhole(visit: SignedApiVisit, view: ReleaseView) {
  const abilities = await visit.parts.desk.abilities(view, visit.session.person);
  const { release, approvals, lease } = view;
  return {
    ...toldRelease(view),
    decision: toldReason(view.decision),
    approvals: approvals.map(({ personLogin, verdict, sha, source, comment, givenAt }) => ({
      ...{ login: personLogin, verdict, sha, source, comment, givenAt },
    })),
    exposure:
      lease === null
        ? null
        : {
            ...{ secretName: lease.secretName, armedAt: lease.armedAt, disarmedAt: lease.disarmedAt },
            ...{ closedAt: lease.closedAt, expiresAt: lease.expiresAt },
          },
    end: release.endedAt === null ? null : { at: release.endedAt, code: release.endCode, text: release.endText },
    may: {
      approve: allowed(abilities.approve),
      reject: allowed(abilities.reject),
      cancel: allowed(abilities.cancel),
      confirm: allowed(abilities.confirm),
      answer: allowed(abilities.answer),
      approveStage: abilities.approveStage === undefined ? null : allowed(abilities.approveStage),
      rejectStage: abilities.rejectStage === undefined ? null : allowed(abilities.rejectStage),
    },
  };
}

function allowed(answer: true | string): { allowed: boolean; why: string | null } {
  return answer === true ? { allowed: true, why: null } : { allowed: false, why: answer };
}

interface ToldReason {
  rule: string;
  verdict: Reason["verdict"];
  text: string;
  waitsFor: string[];
  children: ToldReason[];
}

function toldReason({ rule, verdict, text, waitsFor, children }: Reason): ToldReason {
  return { rule, verdict, text, waitsFor: waitsFor ?? [], children: (children ?? []).map(toldReason) };
}
