import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ownManifest } from "../inside/own-manifest.ts";
import { readManifest } from "../pack.ts";
import type { Manifest } from "../pack.ts";
import { StepError } from "../step-error.ts";
import { say } from "../workflow.ts";

/** A package that lies ready to be published. */
export interface Source {
  name: string;
  version: string;
  /** As it was written or found, from the workspace. */
  place: string;
  /** Where npm reads its settings: the package's folder, or the workspace for a tarball. */
  folder: string;
  /** The tarball; null: it is a folder, and packed here. */
  tarball: string | null;
  manifest: Manifest;
}

/** Whether the input is more than one plain folder. */
export function namesSeveral(text: string): boolean {
  return /[\n*]|\.tgz$/.test(text.trim());
}

/**
 * The packages of a release among what the input names, in the release's order. What is none of the release's is left alone, since the
 * same workflow publishes one package, all of them, or those that changed.
 * @throws StepError where one is missing, there twice, or of another version than was approved: before anything is published
 */
export async function findSources(
  text: string,
  workspace: string,
  wanted: { names: readonly string[]; version: string },
): Promise<Source[]> {
  const found = new Map<string, Source>();
  for (const place of placesOf(text, workspace)) {
    const source = await readSource(place, workspace);
    if (source === null) continue;
    if (!wanted.names.includes(source.name)) {
      say(`${place} holds ${source.name}, which this release doesn't publish: left alone.`);
      continue;
    }
    if (source.version !== wanted.version)
      throw new StepError(
        `${place} holds ${source.name}@${source.version}, and what was approved is ${source.name}@${wanted.version}: set the version in the commit that is released. Nothing was published.`,
      );
    const other = found.get(source.name);
    if (other !== undefined)
      throw new StepError(
        `${source.name} is there twice, in ${other.place} and in ${place}: name one of them in \`package-dir\`. Nothing was published.`,
      );
    found.set(source.name, source);
  }
  const missing = wanted.names.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new StepError(
      `The release publishes ${missing.join(", ")} too, and nothing in \`package-dir\` holds ${missing.length === 1 ? "it" : "them"}: add the folder or the tarball. Nothing was published.`,
    );
  return wanted.names.flatMap((name) => found.get(name) ?? []);
}

/** What the lines of the input name, each once. A line with `*` has to match something. */
function placesOf(text: string, workspace: string): string[] {
  const places = text.split("\n").flatMap((line) => {
    const place = line.trim().replace(/\/+$/, "");
    if (place === "") return [];
    if (!place.includes("*")) return [place];
    const matched = globSync(place, { cwd: workspace }).toSorted();
    if (matched.length === 0) throw new StepError(`Nothing matches \`${place}\` in \`package-dir\`.`);
    return matched.filter((one) => one.endsWith(".tgz") || existsSync(join(workspace, one, "package.json")));
  });
  return [...new Set(places)];
}

async function readSource(place: string, workspace: string): Promise<Source | null> {
  const path = resolve(workspace, place);
  const tarball = place.endsWith(".tgz") ? path : null;
  if (tarball !== null && !(statSync(tarball, { throwIfNoEntry: false })?.isFile() ?? false))
    throw new StepError(`There is no tarball ${place}: look at \`package-dir\`.`);
  const text = tarball === null ? manifestText(path) : (await ownManifest(tarball, place)).text;
  const { name, version } = named(text, place);
  // A workspace's root and the like: nobody releases it.
  if (name === null || version === null) return null;
  const manifest = tarball === null ? readManifest(path) : { scripts: {}, publishConfig: publishConfigOf(text) };
  return { name, version, place, folder: tarball === null ? path : workspace, tarball, manifest };
}

function manifestText(folder: string): string {
  try {
    return readFileSync(join(folder, "package.json"), "utf8");
  } catch {
    throw new StepError(
      "There is no readable package.json in `package-dir`: check out the repository before this step.",
    );
  }
}

function named(text: string, place: string): { name: string | null; version: string | null } {
  const { name, version } = fields(text, place);
  return { name: typeof name === "string" ? name : null, version: typeof version === "string" ? version : null };
}

function publishConfigOf(text: string): Record<string, unknown> {
  const { publishConfig } = fields(text, "");
  return typeof publishConfig === "object" && publishConfig !== null ? (publishConfig as Record<string, unknown>) : {};
}

function fields(text: string, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new StepError(`The package.json of ${place} can't be read.`);
  }
}
