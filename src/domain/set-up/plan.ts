import { parsePolicy } from "../policy.ts";
import { readPrincipal } from "../policy/people.ts";
import { packageNameProblem } from "../package-name.ts";
import { isMode } from "../mode.ts";
import type { Mode } from "../policy-types.ts";
import { shown } from "../shown.ts";
import { readWorkflow } from "../workflow.ts";
import { isManager } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { policyFile } from "./policy-file.ts";
import { workflowFile } from "./workflow-file.ts";

/** A package as it lies in the repository. */
export interface PlannedPackage {
  name: string;
  /** From the root; "" is the root itself. */
  folder: string;
}

/** How the second factor gets into the job. `publish`: our step does it all. `otp`: our step gives the code, npm publishes. */
export type StepKind = "publish" | "otp";

/** What a repository is set up for: policy and workflows are made of it. */
export interface Plan {
  packages: PlannedPackage[];
  /** Logins and teams, as the policy writes them. */
  releasers: string[];
  approvals: number;
  /** Empty: the releasers approve each other's. */
  approvers: string[];
  environment: string;
  mode: Mode;
  step: StepKind;
  /** Whether a second job builds the commit too, and only what both build alike is published. */
  secondBuild: boolean;
  manager: Manager;
  /** "": as npm does by itself, which keeps a scoped package from the public at its first publish. */
  access: "" | "public" | "restricted";
  /** Scripts of package.json that run before it is packed. */
  build: boolean;
  test: boolean;
}

/** A plan as the form has it. */
export type Draft = Record<DraftField, string>;
export const draftFields = [
  "packages",
  "releasers",
  "approvals",
  "approvers",
  "environment",
  "mode",
  "step",
  "secondBuild",
  "manager",
  "access",
  "build",
  "test",
] as const;
export type DraftField = (typeof draftFields)[number];

export type PlanReading = { ok: true; plan: Plan } | { ok: false; problems: Partial<Record<DraftField, string>> };

/** The policy takes this many releasers; of packages a set-up is made for fewer than a policy may have. */
const mostPackages = 30;

/** Reads a draft. Problems are told together, each with its field; a plan's policy and workflows are fit to be used. Never throws. */
export function readPlan(draft: Draft): PlanReading {
  const problems: Partial<Record<DraftField, string>> = {};
  const complain = (field: DraftField, sentence: string): void => void (problems[field] ??= sentence);
  const mode = isMode(draft.mode) ? draft.mode : "otp";
  const plan: Plan = {
    packages: readPackages(draft.packages, complain),
    releasers: readPeople(draft.releasers, "releasers", complain),
    approvals: readApprovals(draft.approvals, complain),
    approvers: readPeople(draft.approvers, "approvers", complain),
    environment: draft.environment.trim(),
    mode,
    // Only there npm asks for a code while the job runs.
    step: mode === "otp" && draft.step === "otp" ? "otp" : "publish",
    secondBuild: draft.secondBuild !== "",
    manager: isManager(draft.manager) ? draft.manager : "npm",
    access: draft.access === "public" || draft.access === "restricted" ? draft.access : "",
    build: draft.build !== "",
    test: draft.test !== "",
  };
  if (plan.secondBuild && plan.step === "otp")
    complain("step", "The step for a code compares nothing with a second build: choose Countersign's publish step.");
  if (Object.keys(problems).length === 0) judge(plan, complain);
  return Object.keys(problems).length === 0 ? { ok: true, plan } : { ok: false, problems };
}

type Complain = (field: DraftField, sentence: string) => void;

function readPackages(text: string, complain: Complain): PlannedPackage[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0) complain("packages", "Name at least one package.");
  if (lines.length > mostPackages) complain("packages", `Name at most ${mostPackages} packages here; add more later.`);
  return lines.slice(0, mostPackages).map((line) => {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const problem = packageNameProblem(name) ?? folderProblem(rest);
    if (problem !== null) complain("packages", problem);
    return { name, folder: rest.replace(/^(?:\.\/)+|\/+$|^\.$/g, "") };
  });
}

function folderProblem(folder: string): string | null {
  const isGood = /^[\w@.-][\w@ .-]*(?:\/[\w@.-][\w@ .-]*)*\/?$/.test(folder) && !/(?:^|\/)\.\.(?:\/|$)/.test(folder);
  return folder === "" || isGood ? null : `${shown(folder)} is not a folder of a repository: write it from the root.`;
}

function readPeople(text: string, field: "releasers" | "approvers", complain: Complain): string[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  for (const name of names) {
    const read = readPrincipal(name);
    if (typeof read === "string") complain(field, read);
  }
  if (field === "releasers" && names.length === 0) complain(field, "Name at least one person or team.");
  return names;
}

function readApprovals(text: string, complain: Complain): number {
  if (/^(?:\d|10)$/.test(text.trim())) return Number(text);
  complain("approvals", "Write a number from 0 to 10.");
  return 1;
}

/** What the parsers say that decide when a release is asked for. */
function judge(plan: Plan, complain: Complain): void {
  const policy = parsePolicy(policyFile(plan, null));
  if (!policy.ok) {
    for (const { key, text } of policy.problems) complain(fieldOf(key), sentence(text));
    return;
  }
  for (const { name, workflow, environment, secret, secondBuild } of policy.policy.packages) {
    const text = workflowFile(plan, name, { action: null, version: "", publicUrl: "", githubUrl: "", registry: "" });
    const read = readWorkflow(text, { environment, secret, secondBuild });
    if (!read.ok) complain("environment", sentence(`of \`${workflow}\`: ${read.problem}`));
  }
}

function fieldOf(key: string): DraftField {
  if (key.includes("releasers")) return "releasers";
  if (key.includes("approvals.from")) return "approvers";
  if (key.includes("approvals")) return "approvals";
  return key.includes("environment") ? "environment" : "packages";
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
