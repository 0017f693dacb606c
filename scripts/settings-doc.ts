import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { variablesTable } from "../src/settings/variables.ts";

/** Writes the table of docs/settings.md from the list of variables; a test fails where the two differ. */
const path = join(import.meta.dirname, "..", "docs", "settings.md");
const table = /^\| variable \|.*(?:\n\|.*)*/m;
const page = readFileSync(path, "utf8");
if (!table.test(page)) throw new Error(`${path} has no table that begins with "| variable |".`);
writeFileSync(
  path,
  page.replace(table, () => variablesTable()),
);
