import { secured } from "../headers.ts";
import type { WebParts } from "../parts.ts";
import { json } from "../responses.ts";
import { sessionOfBearer } from "../session.ts";
import type { Visible } from "../visible.ts";
import { readInput, TooLarge } from "./input.ts";
import { problemOf, signedOut, tooLarge, unforeseen } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { usualLimit } from "./routes.ts";
import type { ApiRoute } from "./routes.ts";
import type { ApiVisit } from "./visit.ts";

/** Answers one request to a route: its demands, its input, its handler; whatever goes wrong becomes `{ code, message }`. */
export async function answer(
  parts: WebParts,
  visible: Visible,
  route: ApiRoute,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const visit: ApiVisit = { url: new URL(request.url), params, parts, visible, now: parts.clock.now() };
  try {
    return secured(await perform(route, visit, request), parts.publicUrl);
  } catch (error) {
    return secured(failed(told(route, parts, error)), parts.publicUrl);
  }
}

/** The answer that is no success. */
export function failed({ status, code, message }: Problem): Response {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return Response.json({ code, message }, { status, headers });
}

async function perform(route: ApiRoute, visit: ApiVisit, request: Request): Promise<Response> {
  const input = async (): Promise<never> =>
    (route.input === null
      ? null
      : await readInput(request, visit.url, route.input, route.limit ?? usualLimit)) as never;
  if (route.demands === "nothing") return present(route, await route.handle(visit, await input()));
  const bearer = bearerOf(request);
  const session = bearer === null ? null : await sessionOfBearer(visit.parts, bearer);
  if (session === null) return failed(signedOut);
  return present(route, await route.handle({ ...visit, session }, await input()));
}

/** Only what the route's schema names leaves the house. */
function present({ answer: schema, status }: ApiRoute, value: unknown): Response {
  return schema === null ? new Response(null, { status }) : json(schema.parse(value), status);
}

function told(route: ApiRoute, { log }: WebParts, error: unknown): Problem {
  if (error instanceof TooLarge) return tooLarge(route.limit ?? usualLimit);
  const problem = problemOf(error);
  const about = { path: route.path, error: error instanceof Error ? error.name : typeof error };
  if (problem === null) log.error(about, "A request to the API failed unforeseen.");
  else if (problem.status === 503) log.warn(about, "A request to the API couldn't be answered.");
  return problem ?? unforeseen;
}

/** As we made it: base64url of 32 bytes. */
function bearerOf(request: Request): string | null {
  return /^Bearer ([\w-]{43})$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}
