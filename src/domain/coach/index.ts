import { isStageMode, isTokenMode, modeWords } from "../mode.ts";
import type { Mode, PackagePolicy } from "../policy-types.ts";
import { npmDates } from "./dates.ts";

/** What a package's mode will need, and how to get to a better one. */
export interface Coaching {
  package: string;
  mode: Mode;
  /** How it is published now, in a few words. */
  words: string;
  /** What this mode doesn't protect against, one sentence. */
  leaves: string;
  dates: Array<{ when: string; over: boolean; what: string; means: string; source: string; unsure: boolean }>;
  /** The mode to go to, with what is to be done; null: there is none that is safer. */
  next: { mode: Mode; why: string; steps: Step[] } | null;
}

export interface Step {
  text: string;
  /** What to type, on one line. */
  command?: string;
}

/** What each mode doesn't protect against. */
export const modeLeaves: Record<Mode, string> = {
  otp: "Whatever runs in the publishing job while npm asks has the token and sees the second factor's answer, for this one publish.",
  stage:
    "Whatever runs in the publishing job has the token and can stage other bytes: whoever approves at npm has to compare the shasum.",
  "trusted-stage":
    "Whatever runs in the publishing job can stage other bytes: whoever approves at npm has to compare the shasum.",
  trusted:
    "Whatever runs in the publishing job can publish other bytes, and no second factor stands in its way: only the approvals here, before it starts.",
};

const better: Partial<Record<Mode, { mode: Mode; why: string }>> = {
  otp: {
    mode: "trusted-stage",
    why: "There is no token to steal or to renew, and a person still has the last word, with their second factor.",
  },
  stage: { mode: "trusted-stage", why: "There is no token to steal or to renew; the approval at npm stays as it is." },
  trusted: { mode: "trusted-stage", why: "A person has the last word, with their second factor, after the job." },
};

/** What to know and to do about a package's mode on a day. `repository`: `owner/name`. */
export function coach(policy: PackagePolicy, repository: string, now: Date): Coaching {
  const goal = better[policy.mode];
  return {
    package: policy.name,
    mode: policy.mode,
    words: modeWords[policy.mode],
    leaves: modeLeaves[policy.mode],
    dates: npmDates.flatMap(({ when, what, means, source, unsure }) => {
      const follows = means(policy);
      return follows === null ? [] : [{ when, over: isOver(when, now), what, means: follows, source, unsure }];
    }),
    next: goal === undefined ? null : { ...goal, steps: stepsTo(policy, repository, goal.mode) },
  };
}

/** A month is over with its first day: whoever waits for its end is late. */
function isOver(when: string, now: Date): boolean {
  return now.toISOString().slice(0, when.length) >= when;
}

/** What is to be done, in this order, so that a package is published in another mode. */
export function stepsTo(policy: PackagePolicy, repository: string, mode: Mode): Step[] {
  const own = isTokenMode(mode);
  return [
    ...(own
      ? []
      : [
          {
            text: "Make the workflow a trusted publisher of the package at npm. It asks for your second factor; npm 11.15 or later.",
            command: trustCommand(policy, repository, mode),
          },
        ]),
    { text: "In `.github/countersign.yml` set the package's mode.", command: `mode: ${mode}` },
    {
      text: own
        ? "In the workflow give the secret to the one step that publishes, Countersign's `publish`."
        : "In the workflow give the publishing job `id-token: write`, and take the secret out of it: with Countersign's `publish` step nothing else changes.",
    },
    ...(isStageMode(mode) && !isStageMode(policy.mode)
      ? [
          {
            text: "A later job that tags or releases begins with Countersign's `live` step: when the publishing job ends, the version is only staged.",
          },
        ]
      : []),
    own
      ? { text: "Each releaser seals an npm token of their own." }
      : {
          text: "Once a release has gone through: in the package's settings at npm choose `Require two-factor authentication and disallow tokens`, and revoke the tokens that are left.",
        },
  ];
}

/** `npm trust github`, as the npm CLI has it (lib/commands/trust/github.js). */
export function trustCommand(
  policy: Pick<PackagePolicy, "name" | "workflow" | "environment" | "registry">,
  repository: string,
  mode: Mode,
): string {
  const allowed = mode === "trusted" ? "--allow-publish" : "--allow-stage-publish";
  const where = policy.registry === undefined ? "" : ` --registry=${quoted(policy.registry)}`;
  return `npm trust github ${quoted(policy.name)} --repo ${quoted(repository)} --file ${quoted(policy.workflow)} --env ${quoted(policy.environment)} ${allowed}${where}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
