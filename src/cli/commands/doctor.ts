import type { Doctor } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Command } from "../call.ts";
import { reportLines } from "../doctor-report.ts";
import { Failure, usage } from "../failure.ts";
import { sessionFor } from "../session.ts";

/** Columns of a line; wider ones are hard to read. */
const widest = 80;

export const doctorCommand: Command = {
  name: "doctor",
  usage: "OWNER/REPO",
  what: "Look whether a repository's set-up deserves a release, and how to mend what doesn't.",
  help: { "--strict": "exit status 1 also for warnings, and for what couldn't be looked at" },
  options: { strict: { type: "boolean" } },
  words: 1,
  async run(call) {
    const [name] = call.positionals;
    const { api } = sessionFor(call);
    const doctor = await api.doctor(await repositoryNamed(api, name));
    call.output.result(doctor);
    const { isTTY, columns = widest } = call.io.stdout;
    const width = Math.min(widest, isTTY === true ? columns : widest);
    for (const line of reportLines(doctor, { width, paint: call.output.paint })) call.output.say(line);
    judge(doctor, call.values["strict"] === true);
  },
};

async function repositoryNamed(api: Api, name: string | undefined): Promise<number> {
  if (name === undefined || !/^[^/\s]+\/[^/\s]+$/.test(name))
    throw usage("Say which repository: `countersign doctor OWNER/REPO`.");
  const found = (await api.repositories()).find(
    (one) => `${one.owner}/${one.name}`.toLowerCase() === name.toLowerCase(),
  );
  if (found !== undefined) return found.id;
  throw new Failure(
    "not-found",
    `There is no repository ${name} here, or GitHub doesn't show it to you: look at the name, and whether the app is installed there.`,
  );
}

/** The exit status, for programs that ask before they go on. What blocks was said already. */
function judge({ state, findings, unchecked }: Doctor, strict: boolean): void {
  if (state === "no-policy")
    throw new Failure("no-policy", "Nothing can be released from there: it has no policy that can be used.");
  const open = findings.filter(({ waived }) => waived === null);
  const blocks = open.filter(({ level }) => level === "block").length;
  if (blocks > 0)
    throw new Failure("blocked", `${counted(blocks, "finding")} ${blocks === 1 ? "blocks" : "block"} releases.`);
  if (strict && open.length + unchecked.length > 0)
    throw new Failure(
      "warned",
      `Nothing blocks, but with --strict there may be no warning (${open.length}) and nothing that couldn't be looked at (${unchecked.length}).`,
    );
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
