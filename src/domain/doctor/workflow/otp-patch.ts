import { isTable, own } from "../../workflow/unfit.ts";
import type { Look } from "./look.ts";
import { actLine, inputText } from "./model.ts";
import type { Step, Workflow } from "./model.ts";
import { addToTable, blockKey, diffOf, lineText } from "./patch.ts";
import type { Edit } from "./patch.ts";
import { publishingsOf } from "./publish-acts.ts";

/**
 * The guide's step replaced by ours, with the code handed over in a variable, as a diff against the file. None where the file is written
 * in a way in which a change of lines could go wrong.
 */
export function otpInPlace({ workflow, job, offers }: Look, step: Step): { diff?: string } {
  if (job === null || inputText(step, "url") !== null) return {};
  const edits = [
    replaced(workflow, step, offers.otpStep),
    addToTable(workflow, step, "with", `url: ${offers.publicUrl}`, "uses"),
    handedOver(workflow, publishingsOf(workflow, job), step),
  ];
  if (edits.some((one) => one === null)) return {};
  return diffOf(
    workflow,
    edits.flatMap((one) => one ?? []),
    (after) => isInPlace(after, job.key, step, offers.otpStep),
  );
}

/** The line `uses: …` with our step; what was said of the version behind it goes. */
function replaced(workflow: Workflow, step: Step, ours: string): Edit[] | null {
  const key = blockKey(workflow, [...step.path, "uses"]);
  if (key === null) return null;
  const text = lineText(workflow, key.line);
  const kept = /^(\s*(?:- +)*["']?uses["']?:\s*)/.exec(text)?.[1];
  if (kept === undefined || !text.includes("wait-for-secrets")) return null;
  return [{ line: key.line, remove: 1, insert: [`${kept}${ours}`] }];
}

/** `--otp="${{ steps.otp.outputs.OTP }}"` taken out of the script and put into a variable of the step. */
function handedOver(workflow: Workflow, publishings: ReturnType<typeof publishingsOf>, otp: Step): Edit[] | null {
  const id = otp.table["id"];
  if (typeof id !== "string" || !/^[\w-]+$/.test(id)) return [];
  const argument = new RegExp(String.raw`\s*--otp(?:=|\s+)(["']?)(\$\{\{\s*steps\.${id}\.outputs\.[\w-]+\s*\}\})\1`);
  const edits: Edit[] = [];
  for (const { step, act } of publishings) {
    if (act === null || !argument.test(step.run ?? "")) continue;
    const line = lineFrom(workflow, actLine(workflow, step, act), argument);
    if (line === null) return null;
    const text = lineText(workflow, line);
    const [, , expression = ""] = argument.exec(text) ?? [];
    const variable = addToTable(workflow, step, "env", `NPM_CONFIG_OTP: ${expression}`, "run");
    if (variable === null) return null;
    edits.push({ line, remove: 1, insert: [text.replace(argument, "")] }, ...variable);
  }
  return edits;
}

/** The first of a few lines on which it stands: a command may be continued. */
function lineFrom(workflow: Workflow, first: number, what: RegExp): number | null {
  for (let line = first; line < first + 10; line += 1) if (what.test(lineText(workflow, line))) return line;
  return null;
}

function isInPlace(after: unknown, key: string, step: Step, ours: string): boolean {
  const jobs = isTable(after) ? own(after, "jobs") : undefined;
  const job = isTable(jobs) ? own(jobs, key) : undefined;
  const steps = isTable(job) ? own(job, "steps") : undefined;
  const index = step.path.at(-1);
  const now: unknown = Array.isArray(steps) && typeof index === "number" ? steps[index] : undefined;
  return (
    isTable(now) &&
    own(now, "uses") === ours.split(" #")[0] &&
    JSON.stringify(own(now, "id")) === JSON.stringify(step.table["id"])
  );
}
