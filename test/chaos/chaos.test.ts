import { describe, expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { embedded, onServer } from "./stores.ts";
import { playStory } from "./story.ts";
import type { Outcome } from "./story.ts";

/** `npm run chaos` does this with many seeds, many kills, and both stores; docs/reliability.md has its figures. */
function expectSound({ violations, history, kills }: Outcome, wanted: number): void {
  expect(violations, history.join("\n")).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(wanted);
}

// Processes start slowly where many tests run side by side.
const patience = { timeout: 180_000 };

describe("the app as a process, killed at random and started again", patience, () => {
  test("on PostgreSQL: no secret stays, no word is lost, nothing is published twice", async () => {
    const { url, drop } = await freshDatabase();
    expectSound(await playStory({ seed: 7, store: onServer(url, drop), kills: 7 }), 7);
  });

  test("on the embedded store", async () => {
    expectSound(await playStory({ seed: 8, store: await embedded(), kills: 4 }), 4);
  });
});
