import { either, shown } from "../../../shown.ts";
import type { Finding } from "../../report.ts";
import type { Act } from "../acts.ts";
import { finding, jobSaid, stepSaid, capital } from "../look.ts";
import type { Check, Look } from "../look.ts";
import { actLine, inputText, isSameName, lineOf } from "../model.ts";
import type { Step, Workflow } from "../model.ts";
import { envOf, publishingsOf } from "../publish-acts.ts";

/** Whatever publishes does it in the environment. An environment that is only known when it runs makes the file unfit already. */
export const publishesInEnvironment: Check = ({ workflow, place }) => {
  const told = workflow.jobs.filter(({ environment }) => environment?.includes("${{") !== true);
  return publishesOutside({ ...workflow, jobs: told }, [place.environment]);
};

/** Jobs that publish, and are in none of the environments. */
export function publishesOutside(workflow: Workflow, environments: readonly string[]): Finding[] {
  return workflow.jobs
    .filter(({ environment }) => !environments.some((name) => isSameName(environment, name)))
    .flatMap((job) =>
      publishingsOf(workflow, job).map(({ said, line }) => {
        const wanted = either(environments.map((name) => name.replaceAll("`", "'")));
        const text = `${capital(jobSaid(job))} publishes (${shown(said)}) outside the environment ${wanted}.`;
        return finding(workflow, "publishes-in-environment", line, text);
      }),
    );
}

const kinds: Partial<Record<Act["deed"], string>> = {
  install: "installs",
  build: "builds",
  test: "tests",
};

/** The publishing job only publishes. */
export const onlyPublishes: Check = (look) => (look.job?.steps ?? []).flatMap((step) => otherWork(look, step));

function otherWork({ workflow, job }: Look, step: Step): Finding[] {
  const about = capital(job === null ? "" : jobSaid(job));
  const say = (line: number, text: string, mend?: string): Finding =>
    finding(workflow, "only-publishes", line, text, mend === undefined ? {} : { text: mend });
  if (step.action === "installs" || runsInstall(step))
    return [
      say(lineOf(workflow, [...step.path, "uses"]), `${about} installs packages (${shown(step.uses ?? "", 60)}).`),
    ];
  return step.acts.flatMap((act) => {
    const line = (): number => actLine(workflow, step, act);
    const kind = kinds[act.deed];
    if (isNpmItself(act))
      return [
        say(
          line(),
          `${about} installs another npm (${shown(act.words.join(" "), 60)}).`,
          "Take a `node-version` in `actions/setup-node` that brings the npm you need, as 24 does.",
        ),
      ];
    if (kind !== undefined) return [say(line(), `${about} ${kind} (${shown(act.said)}).`)];
    if (act.deed === "script")
      return [
        say(
          line(),
          `${about} runs the package's own script ${shown(act.script ?? "")}, and nobody can tell from here what it does.`,
          "Write the command that publishes (`npm publish`) into the workflow, and do the rest in a job without the environment.",
        ),
      ];
    return [];
  });
}

/** `pnpm/action-setup` installs the packages too where it is told so. */
function runsInstall(step: Step): boolean {
  if (step.action !== "setup") return false;
  return !["", "false", "null"].includes(inputText(step, "run_install") ?? "");
}

function isNpmItself({ deed, words }: Act): boolean {
  return (
    deed === "install" &&
    words[0] === "npm" &&
    words.some((word) => /^(?:npm|corepack)(?:@|$)/.test(word) && word !== words[0])
  );
}

/** Setting the version runs no scripts. */
export const noLifecycleScripts: Check = ({ workflow, job }) => {
  if (job === null) return [];
  return job.steps.flatMap((step) =>
    step.acts
      .filter((act) => act.deed === "version" && !ignoresScripts(act))
      .filter(() => envOf(workflow, job, step, "npm_config_ignore_scripts") !== "true")
      .map((act) => {
        const text = `${capital(stepSaid(step))} runs the package's \`preversion\`, \`version\` and \`postversion\` scripts in the job that has the token.`;
        return finding(workflow, "no-lifecycle-scripts", actLine(workflow, step, act), text);
      }),
  );
};

function ignoresScripts({ words, given }: Act): boolean {
  return (
    words.some((word, index) => word === "--ignore-scripts" && words[index + 1] !== "false") ||
    words.includes("--ignore-scripts=true") ||
    [...given].some(([name, value]) => name.toLowerCase() === "npm_config_ignore_scripts" && value === "true")
  );
}
