import { ruleOf } from "../doctor/rules.ts";
import type { RuleId } from "../doctor/rules.ts";
import type { DoctorPolicy, Waiver } from "../doctor/report.ts";
import { formatDuration } from "../duration.ts";
import type { PackagePolicy, Policy, Principal } from "../policy-types.ts";

/** One difference between two policies. `looser`: less is asked for, or more people may. */
export interface PolicyChange {
  /** The package; null: the whole file. */
  package: string | null;
  /** One sentence; what comes from the file stands in backticks. */
  text: string;
  looser: boolean;
}

/** What a policy changes against the one before, package by package; nothing where both mean the same. Pure. */
export function policyChanges(before: Policy, after: Policy): PolicyChange[] {
  const changes: PolicyChange[] = [];
  const old = new Map(before.packages.map((one) => [one.name, one]));
  const names = new Set(after.packages.map(({ name }) => name));
  for (const { name } of before.packages)
    if (!names.has(name)) changes.push(of(name, "is not released by Countersign any more.", true));
  for (const one of after.packages) {
    const was = old.get(one.name);
    if (was === undefined) changes.push(of(one.name, `is new: ${inShort(one)}`, false));
    else changes.push(...between(was, one).map(({ text, looser }) => of(one.name, text, looser)));
  }
  if (JSON.stringify(before.warnings) !== JSON.stringify(after.warnings))
    changes.push({ package: null, text: "When or where people are warned about tokens changes.", looser: false });
  changes.push(...doctor(before.doctor, after.doctor).map((one) => ({ package: null, ...one })));
  return changes;
}

function of(name: string, text: string, looser: boolean): PolicyChange {
  return { package: name, text, looser };
}

type Difference = Pick<PolicyChange, "text" | "looser">;

function between(was: PackagePolicy, is: PackagePolicy): Difference[] {
  return [
    ...people("may release", was.releasers, is.releasers),
    ...approvals(was, is),
    ...branches(was, is),
    ...plain(was, is),
    ...stageApprovers(was, is),
    ...stageApproval(was, is),
    ...localPublishing(was, is),
    ...exposure(was, is),
    ...tokens(was, is),
  ];
}

function people(what: string, was: Principal[], is: Principal[]): Difference[] {
  const [before, now] = [new Set(was.map(principal)), new Set(is.map(principal))];
  const added = [...now].filter((one) => !before.has(one));
  const gone = [...before].filter((one) => !now.has(one));
  return [
    ...(added.length === 0 ? [] : [{ text: `${list(added)} ${what} too.`, looser: true }]),
    ...(gone.length === 0 ? [] : [{ text: `${list(gone)} ${what} no more.`, looser: false }]),
  ];
}

function approvals({ approvals: was }: PackagePolicy, { approvals: is }: PackagePolicy): Difference[] {
  const words = is.count === 1 ? "1 approval is" : `${is.count} approvals are`;
  const count = { text: `${words} asked for instead of ${was.count}.`, looser: is.count < was.count };
  const self = is.self
    ? { text: "whoever asks may be one of the approvers.", looser: true }
    : { text: "whoever asks can't be one of the approvers any more.", looser: false };
  return [
    ...(was.count === is.count ? [] : [count]),
    ...(was.self === is.self ? [] : [self]),
    ...people("may approve", was.from, is.from),
  ];
}

function branches(was: PackagePolicy, is: PackagePolicy): Difference[] {
  const [before, now] = [from(was.branches), from(is.branches)];
  if (before === now) return [];
  const looser = is.branches.some((one) => !was.branches.includes(one));
  return [{ text: `releases come from ${now} instead of ${before}.`, looser }];
}

function from(named: string[]): string {
  return named.length === 0 ? "the default branch" : list(named);
}

/** Values that one replaces by another; a place that changes is worth a look, whatever it changes to. */
function plain(was: PackagePolicy, is: PackagePolicy): Difference[] {
  const fields: Array<[keyof PackagePolicy, string]> = [
    ["workflow", "the workflow is"],
    ["environment", "the environment is"],
    ["secret", "the secret is"],
    ["mode", "the mode is"],
    ["registry", "the registry is"],
    ["remove", "the secret is removed at"],
    ["gate", "the gate is"],
    ["reviewers", "reviewers are"],
    ["dispatchAs", "the run is started as"],
    ["directory", "its folder is"],
  ];
  const loose = new Set<keyof PackagePolicy>(["workflow", "environment", "registry", "gate", "reviewers", "mode"]);
  return fields.flatMap(([field, words]) =>
    was[field] === is[field]
      ? []
      : [
          {
            text: `${words} ${shown(is[field], field)} instead of ${shown(was[field], field)}.`,
            looser: loose.has(field),
          },
        ],
  );
}

/** Whose approval of a stage counts: fewer names ask for more, and no list for least. */
function stageApprovers(was: PackagePolicy, is: PackagePolicy): Difference[] {
  const [before, now] = [was.stageApprovers, is.stageApprovers];
  if (before?.join() === now?.join()) return [];
  const words = now === undefined ? "whomever npm lets approve" : list(now);
  const looser = now === undefined || (before !== undefined && now.some((name) => !before.includes(name)));
  return [{ text: `a staged version may be approved at npm by ${words}.`, looser }];
}

