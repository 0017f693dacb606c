import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";

export type StoreKind = "embedded" | "postgresql";

/** Where the app of one story keeps what it remembers. */
export interface StoryStore {
  kind: StoreKind;
  /** Settings of the app. */
  env: Record<string, string>;
  /** Writes into it before the app begins. */
  before(write: (store: Store) => Promise<void>): Promise<void>;
  /** Address past the app; null: the database isn't there now. */
  url(): Promise<string | null>;
  drop(): Promise<void>;
}

const keys = `k:${Buffer.alloc(32, 7).toString("base64")}`;

/** A database on a server. */
export function onServer(databaseUrl: string, drop: () => Promise<void>): StoryStore {
  return {
    kind: "postgresql",
    env: { DATABASE_URL: databaseUrl, COUNTERSIGN_KEYS: keys },
    before: async (write) => await inStore({ databaseUrl }, write),
    url: () => Promise.resolve(databaseUrl),
    drop,
  };
}

/** The embedded one, in a folder of its own. */
export async function embedded(): Promise<StoryStore> {
  const dataFolder = await mkdtemp(join(tmpdir(), "countersign-chaos-"));
  return onFolder(dataFolder, async () => await rm(dataFolder, { recursive: true, force: true }));
}

/** The embedded one, in a folder that is there. */
export function onFolder(dataFolder: string, drop: () => Promise<void>): StoryStore {
  return {
    kind: "embedded",
    env: { COUNTERSIGN_DATA: dataFolder },
    before: async (write) => await inStore({ dataFolder }, write),
    url: async () => await embeddedUrl(dataFolder),
    drop,
  };
}

/** The folder of its socket stands in the fifth line of PostgreSQL's own pid file. */
export async function embeddedUrl(dataFolder: string): Promise<string | null> {
  const file = join(dataFolder, "database", "postgres", "postmaster.pid");
  const sockets = (await readFile(file, "utf8").catch(() => "")).split("\n")[4] ?? "";
  return sockets === "" ? null : `postgresql://countersign@localhost/countersign?host=${encodeURIComponent(sockets)}`;
}

async function inStore(
  where: { databaseUrl: string } | { dataFolder: string },
  write: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore({ ...where, log: quiet });
  try {
    await write(store);
  } finally {
    await store.close();
  }
}
