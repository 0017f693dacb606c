import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { migrateStatus, schemaDiff } from "../../scripts/schema-diff.ts";
import { migrate, migrationsFolder, readMigrations } from "../../src/store/migrate.ts";
import { freshDatabase } from "../support/database.ts";

const schema = readFileSync(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");

let url: string;
let folder: string;
beforeEach(async () => {
  const database = await freshDatabase("empty");
  url = database.url;
  folder = await mkdtemp(join(tmpdir(), "countersign-migrations-"));
  await cp(migrationsFolder, folder, { recursive: true });
  return async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
});

async function add(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "migration.sql"), sql);
}

async function query(sql: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

test("the migrations make what the schema describes", async () => {
  await migrate(url);
  expect(await schemaDiff(url, schema)).toBe("");
});

test("a difference between migrations and schema is seen", async () => {
  await migrate(url);
  await query('alter table "Person" drop column login');
  expect(await schemaDiff(url, schema)).toContain('ADD COLUMN     "login"');
});

test("of three that start at once exactly one applies, and a later start finds nothing to do", async () => {
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const all = (await readMigrations()).map(({ name }) => name);
  expect(applied.filter((names) => names.length > 0)).toEqual([all]);
  expect(await migrate(url)).toEqual([]);
});

test("Prisma's own engine agrees with the history", async () => {
  const migrations = await readMigrations();
  await migrate(url);
  const [row] = await query("select * from _prisma_migrations");
  expect(row).toMatchObject({ logs: null, rolled_back_at: null, applied_steps_count: 1 });
  expect(await migrateStatus(url, schema, migrations)).toMatchObject({
    hasMigrationsTable: true,
    history: null,
    editedMigrationNames: [],
    failedMigrationNames: [],
  });
  const edited = migrations.map(({ name, sql }) => ({ name, sql: `${sql} ` }));
  expect((await migrateStatus(url, schema, edited)).editedMigrationNames).toEqual(migrations.map(({ name }) => name));
});

test("a later migration is applied alone", async () => {
  await migrate(url, folder);
  await add("29990101000000_more", "create table more (id int); insert into more values (1);");
  expect(await migrate(url, folder)).toEqual(["29990101000000_more"]);
  expect(await query("select * from more")).toEqual([{ id: 1 }]);
});

test("a migration that fails changes nothing and says so", async () => {
  await migrate(url, folder);
  await add("29990101000000_broken", "create table half (id int); select nonsense;");
  await expect(migrate(url, folder)).rejects.toThrow("29990101000000_broken failed and changed nothing");
  expect(await query("select to_regclass('half') as half")).toEqual([{ half: null }]);
});

test("an edited migration and a database from a newer version are refused", async () => {
  await add("29990101000000_more", "create table more (id int);");
  await migrate(url, folder);
  await expect(migrate(url)).rejects.toThrow("migrated by a newer Countersign (29990101000000_more)");
  await writeFile(join(folder, "29990101000000_more", "migration.sql"), "create table other (id int);");
  await expect(migrate(url, folder)).rejects.toThrow("29990101000000_more was edited");
});

/** Comments aside, what an older version that still runs would trip over: it reads and writes the columns that it knows. */
const breaking =
  /\b(?:drop (?:table|column|type)|rename (?:to|column|constraint)|alter column "?\w+"? (?:type|set data type|set not null|drop default)|add column "?\w+"? [^,;]*\bnot null(?![^,;]*\bdefault\b))/i;

test("migrations only add to what an older version still uses, so that both can run side by side", async () => {
  for (const wrong of [
    'alter table "Release" drop column "holds";',
    'ALTER TABLE "Lease" RENAME COLUMN a TO b;',
    'alter table "Task" alter column "key" type int;',
    'ALTER TABLE "Task" ADD COLUMN "x" TEXT NOT NULL;',
  ])
    expect(breaking.test(wrong), wrong).toBe(true);
  for (const right of [
    'alter table "Release" add column "x" text;',
    'ALTER TABLE "Lease" ADD COLUMN "x" INTEGER NOT NULL DEFAULT 7, ADD COLUMN "y" TEXT;',
    'drop index "a"; create table "B" (id text not null);',
  ])
    expect(breaking.test(right), right).toBe(false);
  // The first two belong to no version that anybody ran.
  const later = (await readMigrations()).slice(2);
  expect(later.length).toBeGreaterThan(3);
  for (const { name, sql } of later) expect(breaking.exec(sql.replaceAll(/--.*$/gm, ""))?.[0], name).toBeUndefined();
});
