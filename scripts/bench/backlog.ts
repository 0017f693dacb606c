import { randomUUID } from "node:crypto";
import pg from "pg";
import { AppProcess } from "../../test/support/child.ts";
import { freePort } from "../../test/support/story.ts";
import { withDatabase } from "./database.ts";
import type { Bench, Figure } from "./figure.ts";
import { payloadOf } from "./load.ts";
import { aWorld } from "./world.ts";

const sizes = [1_000, 10_000, 100_000] as const;
const repositories = 1_000;
/** Nobody waits longer for a backlog than this; what is not done then is said. In milliseconds. */
const patienceMs = 240_000;

export const backlog: Bench = {
  name: "backlog",
  about: `deliveries of ${repositories} repositories that wait in the inbox, worked off by one instance and by three, real processes on PostgreSQL`,
  async run() {
    const figures: Figure[] = [];
    for (const size of sizes) {
      const one = await workOff(size, 1);
      const three = await workOff(size, 3);
      const name = size.toLocaleString("en");
      figures.push(
        { what: `${name} deliveries, one instance`, value: one.rate, unit: "a second" },
        { what: `${name} deliveries, three instances`, value: three.rate, unit: "a second" },
        { what: `${name} deliveries, three beside one`, value: three.rate / one.rate, unit: "times" },
        { what: `${name} deliveries, lost`, value: one.lost + three.lost, unit: "rows", below: 1 },
        { what: `${name} deliveries, done twice`, value: one.twice + three.twice, unit: "rows", below: 1 },
      );
    }
    return figures;
  },
};

/** Fills an inbox, starts instances, and waits until nothing waits any more. */
async function workOff(size: number, instances: number): Promise<{ rate: number; lost: number; twice: number }> {
  return await withDatabase("PostgreSQL", async (url) => {
    const world = await aWorld();
    const apps: AppProcess[] = [];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (let index = 0; index < instances; index += 1)
        apps.push(new AppProcess({ ...world.env, DATABASE_URL: url, PORT: String(await freePort()) }));
      // They start on an empty inbox: what is measured is work, not their start.
      for (const app of apps) await app.start();
      const began = performance.now();
      await fill(client, size);
      const filled = performance.now();
      await untilDone(client, began);
      const ended = performance.now();
      const { rows } = await client.query<{ lost: string; twice: string }>(
        `select count(*) filter (where state <> 'done') as lost, count(*) filter (where attempts > 1) as twice from "Delivery"`,
      );
      // From the moment in which all are there: the INSERT is one statement, and nothing is seen of it before.
      return {
        rate: (size / (ended - filled)) * 1000,
        lost: Number(rows[0]?.lost ?? size),
        twice: Number(rows[0]?.twice ?? 0),
      };
    } finally {
      for (const app of apps) await app.kill();
      await client.end();
      await world.close();
    }
  });
}

/** Jobs of runs that nobody asked us for, in one statement. */
async function fill(client: pg.Client, size: number): Promise<void> {
  const { body } = payloadOf(2_000, "x");
  await client.query(
    `insert into "Delivery" (guid, event, action, "installationId", "repositoryId", body, "receivedAt", state, attempts, "nextAt")
     select $1 || '-' || n, 'workflow_job', 'queued', 3, n % $2, $3, now(), 'waiting', 0, now() from generate_series(1, $4::int) n`,
    [randomUUID(), repositories, body, size],
  );
  await client.query("select pg_notify('inbox', '')");
}

async function untilDone(client: pg.Client, began: number): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(`select 1 from "Delivery" where state = 'waiting' limit 1`);
    if (rowCount === 0 || performance.now() - began > patienceMs) return;
    await new Promise((turn) => setTimeout(turn, 50));
  }
}
