import { liftStop } from "../desk/panic/lift.ts";
import { panic } from "../desk/panic/begin.ts";
import { mayBeThere, ofAccount } from "../desk/panic/carry-out.ts";
import type { DeskParts } from "../desk/types.ts";
import { plain } from "../domain/markdown.ts";
import { shown } from "../domain/shown.ts";
import type { IncomingComment } from "./comment.ts";

/** `/panic`: stops all, and says what of it is under way. However late it arrives, it counts. */
export async function stopAll(parts: DeskParts, comment: IncomingComment, reason: string): Promise<string> {
  const { repository, author } = comment;
  const person = { id: author.id, login: author.login };
  const { stop, already } = await panic(parts, { repository, person, reason, origin: "chat" });
  const page = `${parts.publicUrl}/panic`;
  const { leases, releases } = await ofAccount(parts, stop);
  const left = `${count(leases.filter(mayBeThere).length, "secret")} to be removed, ${count(releases.length, "release")} to be ended: [see what is left](${page}).`;
  const lift = "Nothing is armed and no release can be asked for until an admin says `/lift` with a reason.";
  if (already)
    return `All releases of ${plain(stop.accountLogin)} are stopped already, by ${plain(stop.beganByLogin)}: ${shown(stop.reason, 100)}. ${left}\n\n${lift}`;
  return `🛑 **All releases of ${plain(stop.accountLogin)} are stopped.** ${left}\n\n${lift} A token that a job has read already is good at npm until its owner revokes it there: each is told so.`;
}

/** `/lift`: releases may be asked for again. */
export async function liftAll(parts: DeskParts, comment: IncomingComment, reason: string): Promise<string> {
  const { repository, author } = comment;
  const stop = await liftStop(parts, { repository, person: { id: author.id, login: author.login }, reason });
  return `Releases of ${plain(stop.accountLogin)} can be asked for again. Nothing that was ended goes on: ask with \`/release\`.`;
}

function count(of: number, what: string): string {
  return `${of} ${what}${of === 1 ? "" : "s"}`;
}
