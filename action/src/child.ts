import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { linesOf, say } from "./workflow.ts";

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Variables that npm and the package's scripts have no business with: proofs of the job (npm takes NPM_ID_TOKEN for one, too),
 * inputs, tokens, and the file that tells the post step where the token is to be revoked.
 */
const kept =
  /^(ACTIONS_ID_TOKEN_|ACTIONS_RUNTIME_TOKEN$|(NPM|SIGSTORE)_ID_TOKEN$|INPUT_|STATE_|GITHUB_STATE$|NODE_AUTH_TOKEN$|NPM_TOKEN$|npm_config_otp$|npm_config_.*_auth|npm_config_provenance$)/i;

/**
 * This process's variables without those, and without any whose value is the token. Without GitHub's id-token variables npm can't
 * try trusted publishing, which would leave token and second factor aside without a word.
 */
export function bareEnvironment(token: string): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !kept.test(name) && (token === "" || !value.includes(token)),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

/**
 * Runs npm. `show`: its output goes to the log, where no line of it is a command (`::stop-commands::` would have the runner
 * ignore that a code is to be masked); otherwise it is collected. No secret is ever an argument.
 */
export async function npm(
  args: readonly string[],
  { cwd, env, show = false }: { cwd: string; env: Record<string, string>; show?: boolean },
): Promise<Ran> {
  return await new Promise((resolve) => {
    const child = spawn("npm", [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    if (show) for (const stream of [child.stdout, child.stderr]) sayLines(stream);
    else {
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    }
    child.once("error", () => resolve({ status: 127, stdout, stderr: "npm could not be started" }));
    child.once("close", (status) => resolve({ status: status ?? 1, stdout, stderr }));
  });
}

/** Line by line, so that two processes' words don't mix within one. */
function sayLines(stream: Readable): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", say);
}

/** npm's own words for the log, with these values hidden in case it repeats them. */
export function quote(text: string, secrets: readonly string[]): void {
  const hidden = secrets.filter((one) => one !== "").reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  for (const line of linesOf(hidden)) if (line.trim() !== "") say(`npm| ${line}`);
}

/** The JSON value that an output ends with, after whatever came before it; null where there is none. */
export function jsonIn(text: string): unknown {
  for (const start of text.matchAll(/^[[{]/gm)) {
    try {
      return JSON.parse(text.slice(start.index)) as unknown;
    } catch {
      // Something that only looks like the beginning.
    }
  }
  return null;
}
