import { isEnd } from "../../domain/release.ts";
import type { RunnerSession } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";

/**
 * Whether the step may go on, which it asks before npm is asked for anything: null, or why not. A release ends while its job runs where
 * somebody stops it, or other bytes were found; GitHub needs a while to cancel the job. Changes nothing.
 */
export async function standing({ store }: Pick<DeskParts, "store">, session: RunnerSession): Promise<string | null> {
  const release = await store.releases.get(session.releaseId);
  if (release === null) return "There is no such release any more.";
  if (release.state === "running") return null;
  const why = isEnd(release.state) ? (release.endText ?? "") : "";
  return `This release ${isEnd(release.state) ? "is over" : "is not running any more"} (${release.state}).${why === "" ? "" : ` ${why}`}`;
}
