import pg from "pg";
import type { TestProject } from "vitest/node";
import { ensureGenerated } from "../../scripts/generate.ts";
import { migrate } from "../../src/store/migrate.ts";
import { startThrowawayServer } from "./throwaway-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the test run's server; databases are cloned from `template`. */
    databaseUrl: string;
  }
}

/** One embedded server for the whole run, with a migrated database to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  ensureGenerated();
  const server = await startThrowawayServer();
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("create database template");
  await admin.end();
  await migrate(server.urlOf("template"));
  project.provide("databaseUrl", server.url);
  return async () => await server.close();
}
