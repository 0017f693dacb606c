import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = join(import.meta.dirname, "..", "..");

/** What a next version may do to tables that an older one still uses: add to them. */
const migration = `
  alter table "Release" add column "addedLater" text;
  alter table "Lease" add column "addedLater" integer not null default 7;
  alter table "Delivery" add column "addedLater" jsonb;
  alter table "Task" add column "addedLater" timestamptz;
  create table "AddedLater" (id text primary key, "releaseId" text not null references "Release" (id));
  create index "Task_addedLater_idx" on "Task" ("addedLater");
`;

/** A newer version in a folder of its own: this one, with a migration that this one doesn't know. */
export async function makeNewer(): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "countersign-newer-"));
  for (const part of ["src", "generated", "prisma", "package.json"])
    await cp(join(here, part), join(root, part), { recursive: true });
  await symlink(join(here, "node_modules"), join(root, "node_modules"));
  const folder = join(root, "prisma", "migrations", "29990101000000_added_later");
  await mkdir(folder);
  await writeFile(join(folder, "migration.sql"), migration);
  return { root, remove: async () => await rm(root, { recursive: true, force: true }) };
}
