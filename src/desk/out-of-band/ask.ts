import type { Sighting } from "../../domain/out-of-band/types.ts";
import { after } from "../after.ts";
import type { DeskParts } from "../types.ts";

/** One package of one repository, as the subject of a task: what its issue is about. */
export function alarmOf({ repositoryId, package: name }: Pick<Sighting, "repositoryId" | "package">): string {
  return `${repositoryId}/${name}`;
}

/** Reads what `alarmOf` wrote; names of packages have slashes themselves. */
export function readAlarm(subject: string): { repositoryId: number; package: string } {
  const at = subject.indexOf("/");
  const repositoryId = Number(subject.slice(0, at));
  if (at < 1 || !Number.isSafeInteger(repositoryId)) throw new Error("a task about a package without its repository");
  return { repositoryId, package: subject.slice(at + 1) };
}

/** Asks for the present minute's look at packages. One that is under way goes on, and is followed by another. */
export async function askWatchPass(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "watch", "all", "now");
}
