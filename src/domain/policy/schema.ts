import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { packageNameProblem } from "../package-name.ts";
import type { PackagePolicy, Policy } from "../policy-types.ts";
import { either, shown } from "../shown.ts";
import { answeredFor, doctorDefaults, doctorForm, doctorJsonForm, toDoctorPolicy } from "./doctor.ts";
import { people } from "./people.ts";
import { longestDays } from "../token.ts";
import { isZone } from "../warning.ts";
import { registryProblem } from "./registry-address.ts";

/** The policy file's form. Every message is a sentence that says what to write instead. */

const longestExposure = 6 * 3600;

/** A text for which `problem` finds nothing to say. */
function text(what: string, problem: (text: string) => string | null): z.ZodString {
  return z.string(`write ${what} as a text; one of digits only needs quotes.`).superRefine((value, context) => {
    const said = value.isWellFormed() ? problem(value) : "it holds half a character: type it again.";
    if (said !== null) context.addIssue({ code: "custom", message: said });
  });
}

function choice<const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
): z.ZodEnum<{ [K in Choices[number]]: K }> {
  return z.enum(choices, `write ${either(choices)}.`) as z.ZodEnum<{ [K in Choices[number]]: K }>;
}

const yesOrNo = z.boolean("write `true` or `false`; `yes` and `no` are texts in YAML 1.2.");

const seconds = z.string("write a time with its unit, like `20m`.").transform((value, context): number => {
  const read = parseDuration(value);
  if (read !== null && read >= 60 && read <= longestExposure) return read;
  const said =
    read === null
      ? `${shown(value)} is not a time: write it like \`20m\` or \`1h30m\`.`
      : `${shown(value)} is out of range: write a time between \`1m\` and \`6h\`.`;
  context.addIssue({ code: "custom", message: said });
  return z.NEVER;
});

function workflowProblem(name: string): string | null {
  if (name.includes("/")) return "write only the file's name below `.github/workflows/`, e.g. `publish.yml`.";
  if (!/\.ya?ml$/.test(name)) return `${shown(name)} is not a workflow file: its name ends in \`.yml\` or \`.yaml\`.`;
  return /^[\w-][\w.-]{0,250}$/.test(name)
    ? null
    : `${shown(name)} can't be a workflow file's name here: use letters, digits, \`-\`, \`_\` and \`.\`.`;
}

/** GitHub docs, "Deployments and environments": 255 characters, compared without regard to case. */
function environmentProblem(name: string): string | null {
  if (name === "") return "name the environment.";
  if ([...name].length > 255) return "an environment's name has at most 255 characters.";
  if (/\p{C}/u.test(name)) return "an environment's name has no control or invisible characters.";
  if (name !== name.trim()) return `${shown(name)} begins or ends with a space: leave that out.`;
  // As part of a URL these two would point at something else.
  return name === "." || name === ".." ? "an environment can't be called `.` or `..`." : null;
}

/** GitHub docs, "Using secrets in GitHub Actions": naming. */
function secretProblem(name: string): string | null {
  if (/^GITHUB_/i.test(name)) return "GitHub keeps names that begin with `GITHUB_` for itself: choose another.";
  if (/^\d/.test(name)) return `${shown(name)} begins with a digit, which GitHub refuses: begin with a letter.`;
  return /^[A-Z_][A-Z0-9_]{0,254}$/i.test(name)
    ? null
    : `${shown(name)} is not a secret's name: use letters, digits and \`_\`, e.g. \`NPM_TOKEN\`.`;
}

