import type { Random } from "../simulate/random.ts";
import type { Handled } from "../world/github/faults.ts";
import type { GitHub } from "../world/github/index.ts";

/** Calls at which it hurts most to die. */
const tender = [
  "issues/create-comment",
  "issues/update-comment",
  "actions/create-workflow-dispatch",
  "actions/create-or-update-environment-secret",
  "actions/review-custom-gates-for-run",
  "actions/delete-environment-secret",
  "actions/get-environment-secret",
];

/** The longest time until a kill that waits for no call, and until one whose call doesn't come, in milliseconds. */
const most = { time: 3_000, call: 2_500 };

/**
 * Waits for the moment of the next kill: somewhere in time, or at a call to GitHub, whose answer then waits until `kill` is through.
 * Returns what moment it was.
 */
export async function nextMoment(
  random: Random,
  github: GitHub,
  kill: (where: string) => Promise<void>,
): Promise<string> {
  const drawn = random.next();
  const ms = random.below(most.time);
  if (drawn < 0.45) {
    await pause(ms);
    return `after ${ms} ms`;
  }
  const operation = drawn < 0.65 ? null : random.pick(tender);
  const nth = 1 + random.below(operation === null ? 25 : 2);
  const when = random.pick(["before", "after", "instead of"] as const);
  const where = `${when} ${operation ?? "any call"} (${nth})`;
  const came = Promise.withResolvers<string>();
  const strike = async ({ operationId, method, path }: Handled): Promise<void> => {
    const struck = operation === null ? `${where}, which is ${operationId ?? method} (${path})` : `${where} (${path})`;
    came.resolve(struck);
    await kill(struck);
  };
  const off = github.core.faults.on({
    ...(operation === null ? {} : { operation }),
    ...{ nth, times: 1 },
    ...(when === "after" ? { after: strike } : { before: strike, dropRequest: when === "instead of" }),
  });
  const timer = setTimeout(() => came.resolve(`after ${most.call} ms without ${where}`), most.call);
  const moment = await came.promise;
  clearTimeout(timer);
  off();
  return moment;
}

export async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
