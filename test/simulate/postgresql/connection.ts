import pg from "pg";
import { quiet } from "../../../src/store/log.ts";
import { openStore } from "../../../src/store/open.ts";
import type { RunConnection } from "../database.ts";
import type { Step } from "../store/index.ts";
import type { AtServer } from "./at-server.ts";
import type { CommittedRows } from "./rows.ts";
import type { Watchtower } from "./server.ts";
import { nameOf, writtenBy } from "./statement.ts";

/** What the connections of all instances share. */
export interface Shared {
  server: Watchtower;
  atServer: AtServer;
  rows: CommittedRows;
}

/** The real store of one instance, each statement of which takes a step before it goes to the server and after it came back. */
export async function connect(url: string, step: Step, shared: Shared): Promise<RunConnection> {
  const instance = new InstanceConnections(step, shared);
  const store = await openStore({
    databaseUrl: url,
    log: quiet,
    wiring: {
      Client: instance.Client,
      // Real time decides nothing.
      later: (_ms, work) => {
        const tried = (): void => void instance.alive().then(work, () => undefined);
        void step("connect again", "before").then(tried, tried);
      },
    },
  });
  // What Prisma loads when it is first used is loaded before anything is decided.
  instance.warmsUp = true;
  await store.ping();
  instance.warmsUp = false;
  return { store, kill: () => instance.kill(), cut: () => instance.cut() };
}

type Given = Parameters<pg.Client["query"]>;

/** One connection, and what it has written and not committed. */
interface Watched {
  client: pg.Client;
  /** As pg has it. */
  query: pg.Client["query"];
  written: Set<string>;
}

/** All connections of one instance. */
class InstanceConnections {
  readonly #step: Step;
  readonly #shared: Shared;
  /** Those that stand, with what resolves when the server's process behind it has ended. */
  readonly #open = new Map<pg.Client, Promise<void>>();
  #dead = false;
  warmsUp = false;
  readonly Client: typeof pg.Client;

  constructor(step: Step, shared: Shared) {
    this.#step = step;
    this.#shared = shared;
    const watch = (client: pg.Client): void => this.#watch(client);
    this.Client = class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        watch(this);
      }
    };
  }

  /** Resolves at once; never where the instance was killed. */
  async alive(): Promise<void> {
    // Each a promise of its own: one for all would keep everything that ever waited for it.
    if (this.#dead) await new Promise<never>(() => undefined);
  }

  async kill(): Promise<void> {
    this.#dead = true;
    // Whoever heard of an error is gone, too.
    for (const client of this.#open.keys()) client.on("error", () => undefined);
    await this.cut();
  }

  async cut(): Promise<void> {
    await this.#end([...this.#open.keys()]);
  }

  /** Has the server end these connections, and waits until it has: what they held is free then, and those who use them know. */
  async #end(clients: pg.Client[]): Promise<void> {
    const { server, atServer } = this.#shared;
    // One after another: at once, the order in which they are lost would be the server's to decide.
    for (const client of clients) {
      const [pid, ended] = [pidOf(client), this.#open.get(client)];
      if (pid === null || ended === undefined) continue;
      await atServer.ask(null, async () => {
        await server.terminate(pid);
        await ended;
      });
    }
  }

  #watch(client: pg.Client): void {
    const connect = client.connect.bind(client);
    const watched: Watched = { client, query: client.query.bind(client), written: new Set() };
    let line: Promise<unknown> = Promise.resolve();
    const connected = async (): Promise<void> => {
      await this.alive();
      await this.#ask(null, async () => {
        await connect();
        const ended = new Promise<void>((end) => client.once("end", end));
        this.#open.set(client, ended);
        void ended.then(() => this.#open.delete(client));
        if (this.#dead) await client.end();
      });
    };
    const query = async (...given: Given): Promise<unknown> => {
      // One after another, as pg has it.
      const mine = line.then(async () => await this.#statement(watched, given));
      line = mine.catch(() => undefined);
      return await mine;
    };
    Object.assign(client, { connect: withCallback(connected), query: withCallback(query) });
  }

  async #statement({ client, query, written }: Watched, given: Given): Promise<unknown> {
    const [asked] = given as unknown as [string | { text: string }];
    const sql = typeof asked === "string" ? asked : asked.text;
    await this.#take(client, sql, "before");
    const answer = await this.#ask(pidOf(client), async () => {
      for (const table of writtenBy(sql)) written.add(table);
      return await (query(...given) as unknown as Promise<unknown>);
    }).finally(() => {
      // Within a transaction nobody else sees it yet.
      if (client.getTransactionStatus() === "T") return;
      for (const table of written) this.#shared.rows.changed(table);
      written.clear();
    });
    await this.#take(client, sql, "after");
    return answer;
  }

  /** Asks the server. Whoever was killed meanwhile asks for nothing, and hears nothing. */
  async #ask<T>(pid: number | null, work: () => Promise<T>): Promise<T> {
    const { atServer } = this.#shared;
    const alive = async (): Promise<T> => await (this.#dead ? Promise.reject(new Error("killed")) : work());
    return await atServer.ask(pid, alive).finally(async () => await this.alive());
  }

  /** A step. Where it throws the connection is lost: before the statement got to the server, or before its answer came. */
  async #take(client: pg.Client, sql: string, when: "before" | "after"): Promise<void> {
    await this.alive();
    if (this.warmsUp) return;
    try {
      await this.#step(nameOf(sql), when);
    } catch {
      await this.#end([client]);
      await this.alive();
      throw new Error("Connection terminated unexpectedly");
    }
    await this.alive();
  }
}

/** The number of the server's process behind a connection, as it was told when it was made. */
function pidOf(client: pg.Client): number | null {
  return (client as pg.Client & { processID: number | null }).processID;
}

type Callback = (error: unknown, value?: unknown) => void;

/** pg's functions promise, or call back where the last thing given is a function. */
function withCallback(work: (...given: never[]) => Promise<unknown>) {
  return (...given: unknown[]): unknown => {
    const callback = given.at(-1);
    if (typeof callback !== "function") return work(...(given as never[]));
    const done = callback as Callback;
    return void work(...(given.slice(0, -1) as never[])).then(
      (value) => done(null, value),
      (error: unknown) => done(error),
    );
  };
}
