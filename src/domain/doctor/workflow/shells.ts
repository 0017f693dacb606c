import { isTable, own } from "../../workflow/unfit.ts";
import type { Table } from "../../workflow/unfit.ts";
import type { Dialect } from "./shell.ts";

/** The language of a step's script; null: one in which commands can't be told from other text. */
export function dialectOf(root: Table, job: Table, step: Table): Dialect | null {
  const named = [own(step, "shell"), defaultShell(job), defaultShell(root)].find((shell) => shell !== undefined);
  const shell = typeof named === "string" ? named.trim() : onWindows(job) ? "pwsh" : "bash";
  // `bash -e {0}`, `/usr/bin/bash {0}`
  const program =
    (shell.split(/\s+/)[0] ?? "")
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.exe$/i, "") ?? "";
  if (["bash", "sh", "zsh", "dash", "ksh"].includes(program)) return "posix";
  if (["pwsh", "powershell"].includes(program)) return "powershell";
  return program === "cmd" ? "cmd" : null;
}

function defaultShell(table: Table): unknown {
  const defaults = own(table, "defaults");
  const run = isTable(defaults) ? own(defaults, "run") : undefined;
  return isTable(run) ? own(run, "shell") : undefined;
}

function onWindows(job: Table): boolean {
  return JSON.stringify(own(job, "runs-on") ?? "")
    .toLowerCase()
    .includes("windows");
}
