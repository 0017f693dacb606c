import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRelease } from "../support/rows.ts";
import { actionBench, canaryToken } from "./bench.ts";
import type { ActionBench } from "./bench.ts";

const stageId = "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10";
const shasum = "e".repeat(40);
const ours = { id: stageId, packageName: "@acme/widget", version: "1.2.0", shasum, tag: "latest", status: "staged" };

describe("the step that approves a stage", () => {
  let bench: ActionBench;

  beforeAll(async () => {
    const more = ["mode: trusted-stage", "stageApproval: { approvers: [alice] }"];
    bench = await actionBench({ policy: { more } });
    const staged = { environmentId: 8, holds: null, runId: 4000, mode: "trusted-stage" as const };
    await bench.relay.store.releases.insert(
      aRelease({ id: "r0", state: "staged", ...staged, shasum, runnerReport: { outcome: "staged", stageId, shasum } }),
    );
    await bench.relay.change({ purpose: "approve-stage", stageOf: "r0", stageId, shasum });
  });
  afterAll(async () => await bench.close());

  it.each([
    ["another run's stage", { ...ours, id: "9c1f2d3e-0000-4b53-9a53-3f1c2c9f7a10" }, "its id is 9c1f2d3e"],
    ["another package", { ...ours, packageName: "@acme/other" }, "its name is @acme/other"],
    ["another version", { ...ours, version: "1.2.1" }, "its version is 1.2.1"],
    ["other bytes", { ...ours, shasum: "f".repeat(40) }, `its shasum is ${"f".repeat(40)}`],
    ["nothing", null, `npm has nothing staged as ${stageId}`],
    ["what npm still looks over", { ...ours, status: "validating" }, "it is validating, so it can't be approved now"],
  ])("does nothing and asks nobody where npm holds %s, and says so", async (_, held, words) => {
    const staged = held === null ? {} : { FAKE_NPM_STAGED: JSON.stringify(held) };
    const before = bench.npmCalls().length;
    const run = await bench.run("stage/dist/main.js", { "npm-token": canaryToken }, staged);
    expect([run.status, run.log]).toEqual([1, expect.stringContaining(words)]);
    const asked = bench.npmCalls().slice(before);
    expect(asked.filter(({ args }) => args[0] === "stage").map(({ args }) => args.slice(0, 3))).toEqual([
      ["stage", "view", stageId],
    ]);
    expect(await bench.relay.store.challenges.ofRelease("r1")).toEqual([]);
    const { outcome, message } = (await bench.relay.release()).runnerReport ?? {};
    expect([outcome, message]).toEqual(["failed", expect.stringContaining(words)]);
  });
});
