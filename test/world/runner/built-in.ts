import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JobOrder } from "../types.ts";
import type { Folders } from "./contexts.ts";
import { makeRepository } from "./git.ts";
import { refNameOf } from "./refs.ts";

/**
 * actions/checkout: the files of the run's commit as a git repository, in the workspace or below it. Throws a sentence where
 * another commit or repository is asked for: it would get this one.
 */
export async function checkout(order: JobOrder, folders: Folders, given: Record<string, string>): Promise<void> {
  const { repository, sha, ref, files } = order;
  const own = { repository: [`${repository.owner}/${repository.name}`], ref: [sha, ref, refNameOf(ref)] };
  for (const [input, values] of Object.entries(own)) {
    const value = given[input] ?? "";
    if (value !== "" && !values.includes(value))
      throw new Error(`This runner checks out the run's own commit only, not the ${input} ${value}.`);
  }
  const folder = join(folders.work, given["path"] ?? ".");
  await mkdir(folder, { recursive: true });
  for (const [path, text] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  await makeRepository(order, folders, folder, given["persist-credentials"] !== "false");
}

/**
 * actions/setup-node: with `registry-url` an .npmrc that takes the token from the environment (its `src/authutil.ts`), and the
 * stand-in token it exports where a step brings none. The answer are variables for the steps after it.
 */
export async function setupNode(folders: Folders, given: Record<string, string>): Promise<Record<string, string>> {
  const registry = given["registry-url"] ?? "";
  if (registry === "") return {};
  const file = join(folders.temp, ".npmrc");
  const base = registry.endsWith("/") ? registry : `${registry}/`;
  const scope = given["scope"] ?? "";
  const line = scope === "" ? "registry" : `${scope.startsWith("@") ? scope : `@${scope}`}:registry`;
  await writeFile(file, `${base.replace(/^https?:/, "")}:_authToken=\${NODE_AUTH_TOKEN}\n${line}=${base}\n`);
  return { NPM_CONFIG_USERCONFIG: file, NODE_AUTH_TOKEN: "XXXXX-XXXXX-XXXXX-XXXXX" };
}
