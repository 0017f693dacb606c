import { shown } from "../../shown.ts";
import type { Finding } from "../report.ts";

export interface DirectoryFacts {
  /** The package, as the policy names it. */
  name: string;
  directory: string;
  /** Text of the package.json in there; null: there is none. */
  manifest: string | null;
}

/** Whether the policy's `directory` is the folder of its package. Pure. */
export function checkDirectory({ name, directory, manifest }: DirectoryFacts): Finding[] {
  const place = `\`${directory}\``;
  const found = (text: string): Finding[] => [
    {
      ...{ rule: "directory", where: null, subject: name, text },
      mend: { text: `Set \`directory\` of \`${name}\` in the policy to the folder that holds its package.json.` },
    },
  ];
  if (manifest === null)
    return found(`The policy says that \`${name}\` lies in ${place}, and there is no package.json in there.`);
  const there = nameIn(manifest);
  if (there === name) return [];
  const what = there === null ? "has no name that can be read" : `is that of ${shown(there)}`;
  return found(`The policy says that \`${name}\` lies in ${place}, and the package.json in there ${what}.`);
}

function nameIn(manifest: string): string | null {
  try {
    const { name } = JSON.parse(manifest) as { name?: unknown };
    return typeof name === "string" ? name : null;
  } catch {
    return null;
  }
}
