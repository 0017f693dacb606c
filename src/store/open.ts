import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "../../generated/prisma/client.ts";
import { openEmbedded } from "./embedded.ts";
import { DatabaseTrouble } from "./embedded/trouble.ts";
import { makeLocks, runInside } from "./exclusive.ts";
import { failAsInside, type Failure, noting } from "./inside.ts";
import { makeListener } from "./listener.ts";
import type { StoreLog } from "./log.ts";
import { migrate } from "./migrate.ts";
import { makePresence } from "./presence.ts";
import type { Database, Together } from "./rows.ts";
import { approvals } from "./tables/approvals.ts";
import { audit } from "./tables/audit.ts";
import { bookmarks } from "./tables/bookmarks.ts";
import { challenges } from "./tables/challenges.ts";
import { channels } from "./tables/channels.ts";
import { contents, packageContents } from "./tables/contents.ts";
import { inbox } from "./tables/inbox.ts";
import { leases } from "./tables/leases.ts";
import { people } from "./tables/people.ts";
import { releases } from "./tables/releases.ts";
import { repositories } from "./tables/repositories.ts";
import { runnerSessions } from "./tables/runner-sessions.ts";
import { secondBuilds } from "./tables/second-builds.ts";
import { sessions, signIns } from "./tables/sessions.ts";
import { sightings } from "./tables/sightings.ts";
import { stops } from "./tables/stops.ts";
import { tasks } from "./tables/tasks.ts";
import { todos } from "./tables/todos.ts";
import { tokens } from "./tables/tokens.ts";
import { warnings } from "./tables/warnings.ts";
import { watches } from "./tables/watches.ts";
import type { Store } from "./types.ts";
import { wiring as real } from "./wiring.ts";
import type { Wiring } from "./wiring.ts";

export { DatabaseTrouble } from "./embedded/trouble.ts";

export interface StoreOptions {
  /** A PostgreSQL server; without it one of our own runs on `dataFolder`. */
  databaseUrl?: string;
  dataFolder?: string;
  log: StoreLog;
  /** For a simulation. */
  wiring?: Wiring;
}

/** How many connections each part takes. Together below the embedded server's 50. */
const connections = { work: 12, locks: 12 };

/** How long somebody waits for a lock that another holds, and a transaction for its end, in milliseconds. */
const patience = { lock: 60_000, transaction: 15_000, connection: 10_000 };

/**
 * Opens what Countersign remembers: starts the embedded server where no other is named, brings the tables up to date, connects.
 * @throws DatabaseTrouble with a sentence for the operator
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.databaseUrl !== undefined)
    return await connectStore(options.databaseUrl, options, () => Promise.resolve());
  if (options.dataFolder === undefined) throw new DatabaseTrouble("Neither DATABASE_URL nor COUNTERSIGN_DATA is set.");
  const embedded = await openEmbedded(join(options.dataFolder, "database"), options.log);
  return await connectStore(embedded.url, options, embedded.close).catch(async (error) => {
    await embedded.close();
    throw error;
  });
}

async function connectStore(
  url: string,
  { log, wiring = real }: Pick<StoreOptions, "log" | "wiring">,
  closeServer: () => Promise<void>,
): Promise<Store> {
  const applied = await migrate(url).catch((error: unknown) => {
    throw error instanceof DatabaseTrouble ? error : unreachable(error);
  });
  if (applied.length > 0) log.info({ migrations: applied }, "The database was brought up to date.");
  const { Client } = wiring;
  const work = pool(url, connections.work, { Client }, log);
  const held = pool(url, connections.locks, { Client, options: `-c lock_timeout=${patience.lock}` }, log);
  const presence = makePresence(held, wiring.later);
  const listener = makeListener({ connectionString: url, application_name: "countersign" }, log, wiring);
  const client = new PrismaClient({ adapter: new PrismaPg(work), errorFormat: "minimal" });
  const together: Together = (inside) =>
    client.$transaction(inside, { timeout: patience.transaction, maxWait: patience.connection });
  return {
    ...tables(client, together),
    ...makeLocks(held, log),
    transaction: (work) => runInside("a transaction", () => together((database) => inOne(database, work))),
    notify: (channel, payload) => notify(client, channel, payload),
    listen: listener.listen,
    present: presence.present,
    freeAbandoned: presence.freeAbandoned,
    instances: presence.instances,
    ping: () => ping(client),
    async close() {
      presence.leave();
      await listener.close();
      await client.$disconnect();
      await Promise.all([work.end(), held.end()]);
      await closeServer();
    },
  };
}

function tables(database: Database, together: Together) {
  return {
    inbox: inbox(database, together),
    tasks: tasks(database),
    bookmarks: bookmarks(database),
    repositories: repositories(database),
    people: people(database),
    releases: releases(database),
    approvals: approvals(database),
    leases: leases(database),
    tokens: tokens(database, together),
    stops: stops(database),
    todos: todos(database),
    warnings: warnings(database),
    watches: watches(database),
    sightings: sightings(database),
    channels: channels(database),
    runnerSessions: runnerSessions(database),
    challenges: challenges(database),
    contents: contents(database),
    packageContents: packageContents(database),
    secondBuilds: secondBuilds(database),
    sessions: sessions(database),
    signIns: signIns(database),
    audit: audit(database),
  };
}

/** Work in one transaction: all of it, or an error. */
async function inOne<T>(database: Database, work: (store: Store) => Promise<T>): Promise<T> {
  const failure: Failure = { is: null };
  const result = await work(storeInside(database, failure));
  failAsInside(failure);
  return result;
}

/** The same functions inside one transaction. */
function storeInside(database: Database, failure: Failure): Store {
  const refused = (what: string) => (): Promise<never> =>
    Promise.reject(new Error(`${what} can't be used inside a transaction: take it outside.`));
  const store: Store = {
    ...noting(
      tables(database, (inside) => inside(database)),
      failure,
    ),
    transaction: (inside) => inside(store),
    exclusive: refused("exclusive"),
    listen: refused("listen"),
    present: refused("present"),
    freeAbandoned: refused("freeAbandoned"),
    instances: refused("instances"),
    close: refused("close"),
    notify: (channel, payload) => notify(database, channel, payload),
    ping: () => ping(database),
  };
  return store;
}

async function notify(database: Database, channel: string, payload: string): Promise<void> {
  await database.$executeRaw`select pg_notify(${channel}, ${payload})`;
}

async function ping(database: Database): Promise<void> {
  await database.$executeRaw`select 1`;
}

function pool(url: string, max: number, more: pg.PoolConfig, log: StoreLog): pg.Pool {
  const made = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: patience.connection,
    application_name: "countersign",
    ...more,
  });
  made.on("error", () => {
    if (!made.ending) log.warn({}, "An idle connection to the database was lost; the next use makes another.");
  });
  return made;
}

/** The address holds a password: it is not repeated. */
function unreachable(error: unknown): DatabaseTrouble {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new DatabaseTrouble(
    `The database that DATABASE_URL names can't be used${code}. Check the address, then start again.`,
    {
      cause: error,
    },
  );
}
