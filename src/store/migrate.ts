import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { DatabaseTrouble } from "./embedded/trouble.ts";

/** Where the migrations lie: `<timestamp>_<name>/migration.sql`, in the order of their names. */
export const migrationsFolder = fileURLToPath(new URL("../../prisma/migrations", import.meta.url));

/** The number that Prisma locks while it migrates (`SELECT pg_advisory_lock(72707369)` in its schema engine). */
const prismaLock = 72707369;

/** Prisma's own table, as its schema engine makes it, so that `prisma migrate status` agrees with us. */
const historyTable = `
  create table if not exists _prisma_migrations (
    id                  varchar(36) primary key not null,
    checksum            varchar(64) not null,
    finished_at         timestamptz,
    migration_name      varchar(255) not null,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Applies the migrations that the database lacks, each in a transaction of its own, and returns their names. Instances that start
 * at once wait for each other.
 * @throws DatabaseTrouble where the database knows a migration that we don't, or ours was edited after it was applied
 */
export async function migrate(url: string, folder = migrationsFolder): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [prismaLock]);
    await client.query(historyTable);
    const applied = await history(client);
    check(migrations, applied);
    const missing = migrations.filter(({ name }) => !applied.has(name));
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The migrations of this version of Countersign, in order. */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function history(client: pg.Client): Promise<Map<string, { checksum: string; finished: boolean }>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `select migration_name, checksum, finished_at is not null as finished
     from _prisma_migrations where rolled_back_at is null order by started_at`,
  );
  return new Map(rows.map(({ migration_name, ...row }) => [migration_name, row]));
}

function check(ours: Migration[], applied: Map<string, { checksum: string; finished: boolean }>): void {
  for (const [name, { checksum, finished }] of applied) {
    const known = ours.find((migration) => migration.name === name);
    if (known === undefined) {
      throw new DatabaseTrouble(
        `The database was migrated by a newer Countersign (${name}). Start that version, or restore a backup made before it.`,
      );
    }
    if (!finished) {
      throw new DatabaseTrouble(
        `The migration ${name} began and didn't end. Mend the database, mark it with \`prisma migrate resolve\`, then start again.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new DatabaseTrouble(
        `The migration ${name} was edited after this database had applied it. Restore the file.`,
      );
    }
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    const now = new Date();
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, $4, $4, 1)`,
      [randomUUID(), checksum, name, now],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new DatabaseTrouble(
      `The migration ${name} failed and changed nothing: ${error instanceof Error ? error.message : ""}`,
      {
        cause: error,
      },
    );
  }
}
