import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openEmbedded } from "../../src/store/embedded.ts";
import type { EmbeddedDatabase } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";

/** An embedded server in a folder of its own, which goes with it. Nothing of it has to outlive the machine: its small databases are made and emptied four times as fast. */
export async function startThrowawayServer(): Promise<EmbeddedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-test-"));
  const server = await openEmbedded(folder, quiet);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query("alter system set fsync = off");
  await admin.query("alter system set full_page_writes = off");
  await admin.query("select pg_reload_conf()");
  await admin.end();
  return {
    ...server,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
