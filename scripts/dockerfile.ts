/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  line: number;
  name: string;
  text: string;
}

export interface Stage {
  name: string;
  steps: Instruction[];
}

/** What our Dockerfile may use: a bounded part of the language, so that every step of it can be replayed. */
const known = ["WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "VOLUME", "HEALTHCHECK", "CMD"];

/**
 * Reads a Dockerfile stage by stage.
 * @throws Error that names the line of what can't be replayed
 */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const step of instructions(text)) {
    if (step.name === "FROM") {
      const as = /^\S+(?: AS (\S+))?$/.exec(step.text);
      if (as === null) throw new Error(`line ${step.line}: FROM is not “image AS name”`);
      stages.push({ name: as[1] ?? String(stages.length), steps: [] });
      continue;
    }
    if (!known.includes(step.name)) throw new Error(`line ${step.line}: ${step.name} can't be replayed`);
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`line ${step.line}: ${step.name} stands before the first FROM`);
    stage.steps.push(step);
  }
  return stages;
}

function instructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open = "";
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "" || raw.trimStart().startsWith("#")) return;
    open += raw.trim();
    if (open.endsWith("\\")) {
      open = open.slice(0, -1);
      return;
    }
    const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(open) ?? [];
    found.push({ line: index + 1, name: name.toUpperCase(), text: rest });
    open = "";
  });
  return found;
}

/** Sources, target and stage of a COPY. */
export function readCopy(text: string): { from: string | null; sources: string[]; target: string } {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith("--"));
  const paths = words.filter((word) => !word.startsWith("--"));
  const from = flags.find((flag) => flag.startsWith("--from="))?.slice("--from=".length) ?? null;
  return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
}

/** Names and values of an ENV without quotes. */
export function readEnv(text: string): Record<string, string> {
  return Object.fromEntries(text.split(/\s+/).map((pair) => pair.split("=", 2) as [string, string]));
}

/** The words of an instruction in its JSON form. */
export function readExec(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
}
