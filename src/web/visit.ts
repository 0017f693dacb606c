import type { SeenStop } from "../desk/panic/index.ts";
import { Refusal } from "../domain/errors.ts";
import type { ReleaseView } from "../desk/types.ts";
import type { LiveSession, WebParts } from "./parts.ts";
import type { Visible } from "./visible.ts";

/** One request, with what the route's demands have brought to light. */
export interface Visit {
  request: Request;
  url: URL;
  params: Record<string, string>;
  parts: WebParts;
  visible: Visible;
  now: Date;
  /** What is stopped, of accounts with a repository that GitHub shows this person. */
  stops: SeenStop[];
  /** null where the route demands nothing and nobody is signed in. */
  session: LiveSession | null;
}

/** A visit by somebody who is signed in. */
export interface SignedVisit extends Visit {
  session: LiveSession;
}

/** A visit to a release that GitHub shows this person. */
export interface ReleaseVisit extends SignedVisit {
  view: ReleaseView;
}

/** The same words for what isn't there and for what may not be seen. */
export function notThere(): Refusal {
  return new Refusal("not-found", "There is nothing here, or GitHub doesn't show it to you.");
}

/** Refuses a repository that GitHub doesn't show this person in the words for one that isn't there. */
export async function mustSee(visit: SignedVisit, repositoryId: number): Promise<void> {
  if (!(await visit.visible.of(visit.session)).has(repositoryId)) throw notThere();
}

/** A release that GitHub shows this person. */
export async function seenRelease(
  visit: Pick<SignedVisit, "visible" | "session" | "parts">,
  releaseId: string,
): Promise<ReleaseView> {
  // Asked first, so that an answer takes as long for a release that isn't there.
  const ids = await visit.visible.of(visit.session);
  const view = await visit.parts.desk.view(releaseId);
  if (view === null || !ids.has(view.repository.id)) throw notThere();
  return view;
}

/** Where somebody comes back to after signing in: this page, or the one whose form this is (a form can't be sent again by itself). */
export function returnPath(visit: Visit): string {
  const { pathname, search } = visit.url;
  if (visit.request.method === "GET") return pathname + search;
  const page =
    /^\/(?:releases|challenges)\/[^/]+|^\/panic|^(?:\/repositories\/[^/]+)?\/notifications|^\/repositories\/[^/]+(?=\/sightings\/)/.exec(
      pathname,
    )?.[0];
  if (page !== undefined) return page;
  if (pathname.startsWith("/account/")) return "/account";
  return /^\/(?:tokens|todos)/.test(pathname) ? "/tokens" : "/";
}

/** A request that the page's script makes by itself: nobody has to be there for it. */
export function isByScript(request: Request): boolean {
  return request.headers.get("x-live") !== null || request.headers.get("accept") === "text/event-stream";
}

/** True where the page on screen still says what a fresh one would: the page's script gets 204 and changes nothing. */
export function isCurrent(visit: Visit, digest: string): boolean {
  return visit.request.headers.get("x-live") === digest + stopsMark(visit);
}

/** What changes on every page when something is stopped or lifted; "" where nothing is stopped. */
export function stopsMark({ stops }: Pick<Visit, "stops">): string {
  return stops.length === 0
    ? ""
    : `.${stops.map(({ stop, secrets, releases }) => `${stop.id}-${secrets}-${releases}`).join(".")}`;
}

/** The answer for a page that hasn't changed. */
export function unchanged(): Response {
  return new Response(null, { status: 204 });
}
