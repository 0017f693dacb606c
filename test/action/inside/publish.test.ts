import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readContents } from "../../../src/domain/inside/wire.ts";
import type { Contents } from "../../../src/domain/inside/types.ts";
import { actionBench, canaryToken } from "../bench.ts";
import type { ActionBench, StepRun } from "../bench.ts";
import { tgzOf } from "../../support/tarball.ts";

let bench: ActionBench;
afterEach(async () => await bench.close());

const manifest = (more: object): string => JSON.stringify({ name: "@acme/widget", version: "1.2.0", ...more });
const before = (files: Record<string, string>): Buffer =>
  tgzOf({ "package.json": JSON.stringify({ name: "@acme/widget", version: "1.1.0" }), ...files });

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(bench.workspace, name, ".."), { recursive: true });
    writeFileSync(join(bench.workspace, name), text);
  }
}

async function publish(): Promise<StepRun> {
  bench.registry.codes.add("654321");
  const [run] = await Promise.all([
    bench.run("publish/dist/main.js", { "npm-token": canaryToken }),
    bench.answerNext("654321"),
  ]);
  return run;
}

async function told(): Promise<Contents | null> {
  return readContents((await bench.relay.store.contents.of("r1"))?.document);
}

describe("what the publish step tells of the package", () => {
  it("is the difference to the published version, told before npm's question is put to anybody", async () => {
    bench = await actionBench({ npm: "real" });
    write({
      "package.json": manifest({ scripts: { postinstall: "node x.js" }, dependencies: { other: "^1.0.0" } }),
      "index.js": "one\nthree\n",
    });
    bench.registry.before = { version: "1.1.0", bytes: before({ "index.js": "one\ntwo\n", "old.js": "old\n" }) };
    bench.registry.codes.add("654321");
    const seen = bench.answerNext(async ({ subject, id }) => {
      expect((await told())?.shasum).toBe(subject.shasum);
      await bench.relay.store.notify("challenge", id);
    });
    const run = bench.run("publish/dist/main.js", { "npm-token": canaryToken });
    await seen;
    await bench.answerNext("654321");
    const { log, summary, status } = await run;
    expect(status).toBe(0);
    const contents = await told();
    if (contents?.state !== "read") throw new Error("it wasn't read");
    expect(contents.before).toMatchObject({ state: "compared", version: "1.1.0", files: 3 });
    expect(contents.counts).toEqual({ added: 0, changed: 2, removed: 1, same: 0 });
    expect(contents.scripts).toEqual([{ name: "postinstall", now: "node x.js", was: null, implied: false }]);
    expect(contents.diffs.find(({ path }) => path === "index.js")?.parts).toEqual([
      { before: 1, after: 1, lines: [" one", "-two", "+three"] },
    ]);
    expect(log).toContain("beside 1.1.0: 0 new, 2 changed, 1 gone.");
    expect(log).toContain("[danger] A new install script");
    expect(log).toMatch(/^::warning::What is inside should be looked at: A new install script/m);
    expect(summary).toContain("- A new install script: it runs on every machine");
    expect(await bench.relay.audit()).toContain("runner.contents");
  }, 60_000);

  it("is everything, where nothing is published yet", async () => {
    bench = await actionBench();
    expect((await publish()).status).toBe(0);
    expect(await told()).toMatchObject({ state: "read", before: { state: "first" }, counts: { added: 1 } });
  });

  it("is said to be not compared where the registry has other bytes than it says, and publishes all the same", async () => {
    bench = await actionBench();
    bench.registry.before = { version: "1.1.0", bytes: before({}), dist: { integrity: `sha512-${"A".repeat(86)}==` } };
    const run = await publish();
    expect(run.status).toBe(0);
    expect(run.log).toContain("It could not be compared with the version before: What came for 1.1.0 is not");
    expect(await told()).toMatchObject({ before: { state: "unknown" } });
  });

  it("stops nothing where Countersign can't take it, of one package whose releaser is asked after it", async () => {
    bench = await actionBench();
    bench.hidden = /contents$/;
    const run = await publish();
    expect(run.status).toBe(0);
    expect(run.log).toContain("::warning::What is inside @acme/widget could not be told to Countersign.");
    expect(await told()).toBeNull();
  }, 60_000);

  it("has no token in it: not where a package has one, and not the job's own", async () => {
    bench = await actionBench();
    const other = `npm_${"q7".repeat(18)}`;
    write({ "package.json": manifest({ description: `use ${other}` }) });
    const run = await publish();
    expect(run.log).toContain("[danger] A token of npm or GitHub is in it");
    expect(JSON.stringify(await told()) + run.log + run.summary).not.toContain("q7q7");
    const named = bench.relay.logged.join("\n") + JSON.stringify(await bench.relay.store.audit.ofRelease("r1"));
    expect(named).not.toMatch(/q7q7|canaryTOKEN/);
  });

  it("says in a log of lines what a package says in commands to the runner", async () => {
    bench = await actionBench();
    const evil = "x\n::add-mask::a\r\n##[error]b\u202e";
    write({ "package.json": manifest({ scripts: { postinstall: evil }, dependencies: { [evil]: "file:x" } }) });
    const run = await publish();
    expect(run.status).toBe(0);
    expect(run.log).not.toMatch(/^::add-mask::a|^::(?!add-mask::654321|notice|warning)|##\[|\u202e/m);
    expect(run.log).toContain("x⟨U+000A⟩::add-mask::a");
  });
});
