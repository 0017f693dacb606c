/**
 * Loaded into the app before anything of its own (`--import`): the clock that the world has, and, where MUTANT names one, a build that
 * is broken on purpose. Everything else is the app as an operator starts it.
 */
import { breakWith } from "../simulate/mutants.ts";

let ahead = Number(process.env["CLOCK_AHEAD"] ?? "0");

const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
const now = (): number => realNow() + ahead;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
});
RealDate.now = now;

process.on("message", (message: unknown) => {
  if (typeof message === "object" && message !== null && "clockAhead" in message) ahead = Number(message.clockAhead);
});
// What we listen for doesn't keep the app alive.
process.channel?.unref();

const mutant = process.env["MUTANT"] ?? "";
if (mutant !== "") breakWith(mutant);
