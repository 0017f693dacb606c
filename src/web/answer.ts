import type { SeenStop } from "../desk/panic/index.ts";
import { Refusal } from "../domain/errors.ts";
import { gzipped } from "./gzip.ts";
import { secured, isOurs } from "./headers.ts";
import { errorPage } from "./pages/error-page.ts";
import type { WebParts } from "./parts.ts";
import { goTo, page } from "./responses.ts";
import type { Route } from "./routes.ts";
import { forgetSession, sessionOf } from "./session.ts";
import { signedOut, troubleOf, unforeseen } from "./trouble.ts";
import { SignedOut } from "./visible.ts";
import type { Visible } from "./visible.ts";
import { isByScript, notThere, returnPath, seenRelease } from "./visit.ts";
import type { SignedVisit, Visit } from "./visit.ts";

/** Answers one request to a route: its demands first, then its handler; whatever goes wrong becomes a page. */
export async function answer(
  parts: WebParts,
  visible: Visible,
  route: Route,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const visit = begin(parts, visible, request, params);
  try {
    if (route.method === "POST" && !isOurs(request, parts.publicUrl))
      throw new Refusal("not-allowed", "That form was sent from another site, so it was not taken.");
    visit.session = await sessionOf(parts, request);
    visit.stops = await stopsOf(visit);
    return secured(await gzipped(request, await demand(route, visit)), parts.publicUrl);
  } catch (error) {
    return secured(await gzipped(request, await failure(visit, route.path, error)), parts.publicUrl);
  }
}

/** Nearly always there are none, and GitHub isn't asked. A page is shown without them where it can't be. */
async function stopsOf({ parts, visible, session }: Visit): Promise<SeenStop[]> {
  if (session === null) return [];
  return await parts.panic.stops(() => visible.of(session)).catch(() => []);
}

/** The 404 for every other address. */
export async function missing(parts: WebParts, visible: Visible, request: Request): Promise<Response> {
  const visit = begin(parts, visible, request, {});
  try {
    visit.session = await sessionOf(parts, request);
    visit.stops = await stopsOf(visit);
    throw notThere();
  } catch (error) {
    return secured(await gzipped(request, await failure(visit, "*", error)), parts.publicUrl);
  }
}

function begin(parts: WebParts, visible: Visible, request: Request, params: Record<string, string>): Visit {
  return {
    request,
    url: new URL(request.url),
    params,
    parts,
    visible,
    now: parts.clock.now(),
    stops: [],
    session: null,
  };
}

async function demand(route: Route, visit: Visit): Promise<Response> {
  if (route.demands === "nothing") return await route.handle(visit);
  const { session } = visit;
  if (session === null) return await stranger(visit);
  const signed: SignedVisit = { ...visit, session };
  if (route.demands === "release") {
    const view = await seenRelease(signed, visit.params["id"] ?? "");
    return await route.handle({ ...signed, view });
  }
  if (route.demands === "challenge") await mustSeeChallenge(signed, visit.params["id"] ?? "");
  return await route.handle(signed);
}

async function mustSeeChallenge(visit: SignedVisit, challengeId: string): Promise<void> {
  const challenge = await visit.parts.store.challenges.get(challengeId);
  await seenRelease(visit, challenge?.releaseId ?? "");
}

/**
 * Pages lead a stranger to the sign-in and back. A form says so on a page instead: `form-action 'self'` would stop the browser
 * from following it to GitHub, and what was filled in is gone in any case.
 */
async function stranger(visit: Visit): Promise<Response> {
  visit.session = null;
  if (isByScript(visit.request)) return new Response(null, { status: 401 });
  if (visit.request.method === "POST") return await page(errorPage(visit, signedOut), signedOut.status);
  return goTo(`/sign-in?return_to=${encodeURIComponent(returnPath(visit))}`);
}

async function failure(visit: Visit, path: string, error: unknown): Promise<Response> {
  if (error instanceof SignedOut) {
    const response = await stranger(visit);
    response.headers.append("set-cookie", forgetSession(visit.parts.publicUrl));
    return response;
  }
  const trouble = troubleOf(error);
  if (trouble === null)
    visit.parts.log.error({ path, error: nameOf(error), stack: frames(error) }, "A page failed unforeseen.");
  else if (trouble.status === 503) visit.parts.log.warn({ path, error: nameOf(error) }, "A page couldn't be shown.");
  return await page(errorPage(visit, trouble ?? unforeseen), (trouble ?? unforeseen).status);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where it happened, without the message: that may hold what somebody sent. */
function frames(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
}