/** `git check-ref-format`, for the names that people write; patterns are left to the environment. */
function branchProblem(name: string): string | null {
  if (name.startsWith("refs/"))
    return `write the branch without \`refs/heads/\`: ${shown(name.replace(/^refs\/heads\//, ""))}.`;
  if (/[*?[]/.test(name)) return `${shown(name)} is a pattern, and patterns aren't read here: name each branch.`;
  return name === "" || name.length > 244 || /[\p{C}\s~^:\\]|\.\.|@\{|\/\/|^[-/.]|[/.]$|\.lock$|\/\./u.test(name)
    ? `${shown(name)} is not a branch's name.`
    : null;
}

const approvalsObject = z.strictObject(
  {
    count: z
      .int("write a whole number.")
      .min(0, "it can't be negative: write a number from 0 to 10.")
      .max(10, "it can't be more than 10.")
      .default(1)
      .meta({ description: "How many people have to approve." }),
    from: people.optional().meta({ description: "Who may approve; without it, whoever may release." }),
    self: yesOrNo.default(false).meta({ description: "Whether the person who asked may be one of them." }),
  },
  "write a number (`approvals: 1`), or `count`, `from` and `self` below it.",
);

/** `approvals: 1` is short for `approvals: { count: 1 }`. */
const approvals = z.preprocess((value) => (typeof value === "number" ? { count: value } : value), approvalsObject);

const branches = z
  .array(text("a branch", branchProblem), "write a list of branches.")
  .max(20, "name at most 20 branches.")
  .refine((list) => new Set(list).size === list.length, "a branch is named twice: name each once.");

/** A reason is shown wherever such a token is used: nobody gets one by a mere `true`. */
const bypassWords = "write `false`, or the reason why such tokens are allowed as a sentence of 10 to 200 characters.";
const bypass2fa = z.union(
  [z.literal(false), z.string().trim().min(10, bypassWords).max(200, bypassWords)],
  bypassWords,
);

/** Without defaults: an organisation says only what it limits. */
const tokenKeys = {
  maxDays: z
    .int("write a whole number of days.")
    .min(1, "write a number from 1 to 90.")
    .max(longestDays, `npm lets no publishing token live longer than ${longestDays} days: write a number from 1 to 90.`)
    .meta({ description: "Days that a releaser's npm token may live, from 1 to 90." }),
  keep: choice(["until-expiry", "never"]).meta({
    description: "never: each release takes a fresh token, which is forgotten right after.",
  }),
  bypass2fa: bypass2fa.meta({
    description: "Whether tokens that bypass the second factor are allowed: false, or the reason.",
  }),
};

const writeToken = "write `maxDays`, `keep` and `bypass2fa` below `token`.";
const token = z.strictObject(
  {
    maxDays: tokenKeys.maxDays.default(longestDays),
    keep: tokenKeys.keep.default("until-expiry"),
    bypass2fa: tokenKeys.bypass2fa.default(false),
  },
  writeToken,
);

/** What of an organisation's file is read here; the rest of it is its own repository's business. */
export const organizationSchema = z.object({
  version: z.literal(1, "write `version: 1`; this is the only form there is."),
  defaults: z
    .object(
      {
        token: z.strictObject(tokenKeys, writeToken).partial().optional(),
        revoke: yesOrNo.optional(),
        doctor: doctorDefaults.optional(),
      },
      "write `defaults` as keys and values.",
    )
    .optional(),
});

const warnings = z.strictObject(
  {
    hour: z
      .int("write a whole hour.")
      .min(0, "write an hour from 0 to 23.")
      .max(23, "write an hour from 0 to 23.")
      .default(9)
      .meta({ description: "Hour of the day at which people are warned." }),
    zone: text("the time zone", zoneProblem).default("UTC").meta({ description: "Its time zone, e.g. Europe/Berlin." }),
    to: z
      .array(text("a channel's name", channelProblem), "write a list of channels' names.")
      .max(20, "name at most 20 channels.")
      .optional()
      .meta({ description: "Names of the repository's channels. Without it: all of them." }),
  },
  "write `hour`, `zone` and `to` below `warnings`.",
);

function zoneProblem(name: string): string | null {
  return isZone(name) ? null : `${shown(name)} is not a time zone: write one like \`Europe/Berlin\`, or \`UTC\`.`;
}

function channelProblem(name: string): string | null {
  return /^[\w .-]{1,50}$/.test(name) ? null : `${shown(name)} is not a channel's name.`;
}

/** npm's users are written in small letters now; old ones may have others. */
const npmUser = text("an npm user", (name) =>
  /^[\w.~-]{1,214}$/.test(name) ? null : `${shown(name)} is not an npm user's name.`,
);

const stageApproval = z.strictObject(
  {
    environment: text("the environment's name", environmentProblem)
      .default("approve-stage")
      .meta({ description: "The GitHub environment of the approving job; none that publishes." }),
    workflow: text("the workflow's file name", workflowProblem)
      .default("approve-stage.yml")
      .meta({ description: "The workflow that approves: a file's name below .github/workflows/." }),
    secret: text("the secret's name", secretProblem)
      .transform((name) => name.toUpperCase())
      .default("NPM_TOKEN")
      .meta({ description: "The environment secret that the approver's token is put into for the job." }),
    approvers: people.meta({
      description: "Who may approve and reject stages from here, each with a token of their own: logins and teams.",
    }),
    self: yesOrNo
      .default(false)
      .meta({ description: "Whether whoever asked for the release may approve its stage too." }),
  },
  "write `approvers` below it, and where they differ `environment`, `workflow`, `secret` and `self`.",
);

const npmUsers = z
  .array(npmUser, "write a list of npm users.")
  .min(1, "name at least one npm user, or leave the key out.")
  .max(50, "name at most 50 npm users.");

const localPublishingObject = z.strictObject(
  {
    ...answeredFor,
    publishers: npmUsers.optional().meta({
      description: "npm users who publish by hand. Without it: the releasers' and whoever published the last versions.",
    }),
  },
  "write `by`, `reason` and `until` below `localPublishing`, or `false`.",
);

/** `false` in a package takes back what `defaults` say. */
const localPublishing = z.preprocess(
  (value) => (value === false ? undefined : value),
  localPublishingObject.optional(),
);

/** Keys that have a default of their own. */
const settings = {
  workflow: text("the workflow's file name", workflowProblem)
    .default("publish.yml")
    .meta({ description: "The workflow that publishes: a file's name below .github/workflows/." }),
  environment: text("the environment's name", environmentProblem)
    .default("publish")
    .meta({ description: "The GitHub environment of the publishing job. Packages may share one." }),
  secret: text("the secret's name", secretProblem)
    .transform((name) => name.toUpperCase())
    .default("NPM_TOKEN")
    .meta({ description: "The environment secret that the releaser's token is put into for the job." }),
  mode: choice(["otp", "stage", "trusted-stage", "trusted"])
    .default("otp")
    .meta({ description: "How it is published: otp is a token with a live second factor." }),
  branches: branches
    .default([])
    .meta({ description: "Branches a release may come from, by name. Empty: only the default branch." }),
  remove: choice(["job-completed", "job-started"])
    .default("job-completed")
    .meta({ description: "When the secret is removed: when the job ends, or as soon as it started." }),
  maxExposure: seconds
    .default(1200)
    .meta({ description: "How long the secret may be there in any case, from 1m to 6h." }),
  revoke: yesOrNo
    .default(false)
    .meta({ description: "Whether the workflow step revokes the npm token after the run." }),
  gate: choice(["rule", "before-dispatch"]).default("rule").meta({
    description: "rule: Countersign's protection rule holds the job. before-dispatch: for repositories without rules.",
  }),
  reviewers: choice(["allow", "github-only"])
    .default("allow")
    .meta({ description: "Whether Countersign may give GitHub's own review as the person who approves." }),
  secondBuild: yesOrNo.default(false).meta({
    description: "Whether a second job builds the commit again; only what both built alike is published.",
  }),
  dispatchAs: choice(["app", "person"])
    .default("app")
    .meta({ description: "Who starts the workflow: the app, or the person who asked." }),
  token: token.prefault({}).meta({ description: "What is asked of the releasers' npm tokens." }),
  stageApprovers: npmUsers.optional().meta({
    description: "npm users whose approval at npm counts for a staged version. Without it: whomever npm lets approve.",
  }),
  stageApproval: stageApproval.optional().meta({
    description: "How a staged version is approved or rejected from here. Without it people do that at npm.",
  }),
  localPublishing: localPublishing.meta({
    description: "Versions that people publish by hand are expected for a while, in somebody's name.",
  }),
  registry: text("the registry's address", registryProblem)
    .optional()
    .meta({ description: "Base address of the registry, where it isn't npm's." }),
};

const who = {
  releasers: people.meta({ description: "Who may release: logins and teams." }),
  approvals: approvals.meta({ description: "How many approve, and who; a number alone is the count." }),
};

const name = text("the package's name", packageNameProblem).meta({
  description: "The package's name on the registry.",
});

/** A package's own, never a default: two packages don't share a folder. */
const directory = text("the package's folder", directoryProblem).optional().meta({
  description: "The package's folder in the repository, e.g. packages/widget. /release --changed looks there.",
});

function directoryProblem(path: string): string | null {
  if (path === ".") return null;
  if (path === "" || path.length > 400 || /[\p{C}\\]/u.test(path)) return `${shown(path)} is not a folder's path.`;
  if (/^\.?\/|\/$/.test(path))
    return `${shown(path)} begins or ends with a slash, or begins with \`./\`: write it from the repository's root on, like \`packages/widget\`.`;
  return path.split("/").some((part) => ["", ".", ".."].includes(part))
    ? `${shown(path)} is not a plain path: write it from the repository's root on, like \`packages/widget\`.`
    : null;
}

const onePackage = z.strictObject(
  { name, directory, ...who, ...settings },
  "write a package as keys and values, from `name` on.",
);

/**
 * What `defaults` may hold: every key of a package but its name, and the doctor's levels. Defaults of a key's own aren't filled in here.
 */
export const defaultsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries({ ...who, ...settings, doctor: doctorDefaults }).map(([key, form]) => [key, form.optional()]),
  ),
  "write `defaults` as keys and values.",
);

