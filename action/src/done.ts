import type { Packed } from "./pack.ts";
import { report } from "./session.ts";
import type { Report, Session } from "./session.ts";
import { say, setOutput, warn } from "./workflow.ts";

/** It is published: says so in the log, in the outputs, and to Countersign. */
export async function done(session: Session, packed: Packed, told: Report): Promise<void> {
  say(`${packed.name}@${packed.version} is published (${packed.shasum}).`);
  for (const name of ["version", "shasum", "integrity"] as const) setOutput(name, packed[name]);
  if (!(await report(session, { ...told, outcome: "published" })).told)
    warn("It is published, but Countersign could not be told; it will ask the registry itself.");
}

/** npm has it staged: Countersign has to know by which id, since nobody else tells it. */
export async function staged(session: Session, packed: Packed, told: Report, stageId: string): Promise<void> {
  say(
    `${packed.name}@${packed.version} is staged at npm as ${stageId} (${packed.shasum}). It isn't live before it is approved there.`,
  );
  for (const name of ["version", "shasum", "integrity"] as const) setOutput(name, packed[name]);
  setOutput("stage-id", stageId);
  if (!(await report(session, { ...told, outcome: "staged", stageId })).told)
    warn(`It is staged, but Countersign could not be told: approve or reject the stage ${stageId} at npm yourself.`);
}
