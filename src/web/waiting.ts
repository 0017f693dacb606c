import type { ReleaseView } from "../desk/types.ts";
import type { Person } from "../domain/release-types.ts";
import { awaited } from "./pages/reason-tree.ts";
import type { SignedVisit } from "./visit.ts";

/** Something that this person has to do. */
export interface WaitingItem {
  kind: "challenge" | "confirm" | "approve";
  view: ReleaseView;
}

/** Releases that wait for a team are asked about one by one, so many at most for one page. */
const asked = 20;

/**
 * Parts what waits for this person from the rest; a challenge, whose time is short, comes first. Whether somebody belongs to a
 * team that is waited for is the desk's to say.
 */
export async function sortQueue(
  visit: SignedVisit,
  views: ReleaseView[],
): Promise<{ mine: WaitingItem[]; others: ReleaseView[] }> {
  const { person } = visit.session;
  const teams = views.filter((view) => waitsForTeam(view, person)).slice(0, asked);
  const able = await Promise.all(teams.map((view) => visit.parts.desk.abilities(view, person)));
  const byTeam = new Set(teams.filter((_, index) => able[index]?.approve === true));
  const mine: WaitingItem[] = [];
  const others: ReleaseView[] = [];
  for (const view of views) {
    const kind = kindOf(view, person) ?? (byTeam.has(view) ? "approve" : null);
    if (kind === null) others.push(view);
    else mine.push({ kind, view });
  }
  return { mine: mine.toSorted((one, other) => urgency(one) - urgency(other)), others };
}

function kindOf(view: ReleaseView, person: Person): WaitingItem["kind"] | null {
  const { release, challenge } = view;
  const own = release.releaserId === person.id;
  if (own && challenge?.state === "open") return "challenge";
  if (own && release.state === "unconfirmed") return "confirm";
  if (release.state !== "waiting" || hasApproved(view, person)) return null;
  const login = person.login.toLowerCase();
  return awaited(view.decision).some((name) => name.toLowerCase() === login) ? "approve" : null;
}

function waitsForTeam(view: ReleaseView, person: Person): boolean {
  if (view.release.state !== "waiting" || hasApproved(view, person) || kindOf(view, person) !== null) return false;
  return awaited(view.decision).some((name) => name.startsWith("@"));
}

function hasApproved(view: ReleaseView, person: Person): boolean {
  return view.approvals.some((word) => word.personId === person.id && word.verdict === "approved");
}

/** Challenges by how soon they end, then runs to confirm, then approvals by how long they have waited. */
function urgency(item: WaitingItem): number {
  const { release, challenge } = item.view;
  if (item.kind === "challenge") return challenge?.expiresAt.getTime() ?? 0;
  return release.requestedAt.getTime() + (item.kind === "confirm" ? 1e13 : 2e13);
}
