import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { actionBench, canaryToken } from "./bench.ts";
import type { ActionBench, StepRun } from "./bench.ts";
import { tarOf } from "../support/tarball.ts";
import type { TarEntry } from "../support/tarball.ts";

let bench: ActionBench;
afterEach(async () => await bench.close());

const names = ["@acme/widget", "@acme/gadget", "@acme/tool"];
const publish = async (inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<StepRun> =>
  await bench.run(
    "publish/dist/main.js",
    { "npm-token": canaryToken, "package-dir": "packages/*", ...inputs },
    { FAKE_NPM_SEVERAL: "yes", ...env },
  );
/** A tarball that was packed before, in the folder `packed`; gives its bytes. */
function packed(one: string, more: readonly TarEntry[] = []): Buffer {
  mkdirSync(join(bench.workspace, "packed"), { recursive: true });
  const body = JSON.stringify({ name: `@acme/${one}`, version: "1.2.0" });
  const bytes = gzipSync(tarOf([{ name: "package/package.json", body }, ...more]));
  writeFileSync(join(bench.workspace, "packed", `${one}.tgz`), bytes);
  return bytes;
}
const add = (folder: string, name: string, version = "1.2.0"): void => {
  mkdirSync(join(bench.workspace, folder), { recursive: true });
  writeFileSync(join(bench.workspace, folder, "package.json"), JSON.stringify({ name, version, scripts: {} }));
};
/** A bench for these packages, each in a folder of its own. */
async function open(packages = names): Promise<void> {
  bench = await actionBench({ packages });
  for (const name of packages) add(`packages/${name.slice(6)}`, name);
}
const parts = async (): Promise<Array<string | undefined>> =>
  (await bench.relay.release()).packages?.map(({ name, state }) => `${name.slice(6)} ${state}`) ?? [];
const states = async (): Promise<string[]> =>
  (await bench.relay.store.challenges.ofRelease("r1")).map(({ subject, state }) => `${subject.name.slice(6)} ${state}`);
const puts = (): string[] => bench.registry.asked.filter((line) => line.startsWith("PUT"));

describe("the publish step with several packages", () => {
  it("publishes them in the policy's order, reports each, and asks once where the registry takes the answer again", async () => {
    await open();
    Object.assign(bench.registry, { codesAgain: true });
    bench.registry.codes.add("654321");
    add("packages/other", "@acme/other");
    const [run] = await Promise.all([publish(), bench.answerNext("654321")]);
    expect(run.log).toContain("All 3 are through: @acme/widget, @acme/gadget, @acme/tool.");
    expect(run.log).toContain("packages/other holds @acme/other, which this release doesn't publish: left alone.");
    expect([...bench.registry.held.keys()]).toEqual(names.map((name) => `${name}@1.2.0`));
    expect(await parts()).toEqual(["widget published", "gadget published", "tool published"]);
    expect(await states()).toEqual(["widget accepted"]);
    const told = JSON.parse(run.outputs["packages"] ?? "[]") as Array<{ name: string; shasum: string }>;
    const { packages, runnerReport } = await bench.relay.release();
    expect(told.map(({ shasum }) => shasum)).toEqual(packages?.map(({ shasum }) => shasum));
    expect(runnerReport).toMatchObject({ outcome: "published", npmUser: "alice-npm" });
    expect(packages?.[2]?.inside).toEqual({ dangers: 0, looks: 0 });
    for (const { args } of bench.npmCalls()) expect(args.join(" ")).not.toMatch(/654321|canaryTOKEN/);
    expect(run.log.replace(/^::add-mask::.*$/gm, "") + JSON.stringify(run.outputs)).not.toMatch(/654321|canaryTOKEN/);
  });

  it("asks anew where the registry doesn't, which is nobody's wrong answer, and stops trying after two refusals", async () => {
    const four = [...names, "@acme/kit"];
    await open(four);
    const codes = ["111111", "222222", "333333", "444444"];
    for (const code of codes) bench.registry.codes.add(code);
    const people = async (): Promise<void> => {
      for (const code of codes) await bench.answerNext(code);
    };
    const [run] = await Promise.all([publish(), people()]);
    expect(run.status).toBe(0);
    // In no order that the bench's clock would tell.
    expect((await states()).toSorted()).toEqual(four.map((name) => `${name.slice(6)} accepted`).toSorted());
    // Each: without an answer and with the new one; the second and the third once with the one before.
    const given = puts().map((line) => (line.endsWith("otp=yes") ? "with" : "without"));
    expect(given.filter((one) => one === "with")).toHaveLength(4 + 2);
    expect(run.log.match(/npm wants a new answer for this package/g)).toHaveLength(2);
  });

  it("stops at the first failure, says what is through, and leaves it alone when it is taken up again", async () => {
    await open();
    bench.registry.factor = "none";
    bench.registry.brokenOf.set("@acme/gadget", 403);
    const failed = await publish();
    expect(failed.status).toBe(1);
    expect(failed.log).toContain("Through before it: @acme/widget. Not published: @acme/gadget, @acme/tool.");
    expect(await parts()).toEqual(["widget published", "gadget failed", "tool waiting"]);
    bench.registry.brokenOf.clear();
    const again = await publish();
    expect(again.log).toContain("@acme/widget@1.2.0 is there already, with these very bytes: left as it is.");
    expect(await parts()).toEqual(["widget published", "gadget published", "tool published"]);
    expect(puts()).toHaveLength(4);
  });

  it.each([
    ["as it is told of a package", "POST /sessions/id1/reports", 1],
    ["between two", "GET /sessions/id1", 1],
  ])("publishes nothing more once the release is over: %s", async (_, request, after) => {
    await open();
    bench.registry.factor = "none";
    let times = 0;
    bench.meanwhile = async (asked) => {
      if (asked !== request || (times += 1) <= after) return undefined;
      await bench.relay.change({ state: "cancelled", endText: "bob stopped it.", endedAt: new Date(), holds: null });
      return undefined;
    };
    const run = await publish();
    expect(run.status).toBe(1);
    expect(run.log).toContain(
      "::error::@acme/gadget: This release is over (cancelled). bob stopped it. Through before it: @acme/widget. Not published: @acme/gadget, @acme/tool.",
    );
    expect([...bench.registry.held.keys()]).toEqual(["@acme/widget@1.2.0"]);
    // What was told late is kept.
    expect((await parts())[0]).toBe("widget published");
  });

  it("publishes nothing more either where a proxy answers 404 for Countersign at first", async () => {
    await open();
    bench.registry.factor = "none";
    let times = 0;
    bench.meanwhile = async (asked) => {
      if (asked !== "GET /sessions/id1" || (times += 1) === 1) return undefined;
      await bench.relay.change({ state: "cancelled", endText: "bob stopped it.", endedAt: new Date(), holds: null });
      return times === 2 ? "proxy" : undefined;
    };
    expect((await publish()).log).toContain("Not published: @acme/gadget, @acme/tool.");
    expect([...bench.registry.held.keys()]).toEqual(["@acme/widget@1.2.0"]);
  });

  it("tells once more of a stage that couldn't be told: it is no failure, since it may be approved", async () => {
    await open();
    await bench.relay.change({ mode: "stage" });
    let reports = 0;
    bench.meanwhile = async (asked) => (asked.endsWith("/reports") && (reports += 1) === 2 ? 404 : undefined);
    expect((await publish()).log).toContain(
      "Nothing was published before it. Not published: @acme/gadget, @acme/tool.",
    );
    expect(await parts()).toEqual(["widget staged", "gadget waiting", "tool waiting"]);
  });

  it("publishes nothing where what is inside one can't be told: one answer may do for all of them", async () => {
    await open();
    bench.registry.factor = "none";
    bench.meanwhile = async (asked) => (asked.includes("/contents") ? 404 : undefined);
    const run = await publish();
    expect(run.log).toMatch(/::error::What is inside @acme\/widget could not be told.* Nothing was published\./);
    expect(puts()).toEqual([]);
  });

  it("stages nothing after a stage that couldn't be told, and says which one is left to decide by hand", async () => {
    await open();
    await bench.relay.change({ mode: "stage" });
    let reports = 0;
    bench.meanwhile = async (asked) => (asked.endsWith("/reports") && (reports += 1) > 1 ? 404 : undefined);
    const run = await publish();
    expect(run.log).toMatch(
      /::error::@acme\/widget: .*`npm stage reject 11111111-2222-4333-8444-555555555555`.* Not published: @acme\/gadget/,
    );
    expect(bench.npmCalls().filter(({ args }) => args[1] === "publish")).toHaveLength(1);
  });

  it("stops where the registry has a version with other bytes", async () => {
    await open();
    bench.registry.factor = "none";
    bench.registry.held.set("@acme/gadget@1.2.0", Buffer.from("somebody else's"));
    const run = await publish();
    expect(run.log).toContain("The registry has @acme/gadget@1.2.0 with other bytes than were packed here");
    expect(await parts()).toEqual(["widget published", "gadget failed", "tool waiting"]);
  });

  it.each([
    ["one is missing", () => undefined, "packages/widget\npackages/gadget", "publishes @acme/tool too, and nothing"],
    ["one is there twice", () => add("packages/twin", "@acme/tool"), "packages/*", "@acme/tool is there twice"],
    [
      "one has another version",
      () => add("packages/tool", "@acme/tool", "1.3.0"),
      "packages/*",
      "packages/tool holds @acme/tool@1.3.0, and what was approved is @acme/tool@1.2.0",
    ],
    ["nothing matches", () => undefined, "libs/*", "Nothing matches `libs/*`"],
    ["a tarball isn't there", () => undefined, "packages/*\nx.tgz", "There is no tarball x.tgz"],
  ])("publishes nothing when %s", async (_, change, dirs, sentence) => {
    await open();
    change();
    const run = await publish({ "package-dir": dirs });
    expect(run.status).toBe(1);
    expect(run.log).toContain(sentence);
    expect(puts()).toEqual([]);
    expect(await parts()).toEqual(["widget waiting", "gadget waiting", "tool waiting"]);
  });

  it("takes tarballs that were packed before, byte for byte", async () => {
    await open(names.slice(0, 2));
    bench.registry.factor = "none";
    const bytes = ["widget", "gadget"].map((one) => packed(one));
    // Whatever a script writes to them from now on.
    bench.meanwhile = async (asked) =>
      void (asked.endsWith("/reports") && packed("widget", [{ name: "package/late" }]));
    const run = await publish({ "package-dir": "packed/*.tgz" });
    expect(run.log).toContain("All 2 are through");
    expect([...bench.registry.held.values()]).toEqual(bytes);
    const packing = bench.npmCalls().filter(({ args }) => args[0] === "pack");
    expect(packing.map(({ args }) => args.includes("--dry-run"))).toEqual([true]);
  });

  it("publishes no tarball that holds a second package.json, wherever it lies", async () => {
    await open(names.slice(0, 2));
    bench.registry.factor = "none";
    packed("gadget");
    const core = JSON.stringify({ name: "@acme/core", version: "9.9.9" });
    for (const name of ["./package/package.json", "a/C:/package.json", "package.json"]) {
      packed("widget", [{ name, body: core }]);
      const run = await publish({ "package-dir": "packed/*.tgz" });
      expect(run.log).toContain("packed/widget.tgz has more than one file that may count as its package.json");
    }
    expect(puts()).toEqual([]);
  });

  it("publishes nothing where npm takes one of them for another package", async () => {
    await open(names.slice(0, 2));
    bench.registry.factor = "none";
    const run = await publish({}, { FAKE_NPM_SEES: "@acme/core@9.9.9" });
    expect(run.log).toContain("npm would publish @acme/core@9.9.9, and what was approved is @acme/");
    expect([run.status, puts()]).toEqual([1, []]);
    expect(await parts()).toEqual(["widget waiting", "gadget waiting"]);
  });
});

describe("the publish step, where one package of many is released", () => {
  it("finds it among the folders, and leaves the others alone", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    add("packages/widget", "@acme/widget");
    add("packages/gadget", "@acme/gadget");
    const run = await publish();
    expect(run.log).toContain("@acme/widget@1.2.0 is published");
    expect([...bench.registry.held.keys()]).toEqual(["@acme/widget@1.2.0"]);
    const { runnerReport } = await bench.relay.release();
    expect(runnerReport).toMatchObject({ outcome: "published", npmUser: "alice-npm" });
    expect(runnerReport?.shasum).toMatch(/^[0-9a-f]{40}$/);
  });
});
