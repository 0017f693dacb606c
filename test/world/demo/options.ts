import type { Mode } from "../../../src/domain/policy-types.ts";
import { isMode, modeWords } from "../../../src/domain/mode.ts";

export interface DemoOptions {
  mode: Mode;
  /** End after the story. */
  once: boolean;
}

export const help = `npm run demo [-- --mode <mode>] [--once]

Plays a release from the comment to the receipt, on loopback, with the real npm CLI, a real registry and a real browser where
Chromium is there. Afterwards the dashboard stays open, with a link for each person; Ctrl-C ends everything.

  --mode   how the package is published; otp where it isn't given
${Object.entries(modeWords)
  .map(([mode, words]) => `             ${mode.padEnd(14)} ${words}`)
  .join("\n")}
  --once   end after the story, with status 0 only if it held; what a person would do at npm is done for them
  --help   this text
`;

/** Reads the command line; a text is what is wrong with it, one sentence. */
export function readOptions(words: readonly string[]): DemoOptions | "help" | { problem: string } {
  const options: DemoOptions = { mode: "otp", once: false };
  for (let at = 0; at < words.length; at += 1) {
    const [word = "", given] = (words[at] ?? "").split(/=(.*)/s);
    if (word === "--help") return "help";
    else if (word === "--once") options.once = true;
    else if (word === "--mode") {
      const mode = given ?? words[(at += 1)];
      if (mode === undefined || !isMode(mode)) return { problem: unknownMode(mode) };
      options.mode = mode;
    } else return { problem: `There is no option ${word}.` };
  }
  return options;
}

function unknownMode(mode: string | undefined): string {
  const known = `choose one of ${Object.keys(modeWords).join(", ")}.`;
  return mode === undefined ? `--mode needs a mode: ${known}` : `There is no mode ${mode}: ${known}`;
}
