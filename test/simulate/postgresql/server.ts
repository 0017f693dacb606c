import pg from "pg";

/** Milliseconds after which two that wait for each other are found, and after which a wait is believed. */
const [findsDeadlock, believed] = [5, 15];

/** The server as whoever watches over a run sees it: on a connection of its own, beside those of the app. */
export class Watchtower {
  readonly #client: pg.Client;
  #line: Promise<unknown> = Promise.resolve();

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** On a migrated database that nobody else uses. */
  static async open(url: string): Promise<Watchtower> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { database } = client;
    await client.query(`alter database ${pg.escapeIdentifier(database ?? "")} set deadlock_timeout = ${findsDeadlock}`);
    return new Watchtower(client);
  }

  /** All tables are empty, and numbers begin anew. */
  async empty(): Promise<void> {
    const { rows } = await this.#query<{ tables: string }>(
      `select string_agg(format('%I', tablename), ', ') as tables from pg_tables
       where schemaname = 'public' and tablename <> '_prisma_migrations'`,
    );
    await this.#query(`truncate ${rows[0]?.tables} restart identity`);
  }

  /** The processes that wait for a lock that another holds. */
  async waiting(): Promise<Set<number>> {
    const { rows } = await this.#query<{ pid: number }>(
      "select pid from pg_locks where not granted and waitstart < clock_timestamp() - $1 * interval '1 ms'",
      [believed],
    );
    return new Set(rows.map(({ pid }) => pid));
  }

  /** The process ends, as soon as it hears of it. */
  async terminate(pid: number): Promise<void> {
    await this.#query("select pg_terminate_backend($1)", [pid]);
  }

  /** Each SELECT's rows. */
  async read(selects: string[]): Promise<object[][]> {
    const types = { getTypeParser };
    const results = await this.#query({ text: selects.join(";"), types });
    // Of one alone pg makes no list.
    return [results as unknown as pg.QueryResult[]].flat().map(({ rows }) => rows as object[]);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  /** One after another. */
  async #query<R extends object>(asked: string | pg.QueryConfig, values: unknown[] = []): Promise<pg.QueryResult<R>> {
    const mine = this.#line.then(async () => await this.#client.query<R>(asked as string, values));
    this.#line = mine.catch(() => undefined);
    return await mine;
  }
}

/** GitHub's ids are numbers with us. */
const getTypeParser = ((oid: number, format?: "text") =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;