/** What is validated once `defaults` were put into each package. */
export const policySchema = z.strictObject(
  {
    version: z.literal(1, "write `version: 1`; this is the only form there is."),
    packages: z
      .array(onePackage, "write a list of packages, each beginning with `- name: …`.")
      .min(1, "name at least one package.")
      .max(500, "name at most 500 packages."),
    warnings: warnings.prefault({}),
    doctor: doctorForm.optional(),
  },
  "write `version: 1` and a list of `packages`.",
);

/** Keys that `defaults` may have. */
export const defaultKeys = Object.keys({ ...who, ...settings });

/** Keys that a package may have. */
export const packageKeys = ["name", "directory", ...defaultKeys];

/** From the file's form to the policy's: approvers default to the releasers, times are seconds. */
export function toPolicy(
  file: z.output<typeof policySchema>,
  doctor: z.output<typeof doctorDefaults> | undefined,
): Policy {
  return {
    version: 1,
    doctor: toDoctorPolicy(file.doctor, doctor),
    warnings: { ...file.warnings, to: file.warnings.to ?? null },
    packages: file.packages.map(
      ({
        maxExposure,
        registry,
        directory,
        stageApprovers,
        stageApproval: way,
        localPublishing,
        approvals: asked,
        token: own,
        ...rest
      }): PackagePolicy => ({
        ...rest,
        token: { ...own, bypass2fa: own.bypass2fa === false ? null : own.bypass2fa },
        approvals: { count: asked.count, from: asked.from ?? rest.releasers, self: asked.self },
        maxExposureSeconds: maxExposure,
        ...(directory === undefined ? {} : { directory }),
        ...(stageApprovers === undefined ? {} : { stageApprovers }),
        ...(way === undefined ? {} : { stageApproval: way }),
        ...(localPublishing === undefined
          ? {}
          : { localPublishing: { ...localPublishing, publishers: localPublishing.publishers ?? null } }),
        ...(registry === undefined ? {} : { registry }),
      }),
    ),
  };
}

