import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** The most that is read as a token: a whole `.npmrc` fits. In characters. */
const mostText = 20_000;

/** Asks at the terminal; Enter alone takes what is in brackets. Questions go to standard error, so that results can be piped. */
export async function ask(io: Io, question: string, otherwise = ""): Promise<string> {
  const answer = await line(io, `${question}${otherwise === "" ? "" : ` [${otherwise}]`}: `, io.stderr);
  return answer.trim() === "" ? otherwise : answer.trim();
}

/** Asks for yes or no; anything else is no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await ask(io, `${question} (y/N)`));
}

/** Asks at the terminal for something that isn't shown while it is typed. */
export async function askHidden(io: Io, question: string): Promise<string> {
  io.stderr.write(`${question}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const answer = await line(io, "", nowhere);
  io.stderr.write("\n");
  return answer;
}

/** Standard input to its end. @throws Failure where there is more than a token could be */
export async function readInput({ stdin }: Io): Promise<string> {
  let all = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) {
    all += String(chunk);
    if (all.length > mostText)
      throw new Failure("bad-input", "That is too much for a token: give the token alone on standard input.");
  }
  return all;
}

async function line({ stdin }: Io, question: string, output: NodeJS.WritableStream): Promise<string> {
  const reader = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(new Failure("interrupted", "Stopped. Nothing was changed.", 130));
      reader.once("SIGINT", stop);
      reader.once("close", stop);
      reader.question(question, resolve);
    });
  } finally {
    reader.close();
  }
}
