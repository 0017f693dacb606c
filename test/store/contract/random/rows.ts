import pg from "pg";
import type { Table } from "../../../simulate/store/rows.ts";

// Numbers as the product knows them.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

/** All tables of a database, read and emptied from outside of the store. */
export interface Inspector {
  rows(table: Table): Promise<object[]>;
  /** No rows, and counters at the beginning. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function inspect(url: string, tables: readonly Table[]): Promise<Inspector> {
  const client = new pg.Client({ connectionString: url, types });
  await client.connect();
  return {
    async rows(table) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from "${table}"`);
      return rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? new Uint8Array(value) : value]),
        ),
      );
    },
    empty: async () =>
      void (await client.query(`truncate ${tables.map((name) => `"${name}"`).join(", ")} restart identity cascade`)),
    close: () => client.end(),
  };
}
