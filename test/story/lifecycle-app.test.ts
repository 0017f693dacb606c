import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askSweep } from "../../src/jobs/schedule.ts";
import { Lifecycle } from "../support/lifecycle.ts";

let life: Lifecycle;
beforeEach(async () => {
  life = await Lifecycle.open();
});
afterEach(async () => {
  await life.close();
  expect(life.story.judge.violations).toEqual([]);
});

const armed = ["widget/npm/NPM_TOKEN"];

describe("the app is suspended on an account", () => {
  async function suspend(): Promise<void> {
    life.story.github.owners.suspend(life.installation, life.story.cast.dave);
    await life.story.settle();
  }
  async function unsuspend(): Promise<void> {
    life.story.github.owners.unsuspend(life.installation, life.story.cast.dave);
    await life.story.settle();
  }

  test("a release that waits goes on waiting, says why, and goes on as soon as that is lifted", async () => {
    const { story } = life;
    await life.untilWaiting();
    await suspend();
    await life.minutes(30);
    const { id, state, decision } = await story.release();
    expect(state).toBe("waiting");
    expect(decision?.children?.[0]).toMatchObject({ rule: "github", verdict: "waiting" });
    expect(decision?.children?.[0]?.text).toMatch(/is suspended on this account at GitHub|may be suspended/);
    await unsuspend();
    await story.say(story.cast.bob, "/approve");
    await story.finishJob();
    expect(await story.app.parts.store.releases.get(id)).toMatchObject({ state: "published" });
  });

  test("what is armed is shown in red, its release isn't given up, and both are settled as soon as it is lifted", async () => {
    const { story } = life;
    await story.untilRunning();
    await suspend();
    expect(story.github.environmentSecrets()).toEqual(armed);
    expect(await life.stuck()).toHaveLength(1);
    await story.finishJob();
    await life.minutes(90);
    expect(await life.stuck()).toHaveLength(1);
    expect((await story.release()).state).toBe("running");
    await unsuspend();
    expect(story.github.environmentSecrets()).toEqual([]);
    await life.minutes(1);
    expect((await story.release()).state).toBe("published");
    expect(await life.openLeases()).toEqual([]);
  });

  test("sealed tokens stay, and the repository's page says what is the matter", async () => {
    await suspend();
    expect(await life.forgotten()).toBeNull();
    await unsuspend();
    expect(await life.forgotten()).toBeNull();
    expect(await life.page(`/repositories/${life.story.cast.widget.id}`)).not.toMatch(/suspended/);
  });
});

describe.each(["uninstalled", "taken from the repository"])("the app is %s", (how) => {
  async function lose(): Promise<void> {
    const { github, cast } = life.story;
    if (how === "uninstalled") github.owners.uninstall(life.installation, cast.dave);
    else github.owners.setRepositories(life.installation, "removed", [cast.widget], cast.dave);
    await life.story.settle();
  }
  async function back(): Promise<void> {
    const { github, cast } = life.story;
    if (how === "uninstalled") github.install(cast.app, cast.acme, [cast.widget]);
    else github.owners.setRepositories(life.installation, "added", [cast.widget], cast.dave);
    await life.story.settle();
  }

  test("a release that waits ends with words, and its run is stopped when the app is back", async () => {
    const { story } = life;
    await life.untilWaiting();
    const run = story.run();
    await lose();
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["refused", "app-removed"]);
    expect(endText).toMatch(/^The app was taken from this repository\. Nothing was published\. Cancel its run \d+/);
    expect(story.github.statusOf(run)).toBe("waiting");
    await life.minutes(40);
    await back();
    expect(story.github.statusOf(run)).toMatch(/^completed/);
    expect(story.runner.jobs).toEqual([]);
  });

  test("what is armed stays red for as long as it takes, and goes as soon as the app is back", async () => {
    const { story } = life;
    await story.untilRunning();
    await lose();
    await life.minutes(120);
    expect(story.github.environmentSecrets()).toEqual(armed);
    expect(await life.stuck()).toMatchObject([{ disarmedAt: null, lastError: expect.stringMatching(/./) as string }]);
    // Nobody is shown the repository any more, but whose token it is sees that it stays.
    expect(await life.page("/", story.cast.alice)).toMatch(
      /A secret can.{1,6}t be removed\. NPM_TOKEN.*its owner \(you\)/,
    );
    expect(await life.page("/", story.cast.bob)).not.toContain("NPM_TOKEN");
    const { state, endText } = await story.release();
    expect(state).toBe("failed");
    expect(endText).toMatch(
      /while the release ran\. .*Delete the secret NPM_TOKEN in npm.*revoke the npm token of alice/,
    );
    await back();
    expect(story.github.environmentSecrets()).toEqual([]);
    await life.minutes(1);
    expect(await life.openLeases()).toEqual([]);
  });

  test("what was removed just before stays open until its absence can be read again", async () => {
    const { story } = life;
    await story.untilRunning();
    story.github.core.faults.deliveries((event) => (event === "workflow_run" ? "lose" : "send"));
    await story.finishJob();
    expect(story.github.environmentSecrets()).toEqual([]);
    await lose();
    await life.minutes(10);
    expect(await life.openLeases()).toHaveLength(1);
    await back();
    await life.minutes(2);
    expect(await life.openLeases()).toEqual([]);
  });

  test("sealed tokens are forgotten, and their owner is asked to revoke them", async () => {
    await lose();
    expect(await life.forgotten()).toBe("app-removed");
    expect(await life.story.app.parts.store.todos.openOf(life.story.cast.alice.id)).toMatchObject([
      { why: "app-removed" },
    ]);
  });
});

