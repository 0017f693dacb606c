import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { ensureGenerated } from "../../scripts/generate.ts";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { migrate } from "../../src/store/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the test run's server; databases are cloned from `template`. */
    databaseUrl: string;
  }
}

/** One embedded server for the whole run, with a migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensureGenerated();
  const folder = await mkdtemp(join(tmpdir(), "countersign-test-"));
  const server = await openEmbedded(folder, quiet);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  // Nothing of a test run has to outlive the machine; its many small databases are made four times as fast.
  await admin.query("alter system set fsync = off");
  await admin.query("select pg_reload_conf()");
  await admin.query("create database template");
  await admin.end();
  await migrate(server.urlOf("template"));
  project.provide("databaseUrl", server.url);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
