import { Story } from "../../test/support/story.ts";
import { withDatabase } from "./database.ts";
import type { Bench, Figure } from "./figure.ts";

/** What every call of GitHub takes, in milliseconds. */
const roundTrip = 50;
const rounds = 15;

export const arm: Bench = {
  name: "arm",
  about: `${rounds} releases on the embedded store with a GitHub that takes ${roundTrip} ms for each call: from the last approval to the open gate, and from the job's end to the secret gone; beside them the calls that can't be left out`,
  async run() {
    return await withDatabase("embedded", async (databaseUrl) => {
      const story = await Story.open({ databaseUrl });
      try {
        return await measure(story);
      } finally {
        await story.close();
      }
    });
  },
};

interface Call {
  operation: string;
  at: number;
}

async function measure(story: Story): Promise<Figure[]> {
  const calls: Call[] = [];
  story.github.core.faults.on({
    async before() {
      calls.push({ operation: story.github.core.log.at(-1)?.operationId ?? "", at: performance.now() });
      await new Promise((turn) => setTimeout(turn, roundTrip));
    },
  });
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  const armed: Way[] = [];
  const disarmed: Way[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await story.say(story.cast.alice, `/release 1.2.${round}`);
    await story.pass(1_000);
    const { sha } = await story.release();
    armed.push(
      await way(calls, "actions/review-custom-gates-for-run", () =>
        story.say(story.cast.bob, `/approve ${sha.slice(0, 7)}`),
      ),
    );
    await story.pass(1_000);
    disarmed.push(
      await way(calls, "actions/delete-environment-secret", () => story.finishJob("success", `1.2.${round}`)),
    );
    await story.pass(60_000, 6);
    if ((await story.release()).state !== "published") throw new Error("a release of the bench wasn't published");
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
    { what: "job's end to the DELETE, calls before it", value: middle(disarmed, "all") - 1, unit: "calls", below: 0.5 },
    { what: "job's end to the DELETE, own time", value: middle(disarmed, "own"), unit: "ms", below: 10 },
  ];
}

/** From what somebody did to a call of GitHub's, that one included. */
interface Way {
  /** Calls that waited for one another. */
  chain: number;
  all: number;
  /** Milliseconds that weren't spent waiting for GitHub. */
  own: number;
}

async function way(calls: Call[], last: string, happen: () => Promise<unknown>): Promise<Way> {
  calls.length = 0;
  const [began] = [performance.now(), await happen()];
  const end = calls.findIndex(({ operation }) => operation === last);
  const until = calls[end];
  if (until === undefined) throw new Error(`${last} never came`);
  const before = calls.slice(0, end + 1).toSorted((one, other) => one.at - other.at);
  let [chain, free] = [0, -Infinity];
  for (const { at } of before) {
    if (at < free) continue;
    chain += 1;
    free = at + roundTrip;
  }
  return { chain, all: before.length, own: until.at - began - (chain - 1) * roundTrip };
}

function middle(ways: Way[], what: keyof Way): number {
  return ways.map((one) => one[what]).toSorted((one, other) => one - other)[ways.length >> 1] ?? 0;
}