describe("the app's permissions shrink", () => {
  test("a release that waits names the permission that is lacking, and goes on as soon as it is granted again", async () => {
    const { story } = life;
    await life.untilWaiting();
    story.github.owners.shrinkPermissions(life.installation, ["environments"]);
    await story.say(story.cast.bob, "/approve");
    await life.minutes(20);
    const { id, state } = await story.release();
    expect(state).toBe("waiting");
    expect(await life.page(`/releases/${id}`)).toMatch(/takes the app.{1,6}s permission environments: read/);
    story.clock.advance(1000);
    story.github.owners.acceptPermissions(life.installation, story.cast.dave);
    await story.settle();
    expect(story.runner.jobs).toHaveLength(1);
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
  });

  test("what is armed is red with the permission's name, and goes as soon as it is granted again", async () => {
    const { story } = life;
    await story.untilRunning();
    story.github.owners.shrinkPermissions(life.installation, ["environments"]);
    await story.finishJob();
    await life.minutes(60);
    expect(await life.stuck()).toMatchObject([
      { lastError: expect.stringContaining("environments: write: see whether the installation has it") as string },
    ]);
    expect(await life.page("/")).toContain("environments: write");
    story.github.owners.acceptPermissions(life.installation, story.cast.dave);
    await story.settle();
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("the repository's page names what is lacking, and tokens stay", async () => {
    const path = `/repositories/${life.story.cast.widget.id}`;
    expect(await life.page(path)).not.toContain("lacks");
    life.story.github.owners.shrinkPermissions(life.installation, ["deployments", "secrets"]);
    expect(await life.page(path)).toContain("Countersign lacks permissions here: deployments: write, secrets: read.");
    await askSweep(life.story.app.parts);
    await life.story.pass(60_000);
    expect(await life.forgotten()).toBeNull();
  });
});

describe("the app's key is changed at GitHub", () => {
  const health = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${life.story.publicUrl}/readyz`)).json()) as never;
  const said = (): string[] => life.story.logLines.filter((line) => line.includes("Work waits for it"));

  test("with both keys good for a while, a restart with the new one interrupts nothing", async () => {
    const { story } = life;
    await story.untilRunning();
    const key = story.github.owners.addKey(story.cast.app);
    await story.finishJob();
    await story.app.stop();
    story.cast.app.privateKey = key;
    await story.startApp();
    story.github.owners.deleteOldKeys(story.cast.app);
    await life.minutes(2);
    expect((await story.release()).state).toBe("published");
    expect(said()).toEqual([]);
  });

  test("a key that GitHub refuses is one sentence in the log and on /readyz; everything waits, and goes on with a good key", async () => {
    const { story } = life;
    await story.untilRunning();
    const key = story.github.owners.addKey(story.cast.app);
    story.github.owners.deleteOldKeys(story.cast.app);
    await story.app.stop();
    await story.startApp();
    expect(said()).toEqual([
      expect.stringMatching(/GitHub doesn't accept the app's key: look at APP_ID and PRIVATE_KEY/),
    ]);
    expect(await health()).toMatchObject({
      ok: true,
      github: expect.stringContaining("PRIVATE_KEY") as string,
    });
    // The job ends, its events are taken in, and the work on them is set aside in the end.
    await story.finishJob();
    await story.say(story.cast.alice, "/tokens");
    await life.minutes(120);
    expect(said()).toHaveLength(1);
    expect(story.github.environmentSecrets()).toEqual(armed);
    expect(await life.stuck()).toHaveLength(1);
    expect(await life.forgotten()).toBeNull();
    const words = story.lastWords();
    await story.app.stop();
    story.cast.app.privateKey = key;
    await story.startApp();
    expect(story.github.environmentSecrets()).toEqual([]);
    await life.minutes(3);
    expect(story.lastWords()).not.toBe(words);
    expect((await story.release()).state).toBe("published");
    expect(await health()).toEqual({ ok: true, database: "ok", github: "ok" });
  });
});

describe("the webhook secret is changed", () => {
  const codes = (): number[] => life.story.github.core.state.deliveries.map(({ statusCode }) => statusCode);

  test("in three steps, deliveries under either secret are taken meanwhile, and none is lost", async () => {
    const { story } = life;
    const { app, alice, bob } = story.cast;
    const before = codes().length;
    const [former, next] = [app.webhookSecret, "the-next-webhook-secret-0123456789"];
    const restart = async (secrets: string[]): Promise<void> => {
      await story.app.stop();
      story.webhookSecrets = secrets;
      await story.startApp();
    };
    await restart([former, next]);
    await story.say(alice, "/release 1.2.0");
    app.webhookSecret = next;
    await story.say(bob, "/approve");
    await restart([next]);
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    expect(codes().length).toBeGreaterThan(before + 8);
    expect(
      codes()
        .slice(before)
        .every((code) => code === 202 || code === 200),
    ).toBe(true);
    app.webhookSecret = former;
    await story.say(alice, "/status");
    expect(codes().at(-1)).toBe(401);
  });
});
