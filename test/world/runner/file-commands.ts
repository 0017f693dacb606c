import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const names = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"] as const;

/** What a step wrote into the files of GITHUB_OUTPUT and the like. */
export interface Written {
  outputs: Record<string, string>;
  env: Record<string, string>;
  state: Record<string, string>;
  paths: string[];
  summary: string[];
}

/** Makes a step's files in a folder; `env` names them, `read` tells what the step wrote. Throws on a line that is neither form. */
export async function commandFiles(folder: string, step: string) {
  const path = (name: string): string => join(folder, `${step}-${name.toLowerCase()}`);
  for (const name of names) await writeFile(path(name), "");
  const text = async (name: (typeof names)[number]): Promise<string> => await readFile(path(name), "utf8");
  const lines = async (name: (typeof names)[number]): Promise<string[]> =>
    (await text(name)).split("\n").filter(Boolean);
  return {
    env: Object.fromEntries(names.map((name) => [`GITHUB_${name}`, path(name)])),
    read: async (): Promise<Written> => ({
      outputs: parsePairs(await text("OUTPUT")),
      env: parsePairs(await text("ENV")),
      state: parsePairs(await text("STATE")),
      paths: await lines("PATH"),
      summary: await lines("STEP_SUMMARY"),
    }),
  };
}

/** `name=value` lines and `name<<END … END` blocks; whichever sign comes first on a line decides (GitHub's runner does so). */
export function parsePairs(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/);
  const found: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line === "") continue;
    const [equals, heredoc] = [line.indexOf("="), line.indexOf("<<")];
    if (heredoc > 0 && (equals < 0 || heredoc < equals)) {
      const end = lines.indexOf(line.slice(heredoc + 2), index + 1);
      if (end < 0) throw new Error(`Matching delimiter not found '${line.slice(heredoc + 2)}'`);
      found[line.slice(0, heredoc)] = lines.slice(index + 1, end).join("\n");
      index = end;
    } else if (equals > 0) found[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`Invalid format '${line}'`);
  }
  return found;
}
