import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { simulate } from "./run.ts";

/** `npm run simulate -- --replay <seed>` prints what happened. */
const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

describe("whatever fails, whoever is killed, and in whichever order", () => {
  test.each(seeds)("seed %i leaves nothing behind and publishes nothing unapproved", async (seed) => {
    expect((await simulate(seed)).violations).toEqual([]);
  });

  test("a seed decides everything: the same one again is the same history", async () => {
    const [first, again] = [await simulate(2004), await simulate(2004)];
    expect(again.history).toEqual(first.history);
  });
});

describe("a build that is broken on purpose is noticed", () => {
  test.each(["disarm-skipped", "lease-after-put"])("%s", async (mutant) => {
    const main = join(import.meta.dirname, "main.ts");
    const given = ["--disable-warning=ExperimentalWarning", main, "--mutant", mutant, "--runs", "5"];
    // A process of its own, since what is loaded once stays as it is.
    const { status, said } = await new Promise<{ status: number; said: string }>((done) => {
      execFile(process.execPath, given, { timeout: 55_000 }, (error, stdout) =>
        done({ status: typeof error?.code === "number" ? error.code : 0, said: stdout }),
      );
    });
    expect(said).toMatch(/^seed \d+: /m);
    expect(status).toBe(1);
  });
});
