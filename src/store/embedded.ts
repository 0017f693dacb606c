import { spawn } from "node:child_process";
import { chmod, chown, lstat, mkdir, readdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import { type Account, blockedAt, chooseAccount, giveTo } from "./embedded/account.ts";
import { findBinaries } from "./embedded/binaries.ts";
import { clearLeftover } from "./embedded/leftover.ts";
import { lockFolder } from "./embedded/lock.ts";
import { keepRunning } from "./embedded/keep.ts";
import { startServer } from "./embedded/server.ts";
import type { Server } from "./embedded/server.ts";
import { makeSocketFolder, makeSocketFolderAt } from "./embedded/socket-folder.ts";
import { codeOf, DatabaseTrouble } from "./embedded/trouble.ts";
import type { StoreLog } from "./log.ts";

const name = "countersign";

/** The PostgreSQL server that runs beside the app. */
export interface EmbeddedDatabase {
  /** Connection string for pg, by the private socket. */
  url: string;
  /** The same for another database on this server. */
  urlOf(database: string): string;
  close(): Promise<void>;
}

/**
 * Runs PostgreSQL on the data below `dataFolder` (made where it is missing), reachable only by a Unix socket in a folder of
 * ours. It ends with the app, however the app ends; where it ends by itself it is started again. The folder is held: a second start on it is refused.
 * @throws DatabaseTrouble with a sentence for the operator
 */
export async function openEmbedded(dataFolder: string, log: StoreLog): Promise<EmbeddedDatabase> {
  const account = await chooseAccount();
  const folder = await makeFolder(dataFolder, account);
  const lock = await lockFolder(folder);
  try {
    const binaries = await findBinaries(folder, false).then(async (found) =>
      (await blockedAt(found.postgres, account)) === null ? found : await findBinaries(folder, true),
    );
    const data = join(folder, "postgres");
    await initialise(binaries.initdb, data, account);
    await giveTo(data, account);
    await clearLeftover(data);
    const sockets = await makeSocketFolder(account);
    const start = async (): Promise<Server> =>
      await startServer({ postgres: binaries.postgres, data, sockets, account, log }).catch(async (error) => {
        await rm(sockets, { recursive: true, force: true });
        throw error;
      });
    const first = await start();
    const server = keepRunning(
      first,
      async () => {
        await clearLeftover(data);
        // At the same place: connections are made again without a word.
        await makeSocketFolderAt(sockets, account);
        return await start();
      },
      log,
    );
    const urlOf = (database: string): string =>
      `postgresql://${name}@localhost/${database}?host=${encodeURIComponent(sockets)}`;
    await makeDatabase(urlOf);
    const close = async (): Promise<void> => {
      await server.stop();
      await lock.release();
    };
    return { url: urlOf(name), urlOf, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The data folder, ours alone; where the server is another user, that one may pass through it but see nothing. */
async function makeFolder(dataFolder: string, account: Account): Promise<string> {
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DatabaseTrouble(
      `The folder ${dataFolder} can't be made (${codeOf(error)}). Set COUNTERSIGN_DATA to one that can.`,
      {
        cause: error,
      },
    );
  }
  const folder = await realpath(dataFolder);
  if (account.uid === undefined) return folder;
  await chmod(folder, 0o711);
  const blocked = await blockedAt(folder, account);
  if (blocked === null) return folder;
  throw new DatabaseTrouble(
    `PostgreSQL doesn't run as root, and user ${account.uid} may not pass through ${blocked}. ` +
      "Run Countersign as an ordinary user, put COUNTERSIGN_DATA elsewhere, or set DATABASE_URL.",
  );
}

/** Makes a new cluster under another name first, so that an interrupted start leaves nothing that looks whole. */
async function initialise(initdb: string, data: string, account: Account): Promise<void> {
  if (await lstat(join(data, "PG_VERSION")).catch(() => null)) return await checkVersion(data, initdb);
  const folder = join(data, "..");
  for (const old of await readdir(folder)) {
    if (old.startsWith("postgres.new-")) await rm(join(folder, old), { recursive: true, force: true });
  }
  const unfinished = `${data}.new-${process.pid}`;
  await mkdir(unfinished, { mode: 0o700 });
  if (account.uid !== undefined) await chown(unfinished, account.owner.uid, account.owner.gid);
  const command = [...account.prefix, initdb, "-D", unfinished, "-U", name, ...initOptions];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" },
    ...(account.uid === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
  const status = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", resolve);
  });
  const said = await text(child.stderr);
  if ((await status) !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    const why =
      said
        .trim()
        .split("\n")
        .find((line) => /error|fatal|not found/i.test(line)) ?? said.trim();
    throw new DatabaseTrouble(
      `PostgreSQL couldn't make its data in ${folder}: ${why || "its programs don't run here (they need glibc)"}. ` +
        "Mend that, or set DATABASE_URL.",
    );
  }
  await rename(unfinished, data);
}

/** Trust is for the socket alone, which lies in a folder of ours; text compares by code point, whatever the machine's locale. */
const initOptions = [
  ...["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"],
  ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"],
];

async function checkVersion(data: string, initdb: string): Promise<void> {
  const made = (await readFile(join(data, "PG_VERSION"), "utf8")).trim();
  if (made === majorVersion) return;
  throw new DatabaseTrouble(
    `The data in ${data} was made by PostgreSQL ${made}; this Countersign brings ${majorVersion} (${initdb}). ` +
      "Dump it with the older version and load it into this one.",
  );
}

const majorVersion = "18";

async function makeDatabase(urlOf: (database: string) => string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
}
