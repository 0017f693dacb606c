import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseAccount } from "../../src/store/embedded/account.ts";
import { findBinaries } from "../../src/store/embedded/binaries.ts";
import { startServer } from "../../src/store/embedded/server.ts";
import type { Server } from "../../src/store/embedded/server.ts";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { onServer } from "./stores.ts";
import type { StoryStore } from "./stores.ts";

/** A PostgreSQL server that a test stops and starts again, always at the same address. */
export interface OwnPostgres {
  store: StoryStore;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-pg-"));
  // Made once by the embedded store's own means; from then on it is a server like any other.
  await (await openEmbedded(folder, quiet)).close();
  const account = await chooseAccount();
  const { postgres } = await findBinaries(folder, false);
  const sockets = await mkdtemp(join(tmpdir(), "cs-"));
  let server: Server | null = null;
  const start = async (): Promise<void> => {
    // Its keeper removes the folder with the server.
    await mkdir(sockets, { recursive: true, mode: 0o700 });
    server ??= await startServer({ postgres, data: join(folder, "postgres"), sockets, account, log: quiet });
  };
  const stop = async (): Promise<void> => {
    await server?.stop();
    server = null;
  };
  await start();
  const url = `postgresql://countersign@localhost/countersign?host=${encodeURIComponent(sockets)}`;
  const drop = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { store: onServer(url, drop), start, stop };
}
