import { isEnd } from "../release.ts";
import type { Release } from "../release-types.ts";

/** A registry may show a version this long after the release that published it was given up, in milliseconds. */
const lateMs = 60 * 60_000;

/** What of a release tells whether a version may be its work. */
type Ours = Pick<Release, "state" | "endedAt" | "verifiedAt">;

/**
 * Whether a version that appeared may be the work of a release of it. `had`: its job had the token, or its gate was opened where
 * none is needed; before that nothing of it can have published, whatever was asked for. One that ended otherwise than published is
 * answerable for what came until its end, and a while after; later it is somebody else's work under the same name. Pure.
 */
export function mayBeOf({ state, endedAt, verifiedAt }: Ours, had: boolean, appearedAt: Date): boolean {
  if (state === "published" || verifiedAt !== null) return true;
  if (!had) return false;
  if (!isEnd(state)) return true;
  return endedAt !== null && appearedAt.getTime() <= endedAt.getTime() + lateMs;
}
