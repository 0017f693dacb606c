import { performance } from "node:perf_hooks";
import { Bench as World } from "../../test/chaos/bench.ts";
import { embedded } from "../../test/chaos/stores.ts";
import type { Bench, Figure } from "./figure.ts";

/** What every call of GitHub takes, in milliseconds. */
const roundTrip = 50;
const rounds = 15;

export const arm: Bench = {
  name: "arm",
  about: `${rounds} releases on the embedded store, the app in a process of its own, with a GitHub that takes ${roundTrip} ms for each call: from the last approval to the open gate, and from the job's end to the secret gone; beside them the calls that can't be left out`,
  async run() {
    const world = await World.open(await embedded());
    try {
      return await measure(world);
    } finally {
      await world.close();
    }
  },
};

interface Call {
  operation: string;
  at: number;
  /** How long this process, which is GitHub here, had been at work by then, in milliseconds. */
  busy: number;
}

async function measure(world: World): Promise<Figure[]> {
  const calls: Call[] = [];
  world.github.core.faults.on({
    async before({ operationId }) {
      calls.push({ operation: operationId ?? "", at: performance.now(), busy: busySoFar() });
      await new Promise((turn) => setTimeout(turn, roundTrip));
    },
  });
  const armed: Way[] = [];
  const disarmed: Way[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const version = `1.2.${round}`;
    world.say(world.cast.alice, `/release ${version}`);
    await world.untilAnnounced();
    await world.pass(2_000);
    await world.nothingDue();
    armed.push(await way(world, calls, "actions/review-custom-gates-for-run", () => world.approve()));
    await world.until(() => world.status().startsWith("### 🚀"), "the job");
    await world.nothingDue();
    disarmed.push(await way(world, calls, "actions/delete-environment-secret", () => world.finishJob(version)));
    await untilPublished(world);
  }
  return [
    { what: "PUT and POST alone, one after the other", value: 2, unit: "calls" },
    {
      what: "last approval to open gate, one after the other",
      value: middle(armed, "chain"),
      unit: "calls",
      below: 3.5,
    },
    { what: "last approval to open gate, all calls", value: middle(armed, "all"), unit: "calls" },
    { what: "last approval to open gate, own time", value: middle(armed, "own"), unit: "ms", below: 20 },
    { what: "the same, of it the simulated GitHub at work", value: middle(armed, "gitHub"), unit: "ms" },
    { what: "job's end to the DELETE, calls before it", value: middle(disarmed, "all") - 1, unit: "calls", below: 0.5 },
    { what: "job's end to the DELETE, own time", value: middle(disarmed, "own"), unit: "ms", below: 10 },
    { what: "the same, of it the simulated GitHub at work", value: middle(disarmed, "gitHub"), unit: "ms" },
  ];
}

/** From what somebody did to a call of GitHub's, that one included. */
interface Way {
  /** Calls that waited for one another. */
  chain: number;
  all: number;
  /** Milliseconds that weren't spent waiting for GitHub's round trips. */
  own: number;
  /** Milliseconds of the same time in which the simulated GitHub was at work; a part of it beside our own. */
  gitHub: number;
}

async function way(world: World, calls: Call[], last: string, happen: () => unknown): Promise<Way> {
  calls.length = 0;
  const [began, busy] = [performance.now(), busySoFar()];
  happen();
  await world.until(() => calls.some(({ operation }) => operation === last), last);
  const end = calls.findIndex(({ operation }) => operation === last);
  const until = calls[end] ?? { at: 0, busy: 0 };
  const before = calls.slice(0, end + 1).toSorted((one, other) => one.at - other.at);
  let [chain, free] = [0, -Infinity];
  for (const { at } of before) {
    if (at < free) continue;
    chain += 1;
    free = at + roundTrip;
  }
  return { chain, all: before.length, own: until.at - began - (chain - 1) * roundTrip, gitHub: until.busy - busy };
}

function busySoFar(): number {
  return performance.eventLoopUtilization().active;
}

/** Its receipt is written, and nothing is left to do. */
async function untilPublished(world: World): Promise<void> {
  for (let tries = 0; tries < 40 && !world.status().startsWith("### ✅"); tries += 1) {
    await world.pass(15_000);
    await world.nothingDue();
  }
  if (!world.status().startsWith("### ✅"))
    throw new Error(`a release of the bench wasn't published:\n${world.status()}`);
}

function middle(ways: Way[], what: keyof Way): number {
  return ways.map((one) => one[what]).toSorted((one, other) => one - other)[ways.length >> 1] ?? 0;
}
