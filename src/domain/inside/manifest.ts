import { limits } from "./limits.ts";
import { told } from "./hidden.ts";
import { withoutSecrets } from "./secrets.ts";
import type { ManifestChange, ScriptChange } from "./types.ts";

/** How deep package.json is compared; what lies deeper is compared as a whole. */
const deepest = 6;

/** What npm runs by itself: the first three wherever the package is installed, the others where it is installed from git. */
export const installScripts = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"] as const;

type Fields = Record<string, unknown>;

/** The object that a package.json is; null where it is none. */
export function readManifest(text: string | null): Fields | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(withoutSecrets(text).replace(/^\ufeff/, ""));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** Every value that differs, in the order of the newer file; what it lost comes last. */
export function manifestChanges(was: Fields, now: Fields): ManifestChange[] {
  const changes: ManifestChange[] = [];
  compare([], was, now, changes);
  return changes;
}

function compare(at: string[], was: unknown, now: unknown, changes: ManifestChange[]): void {
  if (at.length < deepest && (isFields(was) || was === undefined) && (isFields(now) || now === undefined)) {
    const [before, after]: [Fields, Fields] = [was ?? {}, now ?? {}];
    if (Object.keys(before).length + Object.keys(after).length > 0) {
      for (const name of new Set([...Object.keys(after), ...Object.keys(before)]))
        compare([...at, name], own(before, name), own(after, name), changes);
      return;
    }
  }
  const [before, after] = [asText(was), asText(now)];
  if (before !== after)
    changes.push({
      at: at.map((name) => told(name, 100)),
      was: shortened(before, after),
      now: shortened(after, before),
    });
}

/** The scripts that npm runs by itself, as they were and as they are. */
export function scriptChanges(was: Fields, now: Fields, gyp: { was: boolean; now: boolean }): ScriptChange[] {
  const [before, after] = [scriptsOf(was, gyp.was), scriptsOf(now, gyp.now)];
  return installScripts.flatMap((name) => {
    const [then, today] = [before.get(name) ?? null, after.get(name) ?? null];
    if (then === null && today === null) return [];
    const implied = name === "install" && (today ?? then) === gypScript && own(own(now, "scripts"), name) === undefined;
    return [{ name, now: shortened(today, then), was: shortened(then, today), implied }];
  });
}

/** What npm runs where a package brings a `*.gyp` file and doesn't say itself what to run (npm, package-json's normalize). */
const gypScript = "node-gyp rebuild";

function scriptsOf(manifest: Fields, gyp: boolean): Map<string, string> {
  const scripts = own(manifest, "scripts");
  const found = new Map<string, string>();
  for (const name of installScripts) {
    const script = own(scripts, name);
    if (typeof script === "string" && script.trim() !== "") found.set(name, script);
  }
  const silent = !found.has("install") && !found.has("preinstall");
  if (gyp && silent && own(manifest, "gypfile") !== false) found.set("install", gypScript);
  return found;
}

/** Long values are shown from where they begin to differ. */
function shortened(text: string | null, other: string | null): string | null {
  if (text === null) return null;
  const start = text.length <= limits.value || other === null ? 0 : Math.max(0, sameUntil(text, other) - 40);
  return told(start === 0 ? text : `…${text.slice(start)}`, limits.value);
}

/** How many characters two texts begin with alike. */
export function sameUntil(one: string, other: string): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
  return at;
}

function own(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A text stands for itself. */
function asText(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
