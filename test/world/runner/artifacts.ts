import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { JobOrder } from "../types.ts";
import type { Folders } from "./contexts.ts";

/**
 * actions/upload-artifact: a file, a folder, or files of a folder by a pattern of their names, kept for the run's other jobs. Hidden
 * files are left out, as that action does it. Throws a sentence where there is nothing and `if-no-files-found` says `error`.
 */
export async function uploadArtifact(order: JobOrder, { work }: Folders, given: Record<string, string>): Promise<void> {
  const name = given["name"] ?? "artifact";
  const files = await filesAt(resolve(work, given["path"] ?? ""));
  if (files.size === 0) {
    if (given["if-no-files-found"] === "error")
      throw new Error(`No files were found with the provided path: ${given["path"] ?? ""}.`);
    return;
  }
  if (order.artifacts === undefined) throw new Error("This runner's run keeps no artifacts.");
  if (order.artifacts.has(name))
    throw new Error(`an artifact with this name already exists on the workflow run: ${name}`);
  order.artifacts.set(name, files);
}

/** actions/download-artifact, by name. */
export async function downloadArtifact(
  order: JobOrder,
  { work }: Folders,
  given: Record<string, string>,
): Promise<void> {
  const name = given["name"] ?? "";
  if (name === "") throw new Error("This runner downloads an artifact by its name only.");
  const files = order.artifacts?.get(name);
  if (files === undefined) throw new Error(`Unable to download artifact(s): Artifact not found for name: ${name}`);
  for (const [path, bytes] of files) {
    const target = join(resolve(work, given["path"] ?? "."), path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

async function filesAt(path: string): Promise<Map<string, Uint8Array>> {
  const [folder, pattern] = [dirname(path), basename(path)];
  if (pattern.includes("*")) {
    const form = new RegExp(`^${pattern.split("*").map(escaped).join("[^/]*")}$`);
    const names = (await readdir(folder).catch(() => [])).filter((one) => form.test(one) && !one.startsWith("."));
    return new Map(await Promise.all(names.map(async (one) => [one, await readFile(join(folder, one))] as const)));
  }
  const about = await stat(path).catch(() => null);
  if (about === null) return new Map();
  if (about.isFile()) return new Map([[basename(path), await readFile(path)]]);
  const all = await readdir(path, { recursive: true, withFileTypes: true });
  const files = all.filter((one) => one.isFile() && !isHidden(relative(path, join(one.parentPath, one.name))));
  return new Map(
    await Promise.all(
      files.map(async (one) => {
        const full = join(one.parentPath, one.name);
        return [relative(path, full), await readFile(full)] as const;
      }),
    ),
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

const isHidden = (path: string): boolean => path.split("/").some((part) => part.startsWith("."));
