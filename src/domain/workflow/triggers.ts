import { shown } from "../shown.ts";
import { isTable, own, Unfit } from "./unfit.ts";
import type { Table } from "./unfit.ts";

/** Inputs that a release is dispatched with. */
const given = ["version", "tag"];

/** The workflow is started by a dispatch with `version` and `tag` and needs nothing else; never by a stranger's pull request. */
export function checkTriggers(root: Table): { inputs: string[]; requiredInputs: string[] } {
  const on = own(root, "on");
  const names = typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : isTable(on) ? Object.keys(on) : [];
  if (names.includes("pull_request_target"))
    throw new Unfit(
      isTable(on) ? ["on", "pull_request_target"] : ["on"],
      "it also runs on `pull_request_target`, with which a stranger's pull request reaches secrets: remove that trigger.",
    );
  if (!names.includes("workflow_dispatch"))
    throw new Unfit(
      ["on"],
      "it has no `workflow_dispatch` trigger, so it can't be started: add one with the inputs `version` and `tag`.",
    );
  const dispatch = isTable(on) ? own(on, "workflow_dispatch") : undefined;
  const inputs = isTable(dispatch) ? own(dispatch, "inputs") : undefined;
  return checkInputs(isTable(inputs) ? inputs : {});
}

function checkInputs(inputs: Table): { inputs: string[]; requiredInputs: string[] } {
  const path = ["on", "workflow_dispatch", "inputs"];
  for (const name of given) {
    if (!Object.hasOwn(inputs, name))
      throw new Unfit(
        path,
        `its \`workflow_dispatch\` has no input \`${name}\`: add it with \`type: string\`; a release gives \`version\` and \`tag\`.`,
      );
    const type = inputType(inputs[name]);
    if (type !== "string")
      throw new Unfit(
        [...path, name, "type"],
        `its input \`${name}\` has the type ${shown(type)}, which doesn't take every value: write \`type: string\`.`,
      );
  }
  const requiredInputs = Object.keys(inputs).filter((name) => isRequired(inputs[name]));
  const surplus = requiredInputs.find((name) => !given.includes(name));
  if (surplus !== undefined)
    throw new Unfit(
      [...path, surplus],
      `its input ${shown(surplus)} is required, but a release gives only \`version\` and \`tag\`: give it a default.`,
    );
  return { inputs: Object.keys(inputs), requiredInputs };
}

/** GitHub docs, `on.workflow_dispatch.inputs`: without a type an input is a string. */
function inputType(input: unknown): string {
  const type = isTable(input) ? own(input, "type") : undefined;
  return type === undefined || type === null ? "string" : typeof type === "string" ? type : "not a text";
}

function isRequired(input: unknown): boolean {
  if (!isTable(input)) return false;
  const fallback = own(input, "default");
  const required = own(input, "required");
  return (required === true || required === "true") && (fallback === undefined || fallback === null || fallback === "");
}
