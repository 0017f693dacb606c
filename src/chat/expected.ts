import { acknowledge } from "../desk/out-of-band/acknowledge.ts";
import type { DeskParts } from "../desk/types.ts";
import type { Command } from "../domain/command.ts";
import { code } from "../domain/markdown.ts";
import type { IncomingComment } from "./comment.ts";

/** `/expected`: somebody says that a version without a release was one of them. */
export async function saidExpected(
  parts: DeskParts,
  { repository, author }: IncomingComment,
  { version, package: name }: Extract<Command, { name: "expected" }>,
): Promise<string> {
  const person = { id: author.id, login: author.login };
  const said = await acknowledge(parts, { repository, person, version, package: name, origin: "chat" });
  const packages = [...new Set(said.map((one) => one.package))];
  return `Noted: ${packages.map((one) => code(`${one}@${version}`)).join(", ")} was one of you. Nothing at the registry is changed by that.`;
}
