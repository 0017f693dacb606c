import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import type { Release } from "../../src/domain/release-types.ts";
import { integrity, names, openSeveral, policy, shasumOf, stages } from "../support/several.ts";
import type { Story } from "../support/story.ts";

const [widget = "", gadget = "", tool = ""] = names;
const sha1 = (bytes: string): string => createHash("sha1").update(bytes).digest("hex");

// One world for all of it: each test has a version of its own, and leaves nothing under way.
describe("several packages, where somebody else had a hand in it", () => {
  let several: Awaited<ReturnType<typeof openSeveral>>;
  let story: Story;
  beforeAll(async () => {
    several = await openSeveral();
    story = several.story;
  });
  afterAll(async () => {
    await several.close();
  });

  async function refusedAsThere(version: string, name = widget): Promise<void> {
    const before = await several.count();
    await several.ask(`${version} --all`);
    expect(story.lastWords()).toContain(`\`${name}\`: ${version} is on the registry already`);
    expect(await several.count()).toBe(before);
  }
  const again = async ({ id }: Release): Promise<Release> => {
    const found = await story.app.parts.store.releases.get(id);
    if (found === null) throw new Error("there is no such release");
    return found;
  };

  describe("taking it up again", () => {
    test("leaves out what an earlier release of one of them published, by its own bytes", async () => {
      await several.ask(`2.0.0 ${widget}`);
      await several.approve();
      story.registry.write(widget, "2.0.0");
      await several.endJob();
      expect((await story.release()).state).toBe("published");
      await several.ask("2.0.0 --all");
      expect(await several.parts()).toEqual(["widget already", "gadget waiting", "tool waiting"]);
      await story.say(story.cast.alice, "/cancel");
    });

    test("takes no version whose bytes weren't those of its own release", async () => {
      await several.ask(`2.1.0 ${widget}`);
      await several.approve();
      const job = await several.step();
      await job.report({ outcome: "published", shasum: shasumOf(widget, "2.1.0"), integrity });
      story.registry.write(widget, "2.1.0", "latest", { bytes: "others" });
      await several.endJob();
      expect((await story.release()).endCode).toBe("other-bytes");
      await refusedAsThere("2.1.0");
    });

    test("takes no version that was found after its release was cancelled, whoever published it", async () => {
      await several.ask(`2.2.0 ${widget}`);
      await several.approve();
      await story.say(story.cast.alice, "/cancel");
      story.registry.write(widget, "2.2.0", "latest", { publisher: "mallory-npm" });
      await story.pass(660_000, 3);
      expect((await story.release()).endText).toContain("is on the registry all the same, published by mallory-npm");
      await refusedAsThere("2.2.0");
    });

    test("takes no version with the right bytes and an odd publisher", async () => {
      await several.ask("2.3.0 --all");
      await several.approve();
      const job = await several.step();
      await job.packed("2.3.0");
      await job.report({ outcome: "failed", npmUser: "alice-npm" });
      story.registry.write(widget, "2.3.0", "latest", { publisher: "mallory-npm" });
      await several.endJob("failure");
      expect((await story.release()).endCode).toBe("other-publisher");
      await refusedAsThere("2.3.0");
    });

    test("takes no version that a job of several left no word of; nor is it said to be theirs", async () => {
      await several.ask("2.4.0 --all");
      await several.approve();
      await story.say(story.cast.alice, "/cancel");
      const cancelled = await story.release();
      story.registry.write(widget, "2.4.0", "latest", { publisher: "mallory-npm" });
      await story.pass(660_000, 3);
      const { endText, packages } = await again(cancelled);
      expect(endText).toContain(
        "published by mallory-npm, and the run told nothing of its bytes: see whether that was this run.",
      );
      expect(endText?.match(/mallory/g)).toHaveLength(1);
      expect(packages?.[0]).toMatchObject({ name: widget, state: "failed", onRegistry: "untold" });
      expect(packages?.[0]?.verifiedAt).toBeUndefined();
      await refusedAsThere("2.4.0");
    });
  });

  test("a release that was taken up again says nothing of what the later one published", async () => {
    await several.ask("2.4.1 --all");
    await several.approve();
    const job = await several.step();
    await job.packed("2.4.1");
    await several.publish(job.report, "2.4.1", [widget]);
    await job.report({ package: gadget, outcome: "failed", message: "npm publish failed (E403)." });
    await several.endJob("failure");
    const failed = await story.release();
    await several.ask("2.4.1 --all");
    await several.approve();
    const next = await several.step();
    // Packed anew these are other bytes.
    for (const name of [gadget, tool]) {
      story.registry.write(name, "2.4.1", "latest", { bytes: "packed anew" });
      await next.report({ package: name, outcome: "published", shasum: sha1("packed anew"), integrity });
    }
    await several.endJob();
    expect((await story.release()).state).toBe("published");
    await story.pass(660_000, 3);
    expect((await again(failed)).endText).toBe(failed.endText);
  });

  test("a green run in which the step failed says what the step said", async () => {
    several.commit({ "packages/widget/index.js": "export {};\n" });
    await several.ask("2.4.2 --all");
    await several.approve();
    const job = await several.step();
    await job.packed("2.4.2");
    await several.publish(job.report, "2.4.2", [widget]);
    await job.report({ package: gadget, outcome: "failed", message: "npm publish failed (E403)." });
    await several.endJob();
    await story.pass(660_000, 11);
    const { endCode, endText } = await story.release();
    expect(endCode).toBe("not-on-registry");
    expect(endText).toContain("`@acme/gadget`, as the step says: npm publish failed (E403).");
    await several.ask("2.4.2 --all --tag next");
    const words =
      /`@acme\/widget`: there already, from an earlier release of this commit\. It hasn't the dist-tag `next`;/;
    expect(await story.status()).toMatch(words);
    await story.say(story.cast.alice, "/cancel");
    expect(await story.status()).toContain("npm dist-tag add @acme/widget@2.4.2 next");
  });

  describe("--changed", () => {
    test("counts from a release that failed over another package, where this one went live", async () => {
      await several.ask("2.4.3 --changed");
      expect(story.lastWords()).toContain("No package's folder has changed since its last release");
    });

    test("doesn't take another package's tag for the last release of this one", async () => {
      const { tags = new Map<string, string>(), commits } = story.cast.widget;
      story.cast.widget.tags = tags;
      tags.set("v2.4.4", [...commits.keys()][0] ?? "");
      story.registry.write(gadget, "2.4.4");
      await several.ask("2.4.5 --changed");
      expect(story.lastWords()).toContain("No package's folder has changed since its last release");
    });

    test("says so where a package's folder may lie beyond what GitHub lists", async () => {
      several.commit(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`wide/${index}.txt`, ""])));
      several.commit({ ".github/countersign.yml": policy('  - { name: "@acme/far", directory: wide/far }\n') });
      await several.ask("2.4.5 --changed");
      expect(story.lastWords()).toContain("GitHub lists the first 1000 entries of a folder, and `wide/far` of");
    });
  });

  test("what came in is counted from the oldest of the last releases, and says whose that is", async () => {
    several.commit({ "packages/widget/index.js": "export const a = 1;\n" });
    await several.ask(`2.4.6 ${widget}`);
    await several.approve();
    story.registry.write(widget, "2.4.6");
    await several.endJob();
    await several.ask(`2.4.7 ${widget} ${gadget} @acme/far`);
    const desk = createDesk(story.app.parts);
    const view = await desk.view((await story.release()).id);
    if (view === null) throw new Error("there is no release");
    const changes = await desk.changes(view);
    expect(changes).toMatchObject({ of: gadget, last: { version: "2.4.1" }, unreleased: ["@acme/far"] });
    expect(changes.commits?.total).toBeGreaterThan(2);
    await story.say(story.cast.alice, "/cancel");
  });

  describe("what npm has staged", () => {
    beforeAll(() => {
      several.commit({ ".github/countersign.yml": policy("", "trusted-stage") });
    });
    afterEach(() => {
      story.registry.fail.status = null;
      delete story.registry.fail.only;
      story.registry.statuses.clear();
    });

    /** Of a release that is to be asked for with these words; npm tells that it has all of it staged. */
    async function stage(version: string, some = names): Promise<void> {
      await several.ask(`${version} ${some.length === 1 ? (some[0] ?? "") : "--all"}`);
      await several.approve();
      const job = await several.step();
      for (const [index, name] of some.entries())
        if (some.length > 1) await job.staged(version, index);
        else await job.report({ outcome: "staged", stageId: stages[0] ?? "", shasum: shasumOf(name, version) });
      await job.report({ outcome: "staged" });
      await several.endJob();
      for (const name of some) story.registry.statuses.set(`${name}@${version}`, "staged");
      await story.pass(60_000, 2);
      expect((await story.release()).state).toBe("staged");
    }

    test("is called blocked where npm blocks all of it, and goes on being named", async () => {
      await stage("2.4.9");
      for (const name of names) story.registry.statuses.set(`${name}@2.4.9`, "blocked");
      await story.pass(60_000, 4);
      const { state, endCode, endText } = await story.release();
      expect([state, endCode]).toEqual(["failed", "stage-blocked"]);
      expect(endText).toContain(`Not to be approved at npm: \`@acme/widget\` (\`npm stage reject ${stages[0] ?? ""}\``);
    });

    test.each([
      ["2.5.0", "the registry", names, {}],
      ["2.5.1", "how versions stand", names, { only: "statuses" as const }],
      ["2.5.2", "how versions stand, of a single one,", [widget], { only: "statuses" as const }],
    ])(
      "%s goes on waiting while %s can't be read, and ends once it was rejected there",
      async (version, _, some, how) => {
        await stage(version, some);
        Object.assign(story.registry.fail, { status: 503, ...how });
        await story.pass(120_000, 6);
        expect((await story.release()).state).toBe("staged");
        story.registry.fail.status = null;
        delete story.registry.fail.only;
        await story.pass(60_000, 3);
        expect((await story.release()).state).toBe("staged");
        story.registry.statuses.clear();
        await story.pass(60_000, 4);
        expect((await story.release()).state).toBe("rejected");
      },
    );
  });
});
