import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRelay } from "../../src/desk/relay/index.ts";
import { generateKeyPair, open as unseal, seal } from "../../src/domain/sealed-box.ts";
import type { RunnerReport, RunnerSession } from "../../src/domain/release-types.ts";
import { Story } from "../support/story.ts";

const names = ["@acme/widget", "@acme/gadget", "@acme/tool"];
const [widget = "", gadget = "", tool = ""] = names;
const stages = names.map((_, index) => `0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a1${index}`);
const shasumOf = (name: string, version: string): string =>
  createHash("sha1").update(`${name}@${version}`).digest("hex");
const integrity = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;

/** carol may release the widget only. */
const policy = (more = "", mode = "otp"): string => `version: 1
defaults:
  environment: npm
  mode: ${mode}
  releasers: [alice]
  approvals: { count: 1, from: [bob, dave] }
packages:
  - { name: "@acme/widget", directory: packages/widget, releasers: [alice, carol] }
  - { name: "@acme/gadget", directory: packages/gadget }
  - { name: "@acme/tool", directory: packages/tool }
${more}`;

// One world for all of it: each test has a version of its own, and leaves nothing under way.
describe("several packages in one release", () => {
  let story: Story;
  beforeAll(async () => {
    story = await Story.open({ policy: policy() });
    commit(Object.fromEntries(names.map((name) => [`packages/${name.slice(6)}/package.json`, `{"name":"${name}"}`])));
    for (const name of names) story.registry.write(name, "1.1.0");
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  });
  afterAll(async () => {
    await story.close();
    story.judge.assertClean();
  });

  function commit(files: Record<string, string>): void {
    story.github.commit(story.cast.widget, story.cast.dave.id, files, `Change ${Object.keys(files).join(", ")}`);
  }
  const ask = async (words: string): Promise<void> => void (await story.say(story.cast.alice, `/release ${words}`));
  const approve = async (): Promise<void> => {
    // The secret of the release before is read as absent, twice.
    await story.pass(30_000, 3);
    const { sha } = await story.release();
    await story.say(story.cast.bob, `/approve ${sha}`);
  };
  const parts = async (): Promise<string[]> =>
    ((await story.release()).packages ?? []).map(({ name, state }) => `${name.slice(6)} ${state}`);
  const count = async (): Promise<number> =>
    (await story.app.parts.store.releases.recent([story.cast.widget.id], 99)).length;

  /** The workflow step in the running job, OIDC-proven. */
  async function step() {
    const relay = createRelay(story.app.parts);
    const keys = await generateKeyPair();
    const { session } = await relay.openSession({
      step: "publish",
      publicKey: keys.publicKey,
      bearerHash: createHash("sha256").update(keys.publicKey).digest("hex"),
      claims: {
        ...{ jti: keys.publicKey, run_id: String(story.run().id), run_attempt: "1", repository: "acme/widget" },
        ...{ repository_id: String(story.cast.widget.id), repository_owner_id: String(story.cast.acme.user.id) },
        ...{ event_name: "workflow_dispatch", environment: "npm", sha: story.run().headSha },
        workflow_ref: "acme/widget/.github/workflows/publish.yml@refs/heads/main",
      },
    });
    const report = async (told: RunnerReport): Promise<void> => await relay.report(session, told);
    const packed = async (version: string, some = names): Promise<void> =>
      await report({ packed: some.map((name) => ({ package: name, shasum: shasumOf(name, version), integrity })) });
    return { relay, session, keys, report, packed };
  }

  async function publish(report: (told: RunnerReport) => Promise<void>, version: string, some = names): Promise<void> {
    for (const name of some) {
      story.registry.write(name, version);
      await report({ package: name, outcome: "published", shasum: shasumOf(name, version), integrity });
    }
  }

  async function endJob(conclusion: "success" | "failure" = "success"): Promise<void> {
    story.runner.jobs.at(-1)?.finish(conclusion);
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
  }

  /** alice answers npm's question in the running job. */
  async function answered(
    {
      relay,
      session,
      keys,
    }: {
      relay: ReturnType<typeof createRelay>;
      session: RunnerSession;
      keys: Awaited<ReturnType<typeof generateKeyPair>>;
    },
    subject: { name: string; version: string },
  ): Promise<string> {
    const person = { id: story.cast.alice.id, login: "alice" };
    const { id } = await relay.openChallenge({ session, kind: "code", authUrl: null, subject });
    await relay.answer({ person, challengeId: id, sealed: await seal("123456", keys.publicKey) });
    const { sealed } = await relay.take(session, id);
    await relay.result(session, id, "accepted");
    return await unseal(sealed ?? "", keys);
  }

  test("all of them are published by one comment, one approval, one run and one answer to npm", async () => {
    await ask("1.2.0 --all");
    expect(await story.status()).toMatch(
      /Waiting: `@acme\/widget` 1\.2\.0 with 2 more[^]*- `@acme\/tool`: not published yet/,
    );
    await approve();
    expect(story.runner.jobs).toHaveLength(1);
    expect(story.run().inputs).toMatchObject({ version: "1.2.0", tag: "latest" });
    const job = await step();
    await job.relay.tokenSeen(job.session, {
      npmUser: "alice-npm",
      mayWrite: true,
      expiresAt: null,
      bypass2fa: false,
      dead: false,
    });
    await job.packed("1.2.0");
    expect(await answered(job, { name: widget, version: "1.2.0" })).toBe("123456");
    await publish(job.report, "1.2.0", [widget, gadget]);
    expect(await parts()).toEqual(["widget published", "gadget published", "tool waiting"]);
    await publish(job.report, "1.2.0", [tool]);
    await job.report({ outcome: "published", npmUser: "alice-npm" });
    await endJob();
    const release = await story.release();
    expect([release.state, release.shasum]).toEqual(["published", shasumOf(widget, "1.2.0")]);
    expect(release.packages?.every(({ verifiedAt }) => verifiedAt !== undefined)).toBe(true);
    expect(await story.status()).toContain(`| \`@acme/tool\` | published, ${shasumOf(tool, "1.2.0")} |`);
    expect(story.github.environmentSecrets()).toEqual([]);
    const events = (await story.app.parts.store.audit.ofRelease(release.id)).map(({ what }) => what);
    expect(events.filter((what) => what === "release.package-published")).toHaveLength(3);
    await story.say(story.cast.bob, "/why");
    expect(story.lastWords()).toMatch(/@acme\/widget@1\.2\.0 with 2 more[^]*- `@acme\/gadget`: published/);
  });

  test("what failed at the second is taken up again: the first isn't published twice, and then nothing is left", async () => {
    await ask("1.3.0 --all");
    await approve();
    const job = await step();
    await job.packed("1.3.0");
    await publish(job.report, "1.3.0", [widget]);
    await job.report({ package: gadget, outcome: "failed", message: "npm publish failed (E403)." });
    await job.report({ outcome: "failed", message: "npm publish failed (E403)." });
    await endJob("failure");
    const failed = await story.release();
    expect([failed.state, failed.endCode]).toEqual(["failed", "run-failed"]);
    expect(failed.endText).toContain("Live: `@acme/widget`; not: `@acme/gadget` and `@acme/tool`.");
    expect(failed.endText).toContain("`/release 1.3.0 @acme/gadget @acme/tool`");
    await ask("1.3.0 --all --dry-run");
    expect(story.lastWords()).toContain("To publish: `@acme/gadget` and `@acme/tool`. `@acme/widget`: there already");
    await ask("1.3.0 --all");
    expect(await parts()).toEqual(["widget already", "gadget waiting", "tool waiting"]);
    expect((await story.release()).package).toBe(gadget);
    await approve();
    const again = await step();
    await expect(again.report({ package: widget, outcome: "published" })).rejects.toThrow("doesn't publish");
    await again.packed("1.3.0", [gadget, tool]);
    await publish(again.report, "1.3.0", [gadget, tool]);
    await endJob();
    expect((await story.release()).state).toBe("published");
    const before = await count();
    await ask("1.3.0 --all");
    expect(story.lastWords()).toContain("is on the registry already, published from this very commit");
    expect(await count()).toBe(before);
  });

  test("a version that a stranger published is named, and nothing is begun", async () => {
    const before = await count();
    story.registry.write(tool, "1.4.0", "latest", { publisher: "mallory-npm" });
    await ask("1.4.0 --all");
    expect(story.lastWords()).toContain("`@acme/tool`: 1.4.0 is on the registry already");
    expect(await count()).toBe(before);
  });

  test("whoever isn't a releaser of one of them is refused, and told of which", async () => {
    const before = await count();
    await story.say(story.cast.carol, "/release 1.5.0 --all");
    expect(story.lastWords()).toContain("carol is not among `releasers` of `@acme/gadget` and `@acme/tool`");
    expect(await count()).toBe(before);
  });

  test("a step that would be another version for each is refused: they get one", async () => {
    await ask("minor --all");
    expect(story.lastWords()).toMatch(/`minor` would be 1\.4\.0 for `@acme\/widget` and `@acme\/gadget`, 1\.5\.0 for/);
  });

  test("--changed takes those whose folder isn't what it was at their last release", async () => {
    await ask("1.5.0 --changed");
    expect(story.lastWords()).toContain("No package's folder has changed since its last release");
    commit({ "packages/gadget/index.js": "export {};\n", "README.md": "Widgets\n" });
    await ask("1.5.0 --changed");
    expect(await story.release()).toMatchObject({
      package: gadget,
      packages: null,
      version: "1.5.0",
      state: "waiting",
    });
    await story.say(story.cast.alice, "/cancel");
    commit({ "packages/tool/index.js": "export {};\n" });
    await ask("1.5.0 --changed");
    expect(await parts()).toEqual(["gadget waiting", "tool waiting"]);
    await story.say(story.cast.alice, "/cancel");
  });

  test("one in another environment can't go with the others, and is named; those that fit can be named together", async () => {
    commit({ ".github/countersign.yml": policy('  - { name: "@acme/odd", environment: other }\n') });
    const before = await count();
    await ask("1.6.0 --all");
    expect(story.lastWords()).toContain("beside `@acme/widget`, `@acme/odd` has another `environment`");
    expect(await count()).toBe(before);
    await ask("1.6.0 @acme/tool @acme/gadget --dry-run");
    expect(story.lastWords()).toContain("would ask for 2 packages, each as 1.6.0,");
    await ask("1.6.0 --changed");
    expect(story.lastWords()).toContain("the policy names none for `@acme/odd`");
  });

  test("what is staged waits at npm until all are live; one that is rejected there ends it, and is named", async () => {
    commit({ ".github/countersign.yml": policy("", "trusted-stage") });
    await ask("1.7.0 --all");
    await approve();
    const job = await step();
    await job.packed("1.7.0");
    for (const [index, name] of names.entries())
      await job.report({
        package: name,
        outcome: "staged",
        stageId: stages[index] ?? "",
        shasum: shasumOf(name, "1.7.0"),
      });
    await job.report({ outcome: "staged" });
    await endJob();
    expect((await story.release()).state).toBe("staged");
    for (const stage of stages) expect(await story.status()).toContain(`npm stage approve ${stage}`);
    await story.say(story.cast.bob, "/approve-stage");
    expect(story.lastWords()).toContain("several packages staged");
    story.registry.write(widget, "1.7.0", "latest", { trusted: true });
    await story.pass(30_000, 2);
    expect([(await story.release()).state, ...(await parts())]).toEqual([
      "staged",
      "widget published",
      "gadget staged",
      "tool staged",
    ]);
    story.registry.write(gadget, "1.7.0", "latest", { trusted: true });
    story.registry.statuses.set(`${tool}@1.7.0`, "deleted");
    await story.pass(60_000, 4);
    const { state, endText } = await story.release();
    expect(state).toBe("failed");
    expect(endText).toContain("@acme/tool@1.7.0 was rejected at npm");
    expect(endText).toContain("Live: `@acme/widget` and `@acme/gadget`; not: `@acme/tool`.");
  });

  test("each package's bytes are held against its own: where npm holds others of one, the release ends, and names it", async () => {
    await ask("1.8.0 --all");
    await approve();
    const job = await step();
    await job.packed("1.8.0");
    const staged = async (index: number, heldShasum: string): Promise<void> =>
      await job.report({
        ...{ package: names[index] ?? "", outcome: "staged", stageId: stages[index] ?? "" },
        ...{ shasum: shasumOf(names[index] ?? "", "1.8.0"), heldShasum },
      });
    await staged(0, shasumOf(widget, "1.8.0"));
    expect((await story.release()).state).toBe("running");
    await staged(1, "e".repeat(40));
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "bytes-differ"]);
    expect(endText).toContain("Don't approve @acme/gadget@1.8.0: what npm holds as staged");
    expect(endText).toContain(`npm stage reject ${stages[1] ?? ""}`);
    expect(await parts()).toEqual(["widget staged", "gadget failed", "tool waiting"]);
    await endJob("failure");
  });
});
