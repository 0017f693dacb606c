import { StepError } from "./step-error.ts";

export interface Wanted {
  /** Name of the output that the code is put into. */
  output: string;
  /** How the workflow's author calls it. */
  name: string;
}

/**
 * Reads the input `secrets` in the form that step-security/wait-for-secrets has: a name with a colon, and below it, indented,
 * `name` and `description`. Exactly one, since npm's code is all that is ever asked for here. Pure.
 */
export function readSecrets(text: string): Wanted {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const heads = lines.filter((line) => /^\S/.test(line));
  const [head, more] = heads;
  const output = /^([A-Za-z_][A-Za-z0-9_]{0,99}):\s*$/.exec(head ?? "")?.[1];
  if (output === undefined || lines[0] !== head)
    throw new StepError(
      "The input `secrets` is not of its form: a name like `OTP:`, and `name` and `description` below it.",
    );
  if (more !== undefined)
    throw new StepError(
      "The input `secrets` names more than one: this step asks for npm's one-time code and nothing else.",
    );
  const name = lines.map((line) => /^\s+name:\s*(.+)$/.exec(line)?.[1]).find((found) => found !== undefined);
  return { output, name: (name ?? output).trim().replace(/^(["'])(.*)\1$/, "$2") };
}
