import type { SignedVisit } from "../visit.ts";

/** The stream that open pages listen to. */
export async function showLive(visit: SignedVisit): Promise<Response> {
  const ids = await visit.visible.of(visit.session);
  return await visit.parts.live.stream(ids, visit.request.signal);
}
