import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open as unseal, seal } from "../../src/domain/sealed-box.ts";
import { names, openSeveral, policy, shasumOf, stages } from "../support/several.ts";
import type { Story } from "../support/story.ts";

const [widget = "", gadget = "", tool = ""] = names;

// One world for all of it: each test has a version of its own, and leaves nothing under way.
describe("several packages in one release", () => {
  let several: Awaited<ReturnType<typeof openSeveral>>;
  let story: Story;
  beforeAll(async () => {
    several = await openSeveral();
    story = several.story;
  });
  afterAll(async () => {
    await several.close();
  });

  /** alice answers npm's question in the running job. */
  async function answered(
    { relay, session, keys }: Awaited<ReturnType<typeof several.step>>,
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
    await several.ask("1.2.0 --all");
    expect(await story.status()).toMatch(
      /Waiting: `@acme\/widget` 1\.2\.0 with 2 more[^]*- `@acme\/tool`: not published yet/,
    );
    await several.approve();
    expect(story.runner.jobs).toHaveLength(1);
    expect(story.run().inputs).toMatchObject({ version: "1.2.0", tag: "latest" });
    const job = await several.step();
    await job.relay.tokenSeen(job.session, {
      npmUser: "alice-npm",
      mayWrite: true,
      expiresAt: null,
      bypass2fa: false,
      dead: false,
    });
    await job.packed("1.2.0");
    expect(await answered(job, { name: widget, version: "1.2.0" })).toBe("123456");
    await several.publish(job.report, "1.2.0", [widget, gadget]);
    expect(await several.parts()).toEqual(["widget published", "gadget published", "tool waiting"]);
    await several.publish(job.report, "1.2.0", [tool]);
    await job.report({ outcome: "published", npmUser: "alice-npm" });
    await several.endJob();
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
    await several.ask("1.3.0 --all");
    await several.approve();
    const job = await several.step();
    await job.packed("1.3.0");
    await several.publish(job.report, "1.3.0", [widget]);
    await job.report({ package: gadget, outcome: "failed", message: "npm publish failed (E403)." });
    await job.report({ outcome: "failed", message: "npm publish failed (E403)." });
    await several.endJob("failure");
    const failed = await story.release();
    expect([failed.state, failed.endCode]).toEqual(["failed", "run-failed"]);
    expect(failed.endText).toContain("Live: `@acme/widget`; not: `@acme/gadget` and `@acme/tool`.");
    expect(failed.endText).toContain("`/release 1.3.0 @acme/gadget @acme/tool`");
    await several.ask("1.3.0 --all --dry-run");
    expect(story.lastWords()).toContain("To publish: `@acme/gadget` and `@acme/tool`. `@acme/widget`: there already");
    await several.ask("1.3.0 --all");
    expect(await several.parts()).toEqual(["widget already", "gadget waiting", "tool waiting"]);
    expect((await story.release()).package).toBe(gadget);
    await several.approve();
    const again = await several.step();
    await expect(again.report({ package: widget, outcome: "published" })).rejects.toThrow("doesn't publish");
    await again.packed("1.3.0", [gadget, tool]);
    await several.publish(again.report, "1.3.0", [gadget, tool]);
    await several.endJob();
    expect((await story.release()).state).toBe("published");
    const before = await several.count();
    await several.ask("1.3.0 --all");
    expect(story.lastWords()).toContain("is on the registry already, published from this very commit");
    expect(await several.count()).toBe(before);
  });

  test("a version that a stranger published is named, and nothing is begun", async () => {
    const before = await several.count();
    story.registry.write(tool, "1.4.0", "latest", { publisher: "mallory-npm" });
    await several.ask("1.4.0 --all");
    expect(story.lastWords()).toContain("`@acme/tool`: 1.4.0 is on the registry already");
    expect(await several.count()).toBe(before);
  });

  test("whoever isn't a releaser of one of them is refused, and told of which", async () => {
    const before = await several.count();
    await story.say(story.cast.carol, "/release 1.5.0 --all");
    expect(story.lastWords()).toContain("carol is not among `releasers` of `@acme/gadget` and `@acme/tool`");
    expect(await several.count()).toBe(before);
  });

  test("a step that would be another version for each is refused: they get one", async () => {
    await several.ask("minor --all");
    expect(story.lastWords()).toMatch(/`minor` would be 1\.4\.0 for `@acme\/widget` and `@acme\/gadget`, 1\.5\.0 for/);
  });

  test("--changed takes those whose folder isn't what it was at their last release", async () => {
    await several.ask("1.5.0 --changed");
    expect(story.lastWords()).toContain("No package's folder has changed since its last release");
    several.commit({ "packages/gadget/index.js": "export {};\n", "README.md": "Widgets\n" });
    await several.ask("1.5.0 --changed");
    expect(await story.release()).toMatchObject({
      package: gadget,
      packages: null,
      version: "1.5.0",
      state: "waiting",
    });
    await story.say(story.cast.alice, "/cancel");
    several.commit({ "packages/tool/index.js": "export {};\n" });
    await several.ask("1.5.0 --changed");
    expect(await several.parts()).toEqual(["gadget waiting", "tool waiting"]);
    await story.say(story.cast.alice, "/cancel");
  });

  test("one in another environment can't go with the others, and is named; those that fit can be named together", async () => {
    several.commit({ ".github/countersign.yml": policy('  - { name: "@acme/odd", environment: other }\n') });
    const before = await several.count();
    await several.ask("1.6.0 --all");
    expect(story.lastWords()).toContain("beside `@acme/widget`, `@acme/odd` has another `environment`");
    expect(await several.count()).toBe(before);
    await several.ask("1.6.0 @acme/tool @acme/gadget --dry-run");
    expect(story.lastWords()).toContain("would ask for 2 packages, each as 1.6.0,");
    await several.ask("1.6.0 --changed");
    expect(story.lastWords()).toContain("the policy names none for `@acme/odd`");
  });

  test("what is staged waits at npm until all are live; one that is rejected there ends it, and is named", async () => {
    several.commit({ ".github/countersign.yml": policy("", "trusted-stage") });
    await several.ask("1.7.0 --all");
    await several.approve();
    const job = await several.step();
    await job.packed("1.7.0");
    for (const [index, name] of names.entries())
      await job.report({
        package: name,
        outcome: "staged",
        stageId: stages[index] ?? "",
        shasum: shasumOf(name, "1.7.0"),
      });
    await job.report({ outcome: "staged" });
    await several.endJob();
    expect((await story.release()).state).toBe("staged");
    for (const stage of stages) expect(await story.status()).toContain(`npm stage approve ${stage}`);
    await story.say(story.cast.bob, "/approve-stage");
    expect(story.lastWords()).toContain("several packages staged");
    story.registry.write(widget, "1.7.0", "latest", { trusted: true });
    await story.pass(30_000, 2);
    expect([(await story.release()).state, ...(await several.parts())]).toEqual([
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
    await several.ask("1.8.0 --all");
    await several.approve();
    const job = await several.step();
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
    expect(await several.parts()).toEqual(["widget staged", "gadget failed", "tool waiting"]);
    await several.endJob("failure");
  });
});
