import { readToken } from "../domain/npm-token.ts";
import type { Call } from "./call.ts";
import { Failure } from "./failure.ts";
import { isInteractive } from "./io.ts";
import { readNpmOutput } from "./npm-output.ts";
import type { Made } from "./npm-output.ts";
import { askHidden, confirm, readInput } from "./prompt.ts";

/** A token as it came in: `text` is the token alone. */
export type GivenToken = Made;

/**
 * Reads the token from the prompt, or from standard input where that is no terminal. It is kept in this process's memory until it
 * is sealed, and written nowhere.
 * @throws Failure with what is wrong with it; it never repeats what was given
 */
export async function givenToken(call: Call): Promise<GivenToken> {
  const { io } = call;
  const given = isInteractive(io) ? await askHidden(io, "Paste the token (it isn't shown)") : await readInput(io);
  const made = readNpmOutput(given);
  if ("problem" in made) throw new Failure("bad-input", made.problem);
  const reading = readToken(made.text);
  if ("problem" in reading) throw new Failure("bad-input", reading.problem);
  if (reading.warning !== undefined && call.values["sure"] !== true) await insist(call, reading.warning);
  return { ...made, text: reading.token };
}

/** The form of npm's tokens isn't documented to the last, so a wrong checksum can be overruled. */
async function insist({ io }: Call, warning: string): Promise<void> {
  const sentence = warning.replace(/, or go on if you are sure/, "");
  if (!isInteractive(io)) throw new Failure("bad-input", `${sentence} If you are sure, add --sure.`);
  if (!(await confirm(io, `${sentence} Seal it as it is?`))) throw new Failure("bad-input", "Nothing was sealed.");
}
