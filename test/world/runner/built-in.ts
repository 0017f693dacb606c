import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JobOrder } from "../types.ts";
import type { Folders } from "./contexts.ts";

/** actions/checkout: the files of the commit, into the workspace or below it. */
export async function checkout(order: JobOrder, folders: Folders, given: Record<string, string>): Promise<void> {
  for (const [path, text] of order.files) {
    const target = join(folders.work, given["path"] ?? ".", path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
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
