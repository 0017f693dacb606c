import type { z } from "zod";
import { nearest } from "./edit-distance.ts";
import { Refusal } from "./errors.ts";
import type { OrganizationPolicy, PackagePolicy, Policy, PolicyProblem } from "./policy-types.ts";
import { packageLines } from "./policy/lines.ts";
import type { PackageLines } from "./policy/lines.ts";
import { issueProblems } from "./policy/problems.ts";
import type { Found } from "./policy/problems.ts";
import { doctorDefaults, toLevels } from "./policy/doctor.ts";
import { defaultKeys, defaultsSchema, organizationSchema, policySchema, toPolicy } from "./policy/schema.ts";
import { senseProblems } from "./policy/sense.ts";
import { either, shown } from "./shown.ts";
import { readYaml } from "./yaml.ts";
import type { YamlFile, YamlPath } from "./yaml.ts";
import { present } from "./present.ts";

export { policyJsonSchema } from "./policy/schema.ts";

export type PolicyReading = { ok: true; policy: Policy } | { ok: false; problems: PolicyProblem[] };

const limits = { bytes: 64 * 1024, anchors: false };
const mostProblems = 50;

/** Where each package of a policy stands in its file, in the policy's order. */
export function policyLines(text: string): PackageLines[] {
  return packageLines(text, limits);
}

/**
 * Reads `.github/countersign.yml`. All problems are reported together in the order of the file, each with its place and how to
 * mend it; a file with any problem is no policy. Never throws.
 */
export function parsePolicy(text: string): PolicyReading {
  const read = readYaml(text, limits);
  if (!read.ok) return { ok: false, problems: read.faults.map((fault) => ({ ...fault, key: "" })) };
  const { file } = read;
  if (file.value === null || file.value === undefined)
    return {
      ok: false,
      problems: [
        { line: 1, column: 1, key: "", text: "the file is empty: write `version: 1` and a list of `packages`." },
      ],
    };
  const checked = check(file.value);
  if (!Array.isArray(checked)) return { ok: true, policy: checked };
  const problems = checked.slice(0, mostProblems).map((found) => placed(file, found));
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

function placed(file: YamlFile, { path, of, text }: Found): PolicyProblem {
  return { ...file.position(path, of), key: keyName(path), text };
}

function check(value: unknown): Policy | Found[] {
  const { merged, problems, inherited, doctor } = withDefaults(value);
  const checked = policySchema.safeParse(merged, { reportInput: true });
  if (!checked.success) {
    const own = checked.error.issues.flatMap(issueProblems).filter(({ path }) => !inherited(path));
    return [...problems, ...own];
  }
  const policy = toPolicy(checked.data, doctor);
  const all = [...problems, ...senseProblems(policy)];
  return all.length > 0 ? all : policy;
}

interface Merged {
  merged: unknown;
  problems: Found[];
  /** Whether a fault at this path stands in `defaults`, where it was told already. */
  inherited(path: YamlPath): boolean;
  /** The doctor's levels, which are no part of a package. */
  doctor: z.output<typeof doctorDefaults> | undefined;
}

/** Puts `defaults` into each package, so that what is checked is what counts; faults in them are told once, where they stand. */
function withDefaults(root: unknown): Merged {
  const nothing = { doctor: undefined, inherited: () => false };
  if (!isTable(root) || root["defaults"] === undefined) return { merged: root, problems: [], ...nothing };
  const { defaults, ...rest } = root;
  const checked = defaultsSchema.safeParse(defaults, { reportInput: true });
  const problems = checked.success
    ? []
    : checked.error.issues.flatMap((issue) => issueProblems({ ...issue, path: ["defaults", ...issue.path] }));
  const known = isTable(defaults)
    ? Object.fromEntries(Object.entries(defaults).filter(([key]) => defaultKeys.includes(key)))
    : {};
  const levels = doctorDefaults.safeParse(isTable(defaults) ? defaults["doctor"] : undefined);
  const packages: unknown = rest["packages"];
  if (!Array.isArray(packages)) return { merged: rest, problems, ...nothing };
  const own = packages as unknown[];
  return {
    merged: { ...rest, packages: own.map((one) => (isTable(one) ? merge(known, one) : one)) },
    problems,
    doctor: levels.success ? levels.data : undefined,
    inherited(path) {
      const [top, index, key] = path;
      const one = top === "packages" && typeof index === "number" ? own[index] : undefined;
      return isTable(one) && typeof key === "string" && Object.hasOwn(known, key) && !Object.hasOwn(one, key);
    },
  };
}

/** A package's own keys win; of `token` each key for itself, so that naming one doesn't loosen the others. */
function merge(known: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const both = { ...known, ...own };
  if (isTable(known["token"]) && isTable(own["token"])) both["token"] = { ...known["token"], ...own["token"] };
  return both;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads what an organisation asks of all its repositories; problems as in a policy. Never throws. */
export function parseOrganization(
  text: string,
): { ok: true; organization: OrganizationPolicy } | { ok: false; problems: PolicyProblem[] } {
  const read = readYaml(text, limits);
  if (!read.ok) return { ok: false, problems: read.faults.map((fault) => ({ ...fault, key: "" })) };
  const checked = organizationSchema.safeParse(read.file.value, { reportInput: true });
  if (!checked.success)
    return {
      ok: false,
      problems: checked.error.issues.flatMap(issueProblems).map((found) => placed(read.file, found)),
    };
  const { token = {}, revoke = false, doctor } = checked.data.defaults ?? {};
  const { bypass2fa, ...rest } = token;
  const limited = bypass2fa === undefined ? {} : { bypass2fa: bypass2fa === false ? null : bypass2fa };
  const levels = toLevels(doctor?.levels);
  return { ok: true, organization: { token: { ...present(rest), ...limited }, revoke, levels } };
}

/** One package of a policy; without a name, the only one there is. A refusal says which names there are. */
export function findPackage(policy: Policy, name?: string): PackagePolicy | Refusal {
  const names = policy.packages.map((one) => one.name);
  if (name === undefined) {
    const [only] = policy.packages;
    if (only !== undefined && policy.packages.length === 1) return only;
    return new Refusal("bad-input", `The policy names several packages: say which one, ${listed(names)}.`);
  }
  const found = policy.packages.find((one) => one.name === name);
  if (found !== undefined) return found;
  const meant = nearest(name, names);
  const hint = meant === null ? `It names ${listed(names, "and")}.` : `Did you mean \`${meant}\`?`;
  return new Refusal("bad-input", `The policy doesn't name a package ${shown(name)}. ${hint}`);
}

/** Names in a row, at most ten of them. */
function listed(names: string[], joint = "or"): string {
  if (names.length <= 11) return either(names, joint);
  const first = names.slice(0, 10).map((name) => `\`${name}\``);
  return `${first.join(", ")} ${joint} ${names.length - 10} more`;
}

/** `packages[0].approvals.count`, safe to stand in code markup. */
function keyName(path: YamlPath): string {
  const whole = path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
  return whole.replace(/[\p{C}\p{Z}`]/gu, "_").slice(0, 100);
}
