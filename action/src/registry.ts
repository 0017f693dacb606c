import { isAbsolute } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { npm } from "./child.ts";
import type { Manifest } from "./pack.ts";
import { StepError } from "./step-error.ts";

export interface NpmSettings {
  registry: string;
  /** Whether npm is to run the package's scripts at all. */
  scripts: boolean;
}

/** Which registry it is: as the step was told, as the policy says, as the package says, as npm is set up. */
export async function npmSettings(
  told: { input: string; policy: string | null; name: string },
  manifest: Manifest,
  folder: string,
  env: Record<string, string>,
): Promise<NpmSettings> {
  const scope = /^(@[^/]+)\//.exec(told.name)?.[1];
  const keys = ["registry", "ignore-scripts", ...(scope === undefined ? [] : [`${scope}:registry`])];
  const { stdout, status } = await npm(["config", "get", ...keys], { cwd: await rootOf(folder, env), env });
  if (status !== 0) throw unset();
  const set = new Map(
    stdout.split("\n").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1).trim()]),
  );
  const known = (text: unknown): string | undefined =>
    typeof text === "string" && URL.canParse(text) ? withSlash(text) : undefined;
  const [input, policy] = [known(told.input), known(told.policy)];
  if (told.input !== "" && input === undefined) throw new StepError("The input `registry` is not an address.");
  if (input !== undefined && policy !== undefined && input !== policy)
    throw new StepError("The input `registry` is another than the policy's: leave it out, or change the policy.");
  const own = known(manifest.publishConfig[`${scope}:registry`]) ?? known(manifest.publishConfig["registry"]);
  const registry = input ?? policy ?? own ?? known(set.get(`${scope}:registry`)) ?? known(set.get("registry"));
  if (registry === undefined) throw new StepError("npm doesn't say which registry it uses: give the input `registry`.");
  return { registry, scripts: set.get("ignore-scripts") !== "true" };
}

/** In a workspace npm reads the root's settings, and `npm config` answers nowhere else (ENOWORKSPACES); `npm prefix` knows it. */
async function rootOf(folder: string, env: Record<string, string>): Promise<string> {
  const { stdout, status } = await npm(["prefix"], { cwd: folder, env });
  if (status !== 0 || !isAbsolute(stdout.trim())) throw unset();
  return stdout.trim();
}

function unset(): StepError {
  return new StepError("npm is missing or can't read its settings: set up Node before this step.");
}

/** What is given to npm so that it sends the token to this registry and to no other. */
export function tokenEnvironment(registry: string, token: string): Record<string, string> {
  return {
    NODE_AUTH_TOKEN: token,
    [`npm_config_${registry.replace(/^https?:/, "")}:_authToken`]: token,
  };
}

/** Whom a token belongs to, as far as the registry tells: some tokens for single packages may not ask. */
export async function whoami(
  registry: string,
  token: string,
  timeoutMs?: number,
): Promise<{ status: number; name: string | null }> {
  const response = await ask(`${registry}-/whoami`, token, "GET", timeoutMs);
  const body = (await response?.json().catch(() => null)) as { username?: unknown } | null | undefined;
  const name = response?.ok === true && typeof body?.username === "string" ? body.username : null;
  return { status: response?.status ?? 0, name };
}

/** What the registry has of a version: nothing, just these bytes, others; null: it doesn't tell. Without a token it is asked as anybody. */
export async function whatIsThere(
  registry: string,
  token: string,
  { name, version, integrity }: { name: string; version: string; integrity: string },
): Promise<"nothing" | "same" | "other" | null> {
  const response = await ask(`${registry}${name.replace("/", "%2f")}/${version}`, token, "GET");
  if (response?.status === 404) return "nothing";
  const body = (await response?.json().catch(() => null)) as { dist?: { integrity?: unknown } } | null | undefined;
  if (response?.ok !== true || typeof body?.dist?.integrity !== "string") return null;
  return body.dist.integrity === integrity ? "same" : "other";
}

/** Whether the registry has this version with exactly these bytes; false, too, where it doesn't answer. */
export async function holds(
  registry: string,
  token: string,
  { name, version, integrity }: { name: string; version: string; integrity: string },
  pausesMs: readonly number[] = [1000, 4000],
): Promise<boolean> {
  for (const pause of pausesMs) {
    await sleep(pause);
    const response = await ask(`${registry}${name.replace("/", "%2f")}/${version}`, token, "GET");
    const body = (await response?.json().catch(() => null)) as { dist?: { integrity?: unknown } } | null | undefined;
    if (response?.ok === true && body?.dist?.integrity === integrity) return true;
  }
  return false;
}

/**
 * Asks the registry to forget a token, as `npm logout` does, and looks whether it did. Registries have answered "ok" and kept
 * the token alive: only a token that worked before and is refused after counts as revoked.
 */
export async function revoke(
  registry: string,
  token: string,
  pausesMs: readonly number[] = [0, 1000, 3000],
): Promise<{ revoked: boolean; why: string }> {
  const before = await whoami(registry, token);
  const answer = await ask(`${registry}-/user/token/${encodeURIComponent(token)}`, token, "DELETE");
  if (answer === null) return { revoked: false, why: "the registry could not be reached" };
  for (const pause of pausesMs) {
    await sleep(pause);
    const after = await whoami(registry, token);
    if (after.status === 401 || after.status === 403)
      return before.status === 200
        ? { revoked: true, why: "" }
        : {
            revoked: false,
            why: `it can't be confirmed with this kind of token (the registry answered ${answer.status})`,
          };
  }
  return { revoked: false, why: `the registry answered ${answer.status}, and the token still works` };
}

/** One question to the registry; null: no answer in time, or one that leads elsewhere. */
export async function ask(
  url: string,
  token: string,
  method: "GET" | "DELETE",
  timeoutMs = 15_000,
): Promise<Response | null> {
  return await fetch(url, {
    method,
    redirect: "error",
    headers: { accept: "application/json", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(() => null);
}

function withSlash(url: string): string {
  return new URL(url).href.replace(/\/*$/, "/");
}
