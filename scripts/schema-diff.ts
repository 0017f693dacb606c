// What Prisma's schema engine (its WebAssembly build, from npm) would change in a database to make it fit the schema.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import type * as Engine from "@prisma/schema-engine-wasm";
import pg from "pg";

type Result = pg.QueryArrayResult;
type EngineModule = typeof Engine & { __wbg_set_wasm(exports: WebAssembly.Exports): void };

const require = createRequire(import.meta.url);

const nothingExternal = { externalTables: ["public._prisma_migrations"], externalEnums: [] };

/**
 * SQL that turns the database behind `url` into `schema`; an empty string where it fits already.
 * Prisma's own table of migrations is left out of the comparison.
 */
export async function schemaDiff(url: string, schema: string): Promise<string> {
  const files = [{ path: "schema.prisma", content: schema }];
  return await withEngine(url, schema, async (engine) => {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: "." },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: nothingExternal,
    });
    return exitCode === 0 ? "" : (stdout ?? "");
  });
}

/** What `prisma migrate status` would say of the database behind `url` and these migrations. */
export async function migrateStatus(
  url: string,
  schema: string,
  migrations: ReadonlyArray<{ name: string; sql: string }>,
): Promise<Engine.DiagnoseMigrationHistoryOutput> {
  const migrationDirectories = migrations.map(({ name, sql }) => ({
    path: name,
    migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
  }));
  const lockfile = { path: "migration_lock.toml", content: 'provider = "postgresql"\n' };
  const migrationsList = { baseDir: "prisma/migrations", lockfile, shadowDbInitScript: "", migrationDirectories };
  return await withEngine(url, schema, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: nothingExternal }),
  );
}

async function withEngine<T>(
  url: string,
  schema: string,
  use: (engine: Engine.SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new ReadablePool({ connectionString: url, max: 2 });
  try {
    const { SchemaEngine } = await loadEngine();
    return await use(
      await SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => undefined, adapterFor(pool)),
    );
  } finally {
    await pool.end();
  }
}

/**
 * The adapter refuses PostgreSQL's one-byte "char" (type 18), which its catalogue is full of. Such columns pass as text (25) and
 * are called characters again afterwards, as the engine expects.
 */
class ReadablePool extends pg.Pool {
  /** Columns of one byte, by the rows they are in. */
  readonly characters = new WeakMap<object, number[]>();

  constructor(config: pg.PoolConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: unknown[]) => Promise<Result>;
    const readable = async (...given: unknown[]): Promise<Result> => {
      const result = await query(...given);
      const found = (result.fields ?? []).flatMap((field, index) => (field.dataTypeID === 18 ? [index] : []));
      for (const index of found) result.fields[index]!.dataTypeID = 25;
      this.characters.set(result.rows, found);
      return result;
    };
    this.query = readable as unknown as pg.Pool["query"];
  }
}

interface Utilities {
  ColumnTypeEnum: { Character: number };
  bindMigrationAwareSqlAdapterFactory(factory: object): object;
}

/** The adapter as the engine wants it: errors as values (the adapter's own dependency does that), characters as characters. */
function adapterFor(pool: ReadablePool): object {
  const utils = createRequire(require.resolve("@prisma/adapter-pg"))("@prisma/driver-adapter-utils") as Utilities;
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const types = result.columnTypes as number[];
      for (const index of pool.characters.get(result.rows) ?? []) types[index] = utils.ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  };
  return utils.bindMigrationAwareSqlAdapterFactory(factory);
}

let loaded: Promise<EngineModule> | undefined;

/** Loaded by hand (importing a .wasm file is not in every Node that we run on), and once: its JavaScript knows one memory. */
function loadEngine(): Promise<EngineModule> {
  return (loaded ??= instantiate());
}

async function instantiate(): Promise<EngineModule> {
  const folder = dirname(require.resolve("@prisma/schema-engine-wasm"));
  const module = (await import(join(folder, "schema_engine_bg.js"))) as EngineModule;
  const bytes = readFileSync(join(folder, "schema_engine_bg.wasm"));
  // Where the engine puts its words when it panics; without it the panic would hide behind a TypeError.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (words: string) => console.error(words) } });
  const imports = { "./schema_engine_bg.js": module as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  module.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return module;
}
