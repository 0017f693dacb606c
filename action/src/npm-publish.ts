import { jsonIn, npm, quote } from "./child.ts";
import { refuseChanged } from "./pack.ts";
import type { Packed } from "./pack.ts";

export interface Target {
  /** `npm stage publish` in place of `npm publish`. */
  stage: boolean;
  folder: string;
  packed: Packed;
  registry: string;
  tag: string;
  access: string;
  /** Variables for npm, with the token. */
  env: Record<string, string>;
  /** Values that are never to be seen in the log. */
  secrets: string[];
}

/** How an `npm publish` went. `otp`: npm asks for the second factor, with a link for a passkey where it gave one. */
export type Published =
  | { kind: "published" }
  /** npm has it; it isn't live before somebody approves it there. */
  | { kind: "staged"; stageId: string }
  | { kind: "otp"; link: { authUrl: string; doneUrl: string } | null }
  | { kind: "limited" }
  /** `passing`: npm could not be asked, or not answer; nobody knows whether it took the package. */
  | { kind: "failed"; code: string; passing: boolean };

const passing =
  /^(E5\d\d|ECONNRESET|ECONNREFUSED|ECONNABORTED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE|ERR_SOCKET_TIMEOUT|FETCH_ERROR)$/;

/**
 * Publishes what was packed. `--json` is what makes npm tell a link in full; in words it shortens it. The code goes in a
 * variable: arguments can be read by everybody on the machine.
 * @throws StepError where it isn't what was packed any more
 */
export async function publish(target: Target, otp: string | null): Promise<Published> {
  const { packed, registry } = target;
  refuseChanged(packed);
  const scope = /^(@[^/]+)\//.exec(packed.name)?.[1];
  const args = [
    ...(target.stage ? ["stage", "publish"] : ["publish"]),
    packed.file,
    "--json",
    "--ignore-scripts",
    // With a token npm can't make it; with trusted publishing npm decides, or the workflow's own setting.
    ...(target.secrets.length > 0 ? ["--provenance=false"] : []),
    `--registry=${registry}`,
    ...(scope === undefined ? [] : [`--${scope}:registry=${registry}`]),
    `--tag=${target.tag}`,
    ...(target.access === "" ? [] : [`--access=${target.access}`]),
    // npm would send the same code again by itself, also after a 429: each counts as a try with npm.
    ...(otp === null ? [] : ["--fetch-retries=0"]),
  ];
  const env = otp === null ? target.env : { ...target.env, NPM_CONFIG_OTP: otp };
  const ran = await npm(args, { cwd: target.folder, env });
  if (ran.status === 0) return target.stage ? readStaged(ran.stdout) : { kind: "published" };
  const outcome = readFailure(ran.stdout, ran.stderr);
  if (outcome.kind !== "otp") quote(ran.stderr, otp === null ? target.secrets : [...target.secrets, otp]);
  return outcome;
}

/** npm names the stage in its JSON (npm CLI, lib/commands/publish.js). */
function readStaged(stdout: string): Published {
  const [entry] = Object.values((jsonIn(stdout) ?? {}) as Record<string, unknown>);
  const listed = jsonIn(stdout) as { stageId?: unknown } | null;
  const stageId = listed?.stageId ?? (entry as { stageId?: unknown } | null | undefined)?.stageId;
  if (typeof stageId === "string" && /^[0-9a-f-]{36}$/i.test(stageId)) return { kind: "staged", stageId };
  return { kind: "failed", code: "no-stage-id", passing: false };
}

/** Reads npm's own report of a failure; pure. */
export function readFailure(stdout: string, stderr: string): Published {
  const json = (jsonIn(stdout) ?? jsonIn(stderr)) as { error?: Record<string, unknown> } | null;
  const error = json?.error ?? {};
  const code = typeof error["code"] === "string" ? error["code"] : (/^npm error code (\w+)$/m.exec(stderr)?.[1] ?? "");
  if (code === "E429") return { kind: "limited" };
  if (code !== "EOTP")
    return { kind: "failed", code: /^\w{1,40}$/.test(code) ? code : "unknown", passing: passing.test(code) };
  const { authUrl, doneUrl } = error;
  const link = typeof authUrl === "string" && typeof doneUrl === "string" ? { authUrl, doneUrl } : null;
  return { kind: "otp", link };
}