/** JSON Schema of the file, for editors; what can only be told from several keys is left to the app. */
export function policyJsonSchema(): Record<string, unknown> {
  // As they are written, before anything is made of them.
  const writtenSecret = z.string().default("NPM_TOKEN");
  const written = {
    releasers: who.releasers,
    approvals: z.union([z.int().min(0).max(10), approvalsObject]),
    ...settings,
    stageApproval: stageApproval.extend({
      secret: writtenSecret.optional().meta(stageApproval.shape.secret.meta() ?? {}),
    }),
    secret: writtenSecret,
    localPublishing: z.union([z.literal(false), localPublishingObject]),
    maxExposure: z
      .string()
      .regex(/^(\d+h)?(\d+m)?(\d+s)?$/)
      .default("20m"),
  };
  const described: Record<string, z.ZodType> = { ...who, ...settings };
  const optional = Object.fromEntries(
    Object.entries(written).map(([key, form]) => [key, form.optional().meta(described[key]?.meta() ?? {})]),
  );
  const doctor = doctorJsonForm();
  const file = z.strictObject({
    version: z.literal(1).meta({ description: "The form of this file." }),
    defaults: z
      .strictObject({ ...optional, doctor: doctor.defaults.optional() })
      .optional()
      .meta({ description: "What holds for every package that doesn't say otherwise." }),
    packages: z
      .array(z.strictObject({ name, directory, ...optional }))
      .min(1)
      .meta({ description: "The packages that are released from here." }),
    warnings: warnings.optional().meta({ description: "When and where people are warned about tokens that end." }),
    doctor: doctor.own.optional(),
  });
  return z.toJSONSchema(file, { io: "input", unrepresentable: "any" });
}
