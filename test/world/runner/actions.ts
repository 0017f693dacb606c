import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { JobOrder } from "../types.ts";

export interface Action {
  main: string;
  post: string | null;
  /** `post-if`; runs in any case where it is not given. */
  postIf: string;
  /** Input → default, where it has one. */
  defaults: Record<string, string>;
  folder: string;
}

interface ActionFile {
  inputs?: Record<string, { default?: unknown } | null>;
  runs: { using: string; main: string; post?: string; "post-if"?: string; pre?: string };
}

/** Finds `owner/name/folder@ref` among the order's local copies. Throws a sentence where it isn't there or isn't JavaScript. */
export async function readAction(order: JobOrder, uses: string): Promise<Action> {
  const [path = ""] = uses.split("@");
  const [owner = "", name = "", ...inside] = path.split("/");
  const known = order.actions.get(`${owner}/${name}`);
  if (known === undefined) throw new Error(`This runner doesn't have the action ${uses}.`);
  const folder = join(known, ...inside);
  const file = ["action.yml", "action.yaml"].map((one) => join(folder, one)).find((one) => existsSync(one));
  if (file === undefined) throw new Error(`The action ${uses} has no action.yml.`);
  const { inputs = {}, runs } = parse(await readFile(file, "utf8")) as ActionFile;
  if (!/^node\d+$/.test(runs.using))
    throw new Error(`This runner runs JavaScript actions only; ${uses} is ${runs.using}.`);
  if (runs.pre !== undefined) throw new Error(`This runner runs no pre scripts; ${uses} has one.`);
  const defaults: Record<string, string> = {};
  for (const [input, of] of Object.entries(inputs))
    if (of?.default !== undefined && of.default !== null) defaults[input] = String(of.default);
  return {
    main: join(folder, runs.main),
    post: runs.post === undefined ? null : join(folder, runs.post),
    postIf: runs["post-if"] ?? "always()",
    defaults,
    folder,
  };
}

/** `INPUT_…` as GitHub's runner names it: spaces turn into underscores, the rest stays (also hyphens). */
export function inputVariables(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value]),
  );
}
