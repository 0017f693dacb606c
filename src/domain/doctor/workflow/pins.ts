import { shown } from "../../shown.ts";
import type { YamlPath } from "../../yaml.ts";
import type { Finding, Unchecked } from "../report.ts";
import { ruleOf } from "../rules.ts";
import { lineOf } from "./model.ts";
import type { Job, Workflow } from "./model.ts";

/** An action or a called workflow that is pinned to a commit. */
export interface Pin {
  path: string;
  line: number;
  /** `owner/name`, as it is written. */
  repository: string;
  /** In small letters. */
  sha: string;
  /** From the comment beside it, as it is written there: `v5.0.0`; null: there is none, or it names no version. */
  version: string | null;
}

/**
 * What GitHub says when `<version tag, or HEAD>...<sha>` is compared, in one call: `identical` is of the version; `behind` belongs to the
 * repository, and the tag stands elsewhere; `ahead` and `diverged` aren't in the history of that version; unknown where it was refused,
 * or where tag, commit or repository aren't found.
 */
export type PinAnswer = "of-the-version" | "version-moved" | "elsewhere" | "unknown";

/** One call answers for all pins with the same key. */
export function pinKey({ repository, sha, version }: Pin): string {
  return `${repository.toLowerCase()}@${sha}#${version ?? "HEAD"}`;
}

/** The commits that a workflow pins, in the order of its lines. */
export function pinsOf(workflow: Workflow, jobs: readonly Job[] = workflow.jobs): Pin[] {
  return jobs.flatMap((job) => [
    ...(job.calls === null ? [] : pinOf(workflow, job.calls, [...job.path, "uses"])),
    ...job.steps.flatMap((step) => (step.uses === null ? [] : pinOf(workflow, step.uses, [...step.path, "uses"]))),
  ]);
}

function pinOf(workflow: Workflow, uses: string, path: YamlPath): Pin[] {
  const found = /^([\w.-]+\/[\w.-]+)(?:\/[^@]*)?@([0-9a-f]{40})$/i.exec(uses.trim());
  if (found === null) return [];
  const [, repository = "", sha = ""] = found;
  const line = lineOf(workflow, path);
  return [{ path: workflow.path, line, repository, sha: sha.toLowerCase(), version: versionBeside(workflow, path) }];
}

/** `# v5.0.0`, `# tag=v5.0.0`, `# actions/checkout@v5.0.0`, behind the value on its line. */
function versionBeside(workflow: Workflow, path: YamlPath): string | null {
  const extent = workflow.file.extent(path);
  if (extent === null) return null;
  const rest = workflow.text.slice(extent.to).split("\n", 1)[0] ?? "";
  const comment = /^["'\s]*#(.*)$/.exec(rest)?.[1] ?? "";
  return /(?:^|[\s@=:/])(v?\d+(?:\.\d+)*(?:-[0-9A-Za-z.-]+)?)(?=[\s,;)]|$)/.exec(comment)?.[1] ?? null;
}

/** What the answers mean, for all pins together. A pin without an answer counts as unknown. */
export function pinFindings(
  pins: readonly Pin[],
  answers: ReadonlyMap<string, PinAnswer>,
): { findings: Finding[]; unchecked: Unchecked[] } {
  const findings: Finding[] = [];
  const unchecked = new Map<string, Unchecked>();
  for (const pin of pins) {
    const answer = answers.get(pinKey(pin)) ?? "unknown";
    findings.push(...findingOf(pin, answer));
    const why = untold(pin, answer);
    if (why !== null) unchecked.set(pinKey(pin), { rule: "impostor-commit", why });
  }
  return { findings, unchecked: [...unchecked.values()] };
}

function findingOf(pin: Pin, answer: PinAnswer): Finding[] {
  const said = shown(`${pin.repository}@${pin.sha.slice(0, 12)}`, 80);
  const where = { path: pin.path, line: pin.line };
  const version = pin.version === null ? "" : shown(pin.version);
  if (answer === "elsewhere" && pin.version !== null) {
    const text = `${said} isn't in the history of ${version}, which stands beside it: it is of another version, or of a fork.`;
    return [{ rule: "impostor-commit", where, subject: null, text, mend: { text: ruleOf("impostor-commit").mend } }];
  }
  if (answer === "elsewhere") {
    const text = `${said} isn't in the history of the repository's default branch, and no version stands beside it: it may be of a release branch, or of a fork.`;
    const mend = {
      text: "Look it up in the action's own releases, and write its version beside it as a comment: `# v5.0.0`.",
    };
    return [{ rule: "pin-comment", where, subject: null, text, mend }];
  }
  // `# v5` names a tag that is moved with every release: that it has gone on is as it should be.
  if (answer !== "version-moved" || pin.version === null || !/\d+\.\d+\.\d+/.test(pin.version)) return [];
  const text = `${said} isn't ${version}, which stands beside it, but an older commit of that repository.`;
  return [{ rule: "pin-comment", where, subject: null, text, mend: { text: ruleOf("pin-comment").mend } }];
}

/** Why nobody can tell where a commit comes from; null: it can be told. */
function untold(pin: Pin, answer: PinAnswer): string | null {
  const said = shown(`${pin.repository}@${pin.sha.slice(0, 12)}`, 80);
  if (answer === "elsewhere" && pin.version === null)
    return `Whether ${said} belongs to that repository can't be told: it isn't in the default branch's history. Write its version beside it as a comment.`;
  if (answer !== "unknown") return null;
  const compared = pin.version === null ? "its default branch" : shown(pin.version);
  return `GitHub didn't say whether ${said} belongs to ${compared} of that repository: it may be private, or the commit or the tag gone.`;
}
