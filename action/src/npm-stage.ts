import { jsonIn, npm, quote } from "./child.ts";
import { readFailure } from "./npm-publish.ts";
import type { Published } from "./npm-publish.ts";
import { StepError } from "./step-error.ts";

/** Where npm is asked about a stage, and with what. */
export interface StageAt {
  id: string;
  registry: string;
  folder: string;
  /** Variables for npm, with the token. */
  env: Record<string, string>;
  /** Values that are never to be seen in the log. */
  secrets: string[];
}

/** What npm tells of a stage (npm CLI, lib/commands/stage/view.js: the registry's answer as it is). */
export interface StageSeen {
  id: string;
  name: string;
  version: string;
  shasum: string;
  tag: string | null;
  status: string | null;
}

/**
 * What npm holds under an id, by `npm stage view`; null: nothing that this token may see, so it was decided already, or isn't of a package
 * of the token.
 * @throws StepError where npm can't be asked, or tells less than can be compared
 */
export async function viewStage(at: StageAt): Promise<StageSeen | null> {
  const ran = await npm(["stage", "view", at.id, "--json", `--registry=${at.registry}`], {
    cwd: at.folder,
    env: at.env,
  });
  if (ran.status !== 0) {
    const failure = readFailure(ran.stdout, ran.stderr);
    if (failure.kind === "failed" && failure.code === "E404") return null;
    quote(ran.stderr, at.secrets);
    throw new StepError(viewFailure(failure));
  }
  const item = (jsonIn(ran.stdout) ?? {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = item[name];
    if (typeof value === "string" && value !== "") return value;
    throw new StepError(
      `npm doesn't say the \`${name}\` of what is staged, so nothing can be compared: decide at npm.`,
    );
  };
  const orNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return {
    ...{ id: text("id"), name: text("packageName"), version: text("version"), shasum: text("shasum") },
    ...{ tag: orNull(item["tag"]), status: orNull(item["status"]) },
  };
}

function viewFailure(failure: Published): string {
  const code = failure.kind === "failed" ? failure.code : failure.kind;
  if (code === "EUSAGE" || code === "unknown")
    return "This npm can't look at what is staged: `npm stage` needs npm 11.15 or later. Set up a newer Node.";
  return `npm stage view failed (${code}); its own words are above. Nothing was decided at npm.`;
}

/** Approves or rejects. `--json` is what makes npm tell a link in full; the code goes in a variable, as when it publishes. */
export async function decideStage(at: StageAt, verb: "approve" | "reject", otp: string | null): Promise<Published> {
  const args = [
    ...["stage", verb, at.id, "--json", `--registry=${at.registry}`],
    // npm would send the same code again by itself, also after a 429: each counts as a try with npm.
    ...(otp === null ? [] : ["--fetch-retries=0"]),
  ];
  const env = otp === null ? at.env : { ...at.env, NPM_CONFIG_OTP: otp };
  const ran = await npm(args, { cwd: at.folder, env });
  if (ran.status === 0) return { kind: "published" };
  const outcome = readFailure(ran.stdout, ran.stderr);
  if (outcome.kind !== "otp") quote(ran.stderr, otp === null ? at.secrets : [...at.secrets, otp]);
  return outcome;
}
