import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { releaseChannel } from "../../src/desk/after.ts";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import type { Bench, Figure } from "./figure.ts";
import type { Order, Reply } from "./live-server.ts";

const listeners = 500;
const repositories = 200;
const now = new Date("2027-03-01T09:00:00Z");

export const live: Bench = {
  name: "live",
  about: `${listeners} people listening, each shown ${repositories} repositories, to one server over loopback`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    const embedded = await openEmbedded(join(folder, "database"), quiet);
    try {
      return await measure(embedded.url);
    } finally {
      await embedded.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(databaseUrl: string): Promise<Figure[]> {
  // Two servers: what one kind of stream leaves behind in the memory of a process isn't there for the other.
  const bare = await withServer(databaseUrl, 1, async (server) => await listenTo(server, "/bare"));
  const ours = await withServer(databaseUrl, listeners, async (server) => {
    const listening = await listenTo(server, "/live");
    return { ...listening, told: await tellAll(databaseUrl, listening.streams) };
  });
  return [
    { what: "resident memory for all of them", value: ours.megabytes, unit: "MB", below: 50 },
    { what: "memory held for them after a collection", value: ours.held, unit: "MB" },
    { what: "memory held for bare streams of Hono", value: bare.held, unit: "MB" },
    { what: "beside the bare streams", value: ours.held / bare.held, unit: "times" },
    { what: "from a release's change to the last one told", value: ours.told, unit: "ms" },
  ];
}

interface Server {
  child: ChildProcess;
  port: number;
  cookies: string[];
}

async function withServer<T>(databaseUrl: string, people: number, work: (server: Server) => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, "live-server.ts"), [], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ids = Array.from({ length: repositories }, (_, index) => index + 1);
  const publicUrl = "http://localhost";
  try {
    const begun = await ask(child, {
      begin: { databaseUrl, people, now: now.toISOString(), publicUrl, repositories: ids, policy: "" },
    });
    if (!("port" in begun)) throw new Error("The server didn't begin.");
    return await work({ child, ...begun });
  } finally {
    const over = once(child, "exit");
    child.send("end" satisfies Order);
    await over;
  }
}

async function ask(child: ChildProcess, order: Order): Promise<Reply> {
  const replied = once(child, "message");
  child.send(order);
  return (await replied)[0] as Reply;
}

/** Opens every stream, each heard once; what they cost the server. A first few are warm-up. */
async function listenTo(
  server: Server,
  path: string,
): Promise<{ megabytes: number; held: number; streams: IncomingMessage[] }> {
  for (let index = 0; index < 20; index += 1) (await open(server, path, index)).destroy();
  const before = await weigh(server);
  const streams: IncomingMessage[] = [];
  for (let index = 0; index < listeners; index += 1) streams.push(await open(server, path, index));
  const after = await weigh(server);
  return { megabytes: after.megabytes - before.megabytes, held: after.held - before.held, streams };
}

async function weigh({ child }: Server): Promise<{ megabytes: number; held: number }> {
  const reply = await ask(child, "weigh");
  if (!("held" in reply)) throw new Error("The server didn't weigh itself.");
  return reply;
}

async function open({ port, cookies }: Server, path: string, index: number): Promise<IncomingMessage> {
  const request = get({ host: "127.0.0.1", port, path, headers: { cookie: cookies[index % cookies.length] ?? "" } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${path} answered ${response.statusCode}.`);
  response.on("error", () => undefined);
  await once(response, "data");
  return response;
}

/** Milliseconds from the word in the database until each stream has it. */
async function tellAll(databaseUrl: string, streams: IncomingMessage[]): Promise<number> {
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  try {
    const told = streams.map(async (stream) => {
      stream.resume();
      await once(stream, "data");
    });
    const began = performance.now();
    await sql.query("select pg_notify($1, '')", [releaseChannel]);
    await Promise.all(told);
    return performance.now() - began;
  } finally {
    await sql.end();
    for (const stream of streams) stream.destroy();
  }
}
