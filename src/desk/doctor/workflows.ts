import type { Finding } from "../../domain/doctor/report.ts";
import { ruleOf } from "../../domain/doctor/rules.ts";
import { checkOtherWorkflow } from "../../domain/doctor/workflow/check.ts";
import type { Policy } from "../../domain/policy-types.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import { pinFindings } from "../../domain/doctor/workflow/pins.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { otherPolicyPath, unreadable } from "../policy-at.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import type { Collection, Part } from "./collect.ts";
import { askPins } from "./pins.ts";
import { lanes, rulesOf } from "./places.ts";
import { lookAtFile, namedWorkflows, workflowPath } from "./workflow-report.ts";
import type { NamedWorkflow } from "./workflow-report.ts";

type Parts = Pick<DeskParts, "publicUrl" | "registry">;

interface Files {
  sha: string;
  /** Path → blob, of every workflow file of the commit. */
  blobs: ReadonlyMap<string, string>;
}

/** The policy's workflows by every rule, and the repository's others for what would reach the same place. */
export async function examineWorkflows(
  parts: Parts,
  github: GitHubRepository,
  policy: Policy,
  sha: string,
  collection: Collection,
): Promise<void> {
  const ids = rulesOf("workflow");
  await collection.attempt("The list of workflows", ids, async () => {
    const blobs = new Map((await github.workflowFiles(sha)).map(({ path, blob }) => [path, blob]));
    await examineAll(parts, github, policy, { sha, blobs }, collection);
    return { findings: [], unchecked: [], looked: [] };
  });
}

async function examineAll(
  parts: Parts,
  github: GitHubRepository,
  policy: Policy,
  files: Files,
  collection: Collection,
): Promise<void> {
  const ids = rulesOf("workflow");
  const named = namedWorkflows(policy);
  const ours = new Set(named.map(({ workflow }) => workflowPath(workflow)));
  const others = [...files.blobs.keys()].filter((path) => !ours.has(path));
  const work = [
    ...named.map((one) => ({
      path: workflowPath(one.workflow),
      rules: ids,
      look: async () => await examineNamed(parts, github, one, files),
    })),
    ...others.map((path) => ({
      path,
      rules: [...otherRules],
      look: async () => await examineOther(github, policy, path, files),
    })),
  ];
  await someAtOnce(work, async ({ path, rules, look }) => await collection.attempt(`\`${path}\``, rules, look), lanes);
}

/** What a workflow that no policy names is looked at for. */
const otherRules = ["one-workflow", "publishes-in-environment", "dangerous-triggers", "secrets-inherit"] as const;

async function examineNamed(
  parts: Parts,
  github: GitHubRepository,
  named: NamedWorkflow,
  { sha, blobs }: Files,
): Promise<Part> {
  const path = workflowPath(named.workflow);
  if (!blobs.has(path)) return { findings: [missing(named)], unchecked: [], looked: [] };
  const file = await readOrTooLarge(github, path, sha, blobs.get(path));
  if (file === "too-large") return { findings: [tooLarge(path)], unchecked: [], looked: [] };
  if (file === null) return { findings: [missing(named)], unchecked: [], looked: [] };
  const { findings, unchecked } = await lookAtFile(parts, github, { path, text: file.text }, named, sha);
  return { findings, unchecked, looked: rulesOf("workflow") };
}

async function examineOther(
  github: GitHubRepository,
  policy: Policy,
  path: string,
  { sha, blobs }: Files,
): Promise<Part> {
  const file = await readOrTooLarge(github, path, sha, blobs.get(path));
  if (file === null) return { findings: [], unchecked: [], looked: [] };
  if (file === "too-large") {
    const why = `${unreadable(path)} Whether it publishes or uses the environment can't be told.`;
    return { findings: [], unchecked: otherRules.map((rule) => ({ rule, why })), looked: [] };
  }
  const { findings, pins } = checkOtherWorkflow({ path, text: file.text }, waysOf(policy));
  const ofPins = pinFindings(pins, await askPins(github, pins));
  return { findings: [...findings, ...ofPins.findings], unchecked: ofPins.unchecked, looked: [] };
}

async function readOrTooLarge(
  github: GitHubRepository,
  path: string,
  sha: string,
  blob: string | undefined,
): Promise<{ text: string } | "too-large" | null> {
  return await github.file(path, sha, blob).catch((error: unknown) => {
    if (error instanceof GitHubError && error.code === "invalid") return "too-large" as const;
    throw error;
  });
}

function missing({ workflow, packages }: NamedWorkflow): Finding {
  const names = packages.map((name) => `\`${name}\``).join(", ");
  return {
    ...{ rule: "fit-workflow", where: null, subject: workflow },
    text: `There is no \`${workflowPath(workflow)}\` at this commit, which is to publish ${names}.`,
    mend: { text: "Add it, or name the file that publishes as `workflow` in the policy." },
  };
}

function tooLarge(path: string): Finding {
  const [text = "", mend = ""] = unreadable(path).split(/(?<=\.) (?=Make)/);
  return { rule: "fit-workflow", where: { path, line: 1 }, subject: null, text, mend: { text: mend } };
}

/** Only one policy is read; another beside it is one that somebody believes in. */
export async function examinePolicyFiles(github: GitHubRepository, sha: string, collection: Collection): Promise<void> {
  await collection.attempt(`\`${otherPolicyPath}\``, ["one-policy"], async () => {
    const other = await readOrTooLarge(github, otherPolicyPath, sha, undefined);
    const finding: Finding = {
      ...{ rule: "one-policy", where: { path: otherPolicyPath, line: 1 }, subject: null },
      text: `\`${otherPolicyPath}\` stands beside \`.github/countersign.yml\`, and isn't read.`,
      mend: { text: ruleOf("one-policy").mend },
    };
    return { findings: other === null ? [] : [finding], unchecked: [], looked: ["one-policy"] };
  });
}
