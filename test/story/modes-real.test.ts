import { afterEach, describe, expect, test } from "vitest";
import type { Mode } from "../../src/domain/policy-types.ts";
import { last } from "../world/github/index.ts";
import type { JobState } from "../world/github/state.ts";
import { ownMachine } from "../world/demo/at-npm.ts";
import { playMode, stageFor } from "../world/demo/play.ts";
import { setStage } from "../world/demo/stage.ts";
import type { Stage, StageOptions } from "../world/demo/stage.ts";
import { workflow } from "../world/scene.ts";
import { Timeline } from "../world/demo/timeline.ts";
import { freshDatabase } from "../support/database.ts";

const name = "@acme/widget";

describe("every mode with the real npm, a real runner and the app as a process of its own", () => {
  let stage: Stage;
  let drop: () => Promise<void> = () => Promise.resolve();

  afterEach(async () => {
    const { judge } = stage.world;
    await stage.strike();
    await drop();
    judge.assertClean();
  });

  async function open(mode: Mode, more: Pick<StageOptions, "workflow" | "policyLines" | "approvesStages"> = {}) {
    const database = await freshDatabase();
    drop = database.drop;
    stage = await setStage({ databaseUrl: database.url, withoutBrowser: true, ...stageFor(mode), ...more });
  }

  /** The story of `npm run demo -- --mode <mode>`; gives what it tells. */
  async function play(mode: Mode): Promise<string> {
    await open(mode);
    const timeline = new Timeline(() => undefined);
    const held = await playMode(timeline, stage, mode, () => Promise.resolve());
    expect([held, held ? "" : timeline.lines.join("\n")]).toEqual([true, ""]);
    return timeline.lines.join("\n");
  }

  const words = (): string[] =>
    stage.world.github
      .comments(stage.cast.widget, stage.cast.issue)
      .filter((one) => one.userId === stage.cast.app.botId)
      .map((one) => one.body);
  const status = (): string => words().find((body) => body.startsWith("###")) ?? "";
  const job = (): JobState | undefined => {
    const run = stage.world.github.runs(stage.cast.widget).at(-1);
    return run === undefined ? undefined : last(run).jobs[0];
  };
  const until = async (condition: () => boolean, what: string): Promise<void> =>
    await stage.world.github.until(condition, `${what}\n${words().join("\n")}\n${job()?.rawLog ?? ""}\n`, 45_000);
  const shown = async (what: string): Promise<void> => await until(() => status().includes(what), what);

  function trust(...permissions: Array<"createPackage" | "createStagedPackage">): void {
    const { issuer } = stage.world.runner;
    const to = { repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer, permissions };
    stage.world.registry.trust(name, to);
  }

  async function askAndApprove(): Promise<void> {
    const { github } = stage.world;
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.2.0");
    await shown("Waiting");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.bob, "/approve");
  }

  test("trusted: npm takes the job's own identity, nothing lies in CI at any time, and the version is live", async () => {
    expect(await play("trusted")).toContain("npm names the trusted publisher");
    expect(stage.world.github.environmentSecrets()).toEqual([]);
    expect(job()?.rawLog).toContain("trusted publishing; there is no token");
  });

  test("trusted-stage: the run stages, alice compares and approves at npm with her code, and the release is published", async () => {
    expect(await play("trusted-stage")).toContain("npm holds the very bytes that Countersign shows");
    expect(status()).toContain("Approved at npm by | alice-npm");
  });

  test("stage: the releaser's token is armed for the job, staged with, removed, and what npm holds is compared", async () => {
    expect(await play("stage")).toContain("approves it at npm with her code");
    expect(job()?.rawLog).toContain("npm holds the very bytes that were packed");
    expect(stage.world.github.environmentSecrets()).toEqual([]);
  });

  test("a stage that is rejected at npm is over once somebody says so here, and nothing is published", async () => {
    await open("trusted-stage");
    trust("createStagedPackage");
    const { github, registry } = stage.world;
    const account = await registry.account("alice-npm", { tfa: "totp" });
    registry.collaborator(name, "alice-npm", "read-write");
    const token = registry.token("alice-npm", { packages: [name] });
    await askAndApprove();
    await shown("Staged at npm");
    const machine = ownMachine(stage.folder, registry.url, { user: "alice", token });
    await machine.npm(["stage", "reject", registry.stages.list()[0]?.id ?? ""], account.totp());
    // npm tells of it nobody without a token: whoever rejected it says so here.
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/cancel rejected at npm");
    await shown("Cancelled");
    expect((await registry.published(name))?.versions["1.2.0"]).toBeUndefined();
  });

  test("a second build that makes the same bytes lets the release go on, and one that doesn't stops it and names the file", async () => {
    await open("trusted", { workflow: "publish-twice.yml", policyLines: "    mode: trusted\n    secondBuild: true\n" });
    trust("createPackage");
    await askAndApprove();
    await shown("Published");
    expect(status()).toContain("| Second build | the same bytes |");
    // From now on the build depends on the job that it runs in.
    const { github } = stage.world;
    const { widget, alice, bob, issue } = stage.cast;
    const path = ".github/workflows/publish.yml";
    const text = workflow("publish-twice.yml", stage.url).replaceAll(
      "        run: npm version",
      '        run: echo "// $GITHUB_JOB" >> index.js && npm version',
    );
    github.commit(widget, alice.id, { [path]: text }, "Stamp the build");
    const before = words().length;
    github.comment(widget, issue, alice, "/release 1.2.1");
    await until(() => words().length > before && words().at(-1)?.includes("Waiting") === true, "the second release");
    const sha = /\/approve ([0-9a-f]{7})/.exec(words().at(-1) ?? "")?.[1] ?? "";
    github.comment(widget, issue, bob, `/approve ${sha}`);
    await until(() => words().at(-1)?.includes("Failed") === true, "the second end");
    expect(words().at(-1)).toContain("They differ in: `index.js`.");
    expect((await stage.world.registry.published(name))?.versions["1.2.1"]).toBeUndefined();
  });

  test("from here: a second job approves with carol's token and her code, the wrong one first; and rejects with dave's key", async () => {
    const policyLines = "    mode: trusted-stage\n    stageApproval: { approvers: [carol, dave] }\n";
    await open("trusted-stage", { policyLines, approvesStages: true });
    trust("createStagedPackage");
    const { registry, github } = stage.world;
    const place = { repositoryId: stage.cast.widget.id, package: name, environment: "approve-stage" };
    const handsFor = async (person: "carol" | "dave", tfa: "totp" | "web") => {
      const account = await registry.account(`${person}-npm`, { tfa });
      registry.collaborator(name, `${person}-npm`, "read-write");
      const hands = await stage.handsOf(stage.cast[person]);
      await hands.signIn();
      await hands.sealToken(place, registry.token(`${person}-npm`, { packages: [name] }), `${person}-npm`);
      return { account, hands };
    };
    const links = (what: string): string[] => [
      ...new Set(
        words().flatMap((body) =>
          [...body.matchAll(new RegExp(`/${what}/([a-z0-9]+)`, "g"))].map(([, id]) => id ?? ""),
        ),
      ),
    ];
    const asked = async (times: number): Promise<string> => {
      await until(() => links("challenges").length === times, `question ${times}`);
      return links("challenges").at(-1) ?? "";
    };
    const end = async (headline: string): Promise<void> =>
      await until(() => words().some((body) => body.startsWith(headline)), headline);

    const carol = await handsFor("carol", "totp");
    await askAndApprove();
    await shown("Staged at npm");
    const [releaseId = ""] = links("releases");
    await carol.hands.decideStage(releaseId, "approve");
    await carol.hands.answerCode(await asked(1), "000000");
    await carol.hands.answerCode(await asked(2), carol.account.totp());
    await shown("Published");
    await end("### ✅ Done: approval of");
    expect(status()).toContain("Approved at npm by | carol-npm");
    expect(job()?.rawLog).toContain("npm holds the very bytes that were countersigned");
    expect(job()?.rawLog).not.toContain("npm_");
    expect(github.environmentSecrets()).toEqual([]);

    const dave = await handsFor("dave", "web");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.3.0");
    await until(() => words().some((body) => body.includes("1.3.0") && body.includes("/approve ")), "the next release");
    const sha = /\/approve ([0-9a-f]{7})/.exec(words().join("\n"))?.[1] ?? "";
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.bob, `/approve ${sha}`);
    await end("### ✋ Staged at npm");
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.dave, "/reject-stage");
    await dave.hands.openLink(await asked(3));
    await end("### ⛔ Rejected");
    await end("### ✅ Done: rejection of");
    expect(words().find((body) => body.startsWith("### ⛔ Rejected"))).toContain("dave rejected");
    expect(registry.stages.list()).toEqual([]);
    expect((await registry.published(name))?.versions["1.3.0"]).toBeUndefined();
    expect(github.environmentSecrets()).toEqual([]);
  }, 120_000);

  test("a trusted publisher that may only stage can't publish directly: the run fails, and says what to compare", async () => {
    await open("trusted");
    trust("createStagedPackage");
    await askAndApprove();
    await shown("Failed");
    expect(job()?.rawLog).toMatch(/npm trust list/);
    expect((await stage.world.registry.published(name))?.versions["1.2.0"]).toBeUndefined();
  });

  test("two stages of one version: the second run is refused by npm, and the release fails", async () => {
    await open("trusted-stage");
    trust("createStagedPackage");
    await askAndApprove();
    await shown("Staged at npm");
    const { github } = stage.world;
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/cancel");
    await shown("Cancelled");
    const before = words().length;
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.alice, "/release 1.2.0");
    await until(() => words().length > before && words().at(-1)?.includes("Waiting") === true, "the second release");
    const sha = /\/approve ([0-9a-f]{7})/.exec(words().at(-1) ?? "")?.[1] ?? "";
    github.comment(stage.cast.widget, stage.cast.issue, stage.cast.bob, `/approve ${sha}`);
    await until(() => words().at(-1)?.includes("Failed") === true, "the second end");
    expect(stage.world.registry.stages.list()).toHaveLength(1);
    expect(job()?.rawLog).toContain(`npm has ${name} in this version already, published or staged`);
    expect(words().at(-1)).toMatch(/the registry doesn't have .* The step said: .* in this version already/);
  });

  test("a job of a trusted mode that was given a token all the same is stopped before npm is asked for anything", async () => {
    await open("trusted", { workflow: "publish.yml" });
    trust("createPackage");
    // Left behind in the repository by somebody.
    stage.world.github.putSecret(stage.cast.widget.secrets, "NPM_TOKEN", "npm_left-behind-by-somebody-000000000000");
    await askAndApprove();
    await shown("Failed");
    expect(job()?.rawLog).toContain("by trusted publishing");
    expect(job()?.rawLog).toContain("was given an npm token");
    expect(status()).toMatch(/The step said: .* was given an npm token/);
    expect(stage.world.registry.log.filter((line) => line.method === "PUT")).toEqual([]);
  });
});
