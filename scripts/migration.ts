// Writes the next migration: node scripts/run.mjs scripts/migration.ts --name add_something
// A throw-away database gets all migrations there are; what it lacks of prisma/schema.prisma becomes the next one.
// With --check nothing is written, and the status is 1 where something is missing.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openEmbedded } from "../src/store/embedded.ts";
import { quiet } from "../src/store/log.ts";
import { migrate, migrationsFolder } from "../src/store/migrate.ts";
import { schemaDiff } from "./schema-diff.ts";

/** SQL that the migrations lack of the schema; empty where they are complete. */
async function missing(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-migration-"));
  const database = await openEmbedded(folder, quiet);
  try {
    await migrate(database.url);
    return await schemaDiff(database.url, schemaText());
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function schemaText(): string {
  return readFileSync(fileURLToPath(new URL("../prisma/schema.prisma", import.meta.url)), "utf8");
}

function write(name: string, sql: string): string {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = join(migrationsFolder, `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "migration.sql"), sql);
  return `${stamp}_${name}`;
}

const { values } = parseArgs({ options: { name: { type: "string" }, check: { type: "boolean", default: false } } });
if (!values.check && !/^[a-z][a-z0-9_]*$/.test(values.name ?? "")) {
  console.error(
    "Give the migration a name of lower-case words, e.g. --name add_reviewers, or --check to write nothing.",
  );
  process.exit(2);
}
mkdirSync(migrationsFolder, { recursive: true });
const sql = await missing();
if (sql === "") console.log("The migrations fit the schema.");
else if (values.check) console.log(`The migrations lack:\n${sql}`);
else console.log(`Wrote prisma/migrations/${write(values.name!, sql)}/migration.sql. Read it before you commit it.`);
process.exitCode = sql !== "" && values.check ? 1 : 0;
