import { storeKinds, withDatabase } from "./database.ts";
import type { Bench, Figure } from "./figure.ts";
import { payloadOf, press } from "./load.ts";
import type { Round } from "./load.ts";
import { serveIn } from "./servers/child.ts";

const secret = "a secret of the bench";
const kilobytes = 20;
const sizes = [16, 64, 256] as const;
const rounds = 3;
const roundMs = 3_000;

export const intake: Bench = {
  name: "intake",
  about: `webhooks of ${kilobytes} KB stored before they are answered, beside Probot's middleware with a handler that does nothing and stores nothing; ${rounds} rounds of ${roundMs / 1000} s in turn, the middle one counts`,
  async run() {
    const figures: Figure[] = [];
    for (const kind of storeKinds)
      await withDatabase(kind, async (url) => {
        const ours = await serveIn("intake.ts", [url, secret]);
        const theirs = await serveIn("probot.ts", [secret]);
        try {
          for (const connections of sizes) figures.push(...(await compare(kind, ours.url, theirs.url, connections)));
        } finally {
          await ours.stop();
          await theirs.stop();
        }
      });
    return figures;
  },
};

async function compare(kind: string, ours: string, theirs: string, connections: number): Promise<Figure[]> {
  const payload = payloadOf(kilobytes * 1024, secret);
  for (const url of [ours, theirs]) await press(url, payload, connections, 1_000);
  const mine: Round[] = [];
  const beside: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await press(ours, payload, connections, roundMs));
    beside.push(await press(theirs, payload, connections, roundMs));
  }
  const [rate, theirRate] = [middle(mine.map(rateOf)), middle(beside.map(rateOf))];
  const [p99, theirP99] = [middle(mine.map(slowOf)), middle(beside.map(slowOf))];
  // Promised for 64 connections; the others show how it grows.
  const promised = connections === 64;
  return [
    { what: `${kind}, ${connections} connections`, value: rate, unit: "a second" },
    { what: `Probot, ${connections} connections`, value: theirRate, unit: "a second" },
    {
      what: `${kind} beside Probot, ${connections}`,
      value: rate / theirRate,
      unit: "times",
      ...(promised ? { above: 1 } : {}),
    },
    { what: `${kind}, 99th percentile, ${connections}`, value: p99, unit: "ms" },
    { what: `Probot, 99th percentile, ${connections}`, value: theirP99, unit: "ms" },
    {
      what: `${kind} beside Probot, 99th percentile, ${connections}`,
      value: p99 / theirP99,
      unit: "times",
      ...(promised ? { below: 1.05 } : {}),
    },
  ];
}

const rateOf = ({ rate }: Round): number => rate;
const slowOf = ({ ms }: Round): number => ms[Math.floor(ms.length * 0.99)] ?? 0;

function middle(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