/** The job that approves stages: that there is one, where it runs, and who may set it off. */
function stageApproval({ stageApproval: was }: PackagePolicy, { stageApproval: is }: PackagePolicy): Difference[] {
  if (was === undefined && is === undefined) return [];
  if (is === undefined) return [{ text: "stages can't be approved from here any more.", looser: false }];
  if (was === undefined) {
    const own = is.self ? ", also what they asked for themselves" : "";
    const text = `stages may be approved from here by ${list(is.approvers.map(principal))}${own}, in ${shown(is.environment)} by ${shown(is.workflow)}.`;
    return [{ text, looser: true }];
  }
  const places = (["environment", "workflow", "secret"] as const).flatMap((key) =>
    was[key] === is[key]
      ? []
      : [{ text: `the ${key} that approves stages is ${shown(is[key])} instead of ${shown(was[key])}.`, looser: true }],
  );
  const self = is.self
    ? { text: "whoever asks may approve the stage too.", looser: true }
    : { text: "whoever asks can't approve the stage any more.", looser: false };
  return [
    ...places,
    ...(was.self === is.self ? [] : [self]),
    ...people("may approve stages", was.approvers, is.approvers),
  ];
}

/** Expected versions call nobody: saying so asks for less, and so does every change of it that isn't its end. */
function localPublishing(was: PackagePolicy, is: PackagePolicy): Difference[] {
  const now = is.localPublishing;
  if (JSON.stringify(was.localPublishing) === JSON.stringify(now)) return [];
  if (now === undefined) return [{ text: "publishing by hand isn't expected any more.", looser: false }];
  const by = now.publishers === null ? "" : ` by ${list(now.publishers)}`;
  return [
    {
      text: `publishing by hand${by} is expected until \`${now.until}\`, by the word of \`${now.by}\`: \`${now.reason}\``,
      looser: true,
    },
  ];
}

function shown(value: unknown, field?: keyof PackagePolicy): string {
  if (typeof value === "string") return `\`${value}\``;
  return field === "directory" ? "not told" : "npm's own";
}

function exposure(was: PackagePolicy, is: PackagePolicy): Difference[] {
  const [before, now] = [was.maxExposureSeconds, is.maxExposureSeconds];
  const longest = {
    text: `the secret may lie there for ${formatDuration(now)} instead of ${formatDuration(before)}.`,
    looser: now > before,
  };
  const revoke = is.revoke
    ? { text: "the npm token is revoked after each run.", looser: false }
    : { text: "the npm token isn't revoked after a run any more.", looser: true };
  return [...(before === now ? [] : [longest]), ...(was.revoke === is.revoke ? [] : [revoke])];
}

function tokens({ token: was }: PackagePolicy, { token: is }: PackagePolicy): Difference[] {
  const days = {
    text: `tokens may live for ${is.maxDays} days instead of ${was.maxDays}.`,
    looser: is.maxDays > was.maxDays,
  };
  const keep = { text: `tokens are kept ${kept(is.keep)} instead of ${kept(was.keep)}.`, looser: is.keep !== "never" };
  const bypass =
    is.bypass2fa === null
      ? { text: "tokens that pass without a second factor aren't allowed any more.", looser: false }
      : { text: `tokens that pass without a second factor are allowed: \`${is.bypass2fa}\`.`, looser: true };
  return [
    ...(was.maxDays === is.maxDays ? [] : [days]),
    ...(was.keep === is.keep ? [] : [keep]),
    ...((was.bypass2fa === null) === (is.bypass2fa === null) ? [] : [bypass]),
  ];
}

/** What the doctor makes of broken rules: a level that is lowered and a waiver that is new ask for less. */
function doctor(was: DoctorPolicy, is: DoctorPolicy): Difference[] {
  const named = [...new Set([...Object.keys(was.levels), ...Object.keys(is.levels)])].toSorted() as RuleId[];
  const levels = named.flatMap((id): Difference[] => {
    const [before, now] = [was.levels[id] ?? ruleOf(id).level, is.levels[id] ?? ruleOf(id).level];
    if (before === now) return [];
    return now === "warn"
      ? [{ text: `a release goes on with a warning where \`${id}\` is broken, which blocked it before.`, looser: true }]
      : [{ text: `a broken \`${id}\` blocks a release now.`, looser: false }];
  });
  const [before, now] = [waivers(was), waivers(is)];
  const added = [...now].filter(([key]) => !before.has(key)).map(([, one]) => one);
  const gone = [...before].filter(([key]) => !now.has(key)).map(([, one]) => one);
  return [
    ...levels,
    ...added.map((one) => ({
      text: `\`${one.rule}\` may be broken${inFile(one)} until \`${one.until}\`, by the word of \`${one.by}\`: \`${one.reason}\``,
      looser: true,
    })),
    ...gone.map((one) => ({
      text: `the waiver of \`${one.rule}\`${inFile(one)} until \`${one.until}\` is taken back or replaced.`,
      looser: false,
    })),
  ];
}

function waivers({ waivers: all }: DoctorPolicy): Map<string, Waiver> {
  return new Map(all.map((one) => [JSON.stringify([one.rule, one.path, one.by, one.reason, one.until]), one]));
}

function inFile({ path }: Waiver): string {
  return path === null ? "" : ` in \`${path}\``;
}

function kept(keep: "until-expiry" | "never"): string {
  return keep === "never" ? "for one release" : "until they end";
}

function inShort(one: PackagePolicy): string {
  const { count, from: who } = one.approvals;
  const needs = count === 0 ? "no approval is asked for" : `${count} of ${list(who.map(principal))} have to approve`;
  return `${list(one.releasers.map(principal))} may release it, ${needs}.`;
}

function principal(one: Principal): string {
  return one.kind === "person" ? one.login : `@${one.org}/${one.slug}`;
}

function list(names: string[]): string {
  const code = names.map((name) => `\`${name}\``);
  return code.length < 2 ? (code[0] ?? "nobody") : `${code.slice(0, -1).join(", ")} and ${code.at(-1) ?? ""}`;
}
