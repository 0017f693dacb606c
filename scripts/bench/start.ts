import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppProcess } from "../../test/support/child.ts";
import { freePort } from "../../test/support/story.ts";
import { withDatabase } from "./database.ts";
import type { Bench, Figure } from "./figure.ts";
import { serveIn } from "./servers/child.ts";
import { aWorld } from "./world.ts";

const times = 5;
/** Until what the start used is given back, in milliseconds. */
const quietMs = 4_000;

interface Start {
  ms: number;
  megabytes: number;
}

export const start: Bench = {
  name: "start",
  about: `from the process's start until it is ready, and its resident memory ${quietMs / 1000} s later, the middle of ${times}, beside a bare Probot; the embedded PostgreSQL's own processes are not in it`,
  async run() {
    const bare = await middleOf(async () => await startProbot());
    const embedded = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    const world = await aWorld();
    try {
      const app = async (env: Record<string, string>): Promise<Start> => await startApp({ ...world.env, ...env });
      // The first start makes the database; every later one finds it.
      await startApp({ ...world.env, COUNTERSIGN_DATA: embedded });
      const own = await middleOf(async () => await app({ COUNTERSIGN_DATA: embedded }));
      const server = await withDatabase("PostgreSQL", async (url) => {
        await app({ DATABASE_URL: url });
        return await middleOf(async () => await app({ DATABASE_URL: url }));
      });
      return [...bareFigures(bare), ...figuresOf("embedded", own, bare), ...figuresOf("PostgreSQL", server, bare)];
    } finally {
      await world.close();
      await rm(embedded, { recursive: true, force: true });
    }
  },
};

function bareFigures({ ms, megabytes }: Start): Figure[] {
  return [
    { what: "bare Probot, start", value: ms, unit: "ms" },
    { what: "bare Probot, memory", value: megabytes, unit: "MB" },
  ];
}

function figuresOf(name: string, { ms, megabytes }: Start, bare: Start): Figure[] {
  return [
    { what: `${name}, start`, value: ms, unit: "ms" },
    { what: `${name}, start, more than bare Probot`, value: ms - bare.ms, unit: "ms", below: 1_500 },
    { what: `${name}, memory`, value: megabytes, unit: "MB" },
    { what: `${name}, memory, more than bare Probot`, value: megabytes - bare.megabytes, unit: "MB", below: 120 },
  ];
}

async function startApp(env: Record<string, string>): Promise<Start> {
  const app = new AppProcess({ ...env, PORT: String(await freePort()) });
  const began = performance.now();
  try {
    await app.start();
    const ms = performance.now() - began;
    return { ms, megabytes: await residentOf(app.pid) };
  } finally {
    await app.stop();
  }
}

async function startProbot(): Promise<Start> {
  const began = performance.now();
  const server = await serveIn("probot.ts", ["a secret of the bench"]);
  const ms = performance.now() - began;
  try {
    return { ms, megabytes: await residentOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function residentOf(pid: number): Promise<number> {
  await new Promise((turn) => setTimeout(turn, quietMs));
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** By the time and by the memory, each for itself. */
async function middleOf(measure: () => Promise<Start>): Promise<Start> {
  const all: Start[] = [];
  for (let round = 0; round < times; round += 1) all.push(await measure());
  const middle = (values: number[]): number => values.toSorted((one, other) => one - other)[times >> 1] ?? 0;
  return { ms: middle(all.map(({ ms }) => ms)), megabytes: middle(all.map(({ megabytes }) => megabytes)) };
}
