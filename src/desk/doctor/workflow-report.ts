import { doctorRules } from "../../domain/doctor/policy.ts";
import { judge } from "../../domain/doctor/report.ts";
import type { DoctorPolicy, Finding, Report } from "../../domain/doctor/report.ts";
import { checkWorkflow } from "../../domain/doctor/workflow/check.ts";
import type { WorkflowFile } from "../../domain/doctor/workflow/check.ts";
import { pinFindings } from "../../domain/doctor/workflow/pins.ts";
import type { PackagePolicy, Policy } from "../../domain/policy-types.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { organizationOf } from "../tokens/rules.ts";
import type { DeskParts } from "../types.ts";
import { readCalled } from "./called.ts";
import { askPins } from "./pins.ts";

/** A workflow as a package of the policy names it. */
export type NamedWorkflow = Pick<PackagePolicy, "workflow" | "environment" | "secret" | "mode" | "registry"> & {
  /** Every package that is published so. */
  packages: string[];
  /** Where the policy asks for one. */
  secondBuild?: boolean;
};

/** The workflow of a package, with all packages of the policy that share file and place. */
export function namedWorkflow(policy: Pick<Policy, "packages">, one: PackagePolicy): NamedWorkflow {
  const key = placeKey(one);
  const packages = waysOf(policy)
    .filter((other) => placeKey(other) === key)
    .map(({ name }) => name);
  const { workflow, environment, secret, mode, registry, secondBuild } = one;
  return {
    ...{ workflow, environment, secret, mode, packages },
    ...(registry === undefined ? {} : { registry }),
    ...(secondBuild ? { secondBuild } : {}),
  };
}

/** Each workflow of a policy once for each place that it publishes in. */
export function namedWorkflows(policy: Pick<Policy, "packages">): NamedWorkflow[] {
  const different = new Map(waysOf(policy).map((one) => [placeKey(one), one]));
  return [...different.values()].map((one) => namedWorkflow(policy, one));
}

function placeKey({ workflow, environment, secret, mode, registry, secondBuild }: PackagePolicy): string {
  return JSON.stringify([workflow, environment.toLowerCase(), secret, mode, registry ?? null, secondBuild]);
}

/** Path of a workflow from the repository's root. */
export function workflowPath(name: string): string {
  return `.github/workflows/${name}`;
}

/** The levels and waivers that hold, with the owner's word for all repositories. */
export async function doctorPolicyOf(
  github: Pick<GitHubRepository, "ownersFile" | "repository">,
  policy: Pick<Policy, "doctor">,
): Promise<DoctorPolicy> {
  return doctorRules(policy.doctor, await organizationOf(github));
}

/** What the rules find, before anybody has weighed it. */
export type Looked = Pick<Report, "unchecked"> & { findings: Finding[] };

/**
 * Looks at the one workflow that a release runs, at the release's own commit. A file that isn't there has no findings: its lack is told
 * elsewhere. Both file and pins are kept, so that a second look asks GitHub nothing; a pin that can't be asked is unchecked.
 * @throws GitHubError where the file can't be read; `invalid`: it is above 1 MB
 */
export async function lookAtWorkflow(
  parts: Pick<DeskParts, "publicUrl" | "registry">,
  github: GitHubRepository,
  named: NamedWorkflow,
  sha: string,
): Promise<Looked> {
  const path = workflowPath(named.workflow);
  const file = await github.file(path, sha);
  if (file === null) return { findings: [], unchecked: [] };
  return await lookAtFile(parts, github, { path, text: file.text }, named, sha);
}

/** The same where the file was read already. */
export async function lookAtFile(
  parts: Pick<DeskParts, "publicUrl" | "registry">,
  github: GitHubRepository,
  file: WorkflowFile,
  named: NamedWorkflow,
  sha: string,
): Promise<Looked> {
  const called = await readCalled(github, file, sha);
  const place = { ...named, origins: parts.registry.webOrigins(named.registry) };
  const { findings, pins } = checkWorkflow(file, place, { called, offers: { publicUrl: parts.publicUrl } });
  const ofPins = pinFindings(pins, await askPins(github, pins));
  return { findings: [...findings, ...ofPins.findings], unchecked: ofPins.unchecked };
}

/** The same with what the policy and its owner make of it. */
export async function workflowReport(
  parts: Pick<DeskParts, "clock" | "publicUrl" | "registry">,
  github: GitHubRepository,
  policy: Pick<Policy, "doctor">,
  named: NamedWorkflow,
  sha: string,
): Promise<Report> {
  const [{ findings, unchecked }, rules] = await Promise.all([
    lookAtWorkflow(parts, github, named, sha),
    doctorPolicyOf(github, policy),
  ]);
  return judge(findings, unchecked, rules, parts.clock.now());
}
