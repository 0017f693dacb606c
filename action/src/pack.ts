import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { jsonIn, npm, quote } from "./child.ts";
import { StepError } from "./step-error.ts";
import { say } from "./workflow.ts";

export interface Packed {
  file: string;
  name: string;
  version: string;
  /** SHA-1 in hex and SHA-512 as in `dist` on the registry, of the very bytes that are published. */
  shasum: string;
  integrity: string;
  /** Somebody else packed it. */
  given?: boolean;
}

/** What is read of package.json. */
export interface Manifest {
  scripts: Record<string, unknown>;
  publishConfig: Record<string, unknown>;
}

export function readManifest(folder: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    throw new StepError(
      "There is no readable package.json in `package-dir`: check out the repository before this step.",
    );
  }
  const { scripts, publishConfig } = (manifest ?? {}) as Partial<Manifest>;
  return { scripts: scripts ?? {}, publishConfig: publishConfig ?? {} };
}

/**
 * Runs the package's scripts as `npm publish` would, but once, before anybody is asked for a code, and without any token near
 * them; then packs. What was packed here is what is published, byte for byte, however often npm asks.
 */
export async function pack(
  folder: string,
  target: string,
  manifest: Manifest,
  env: Record<string, string>,
  scripts: boolean,
): Promise<Packed> {
  if (scripts) await runScripts(["prepublishOnly", "prepack", "prepare"], folder, manifest, env);
  const ran = await npm(["pack", "--json", "--ignore-scripts", `--pack-destination=${target}`], { cwd: folder, env });
  if (scripts) await runScripts(["postpack"], folder, manifest, env);
  const [file] = readdirSync(target).filter((name) => name.endsWith(".tgz"));
  const { name, version } = firstEntry(jsonIn(ran.stdout));
  if (ran.status !== 0 || file === undefined || name === undefined || version === undefined) {
    quote(ran.stderr, []);
    throw new StepError("npm could not pack the package; its own words are above.");
  }
  return { file: join(target, file), name, version, ...digestsOf(join(target, file)) };
}

/** SHA-1 in hex and SHA-512 as in `dist` on the registry, of a file's bytes. */
export function digestsOf(file: string): Pick<Packed, "shasum" | "integrity"> {
  const bytes = readFileSync(file);
  return {
    shasum: createHash("sha1").update(bytes).digest("hex"),
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
  };
}

/**
 * npm reads the file anew each time that it is asked, and what else runs in the job may have written to it since.
 * @throws StepError where the bytes aren't those any more that were told and looked into
 */
export function refuseChanged({ file, name, version, integrity }: Packed): void {
  if (existsSync(file) && digestsOf(file).integrity === integrity) return;
  throw new StepError(
    `The tarball of ${name}@${version} was changed after it was packed and looked into: see what else runs in the job. It was not published.`,
  );
}

/** Runs those of these scripts that the package has, one after the other. */
export async function runScripts(
  names: readonly string[],
  folder: string,
  { scripts }: Manifest,
  env: Record<string, string>,
): Promise<void> {
  for (const name of names.filter((one) => typeof scripts[one] === "string")) {
    say(`Running the package's script ${name}, without any token.`);
    // npm runs the named script in spite of the option, and not what comes before and after it.
    const { status } = await npm(["run", name, "--ignore-scripts"], { cwd: folder, env, show: true });
    if (status !== 0) throw new StepError(`The package's script ${name} failed (${status}).`);
  }
}

/** npm lists what it packed, in an array or by name. */
function firstEntry(json: unknown): { name?: string; version?: string } {
  const [entry] = Object.values((json ?? {}) as Record<string, unknown>);
  const { name, version } = (entry ?? {}) as Record<string, unknown>;
  return typeof name === "string" && typeof version === "string" ? { name, version } : {};
}
