import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Stop } from "../../src/domain/release-types.ts";
import { askReconcile } from "../../src/jobs/schedule.ts";
import type { CommentState, IssueState, RepositoryState, UserState } from "../world/github/state.ts";
import { policy } from "../world/cast.ts";
import { workflow } from "../world/scene.ts";
import { tokenOf } from "../chaos/scene.ts";
import { Story } from "../support/story.ts";

let story: Story;
beforeEach(async () => {
  story = await Story.open();
});
afterEach(async () => {
  await story.close();
  expect(story.judge.violations).toEqual([]);
});

/** Another repository of an account, with all that a release needs. */
async function another(
  owner: Parameters<typeof story.github.createRepository>[0],
  name: string,
): Promise<{ repository: RepositoryState; issue: IssueState }> {
  const { github, cast, publicUrl } = story;
  const { app, alice, bob } = cast;
  const repository = github.createRepository(owner, name, {
    collaborators: [
      [alice, "write"],
      [bob, "write"],
    ],
    files: {
      ".github/countersign.yml": policy.replace("@acme/widget", `@acme/${name}`),
      ".github/workflows/publish.yml": workflow("publish-quick.yml", publicUrl),
      "package.json": `${JSON.stringify({ name: `@acme/${name}`, version: "1.0.0" })}\n`,
    },
  });
  const environment = github.createEnvironment(repository, "npm", { rules: [app], branches: ["main"] });
  const issue = github.openIssue(repository, alice, `Release the ${name}`);
  const place = { repository, environment, issue, package: `@acme/${name}` };
  story.registry.write(place.package, "1.0.0");
  await story.app.parts.store.tokens.put(tokenOf(place, alice, story.clock.now()));
  return { repository, issue };
}

async function sayIn(
  place: { repository: RepositoryState; issue: IssueState },
  by: UserState,
  body: string,
): Promise<CommentState> {
  await story.pass(1000);
  const comment = story.github.comment(place.repository, place.issue, by, body);
  await story.settle();
  return comment;
}

const here = (): { repository: RepositoryState; issue: IssueState } => ({
  repository: story.cast.widget,
  issue: story.cast.issue,
});
const stateIn = async ({ repository }: { repository: RepositoryState }): Promise<string | undefined> =>
  (await story.app.parts.store.releases.recent([repository.id], 1))[0]?.state;

async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await askReconcile(story.app.parts);
    await story.pass(60_000);
  }
}

/** Stored, and nothing done about it yet: as right after its transaction. */
async function storedStop(): Promise<void> {
  const { acme, widget, dave } = story.cast;
  const stop: Stop = {
    ...{ id: "stop-1", accountId: acme.user.id, accountLogin: "acme", repositoryId: widget.id },
    ...{ reason: "a laptop was stolen", origin: "chat", beganAt: story.clock.now() },
    ...{ beganById: dave.id, beganByLogin: "dave", openFor: acme.user.id },
    ...{ liftedAt: null, liftedById: null, liftedByLogin: null, liftReason: null },
  };
  expect(await story.app.parts.store.stops.begin(stop)).toBe(true);
}

describe("/panic", () => {
  test("removes every secret, ends every release, shuts every gate, and refuses new ones, in all repositories of the account alone", async () => {
    const { acme, alice, dave } = story.cast;
    const gadget = await another(acme, "gadget");
    const installation = [...story.github.core.state.installations.values()][0];
    installation?.repositoryIds.add(gadget.repository.id);
    const mine = await another(alice, "own");
    story.github.install(story.cast.app, alice, [mine.repository]);
    await story.settle();
    await sayIn(gadget, alice, "/release 1.1.0");
    await sayIn(mine, alice, "/release 3.0.0");
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.untilRunning();
    expect(story.github.environmentSecrets()).toEqual(["widget/npm/NPM_TOKEN"]);
    expect(await stateIn(gadget)).toBe("waiting");

    await story.say(dave, "/panic a laptop was stolen");
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await stateIn(here())).toBe("cancelled");
    expect(await stateIn(gadget)).toBe("cancelled");
    expect(await stateIn(mine)).toBe("waiting");
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
    // Its gate was refused.
    expect(story.github.statusOf(story.github.runs(gadget.repository).at(-1)!)).toBe("completed/failure");
    expect(story.lastWords()).toMatch(
      /^🛑 \*\*All releases of acme are stopped\.\*\* 1 secret to be removed, 2 releases to be ended: \[see what is left\]/,
    );
    expect(await story.status()).toContain(
      "dave stopped all releases of acme: a laptop was stolen. Its job may have had the npm token",
    );
    const { endText } = (await story.app.parts.store.releases.recent([gadget.repository.id], 1))[0]!;
    expect(endText).toBe("dave stopped all releases of acme: a laptop was stolen. Nothing was published.");

    await story.say(alice, "/release 1.3.0");
    expect(story.lastWords()).toMatch(
      /^All releases of acme are stopped since .* UTC, by dave: `a laptop was stolen`\. .*\/lift.* Nothing was started\./,
    );
    await sayIn(mine, story.cast.bob, "/approve");
    expect(await stateIn(mine)).toBe("running");
  });

  test("asks the owner of a token that a job had to revoke it, whatever the policy says of revoking, and nobody else", async () => {
    const { alice, carol, dave } = story.cast;
    await story.untilRunning();
    await story.sealToken(carol, "npm_the-token-of-carol");
    await story.say(dave, "/panic a laptop was stolen");
    await minutes(5);
    const { todos, tokens } = story.app.parts.store;
    expect(await todos.openOf(alice.id)).toMatchObject([{ why: "stopped", personLogin: "alice" }]);
    expect(await todos.openOf(carol.id)).toEqual([]);
    expect((await tokens.ofPerson(alice.id)).map(({ removedAt }) => removedAt === null)).toEqual([false]);
    expect((await tokens.ofPerson(carol.id)).map(({ removedAt }) => removedAt === null)).toEqual([true]);
  });

  test("asks nobody to revoke what lay there behind a gate that stayed shut", async () => {
    const { alice, dave } = story.cast;
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.say(alice, "/release 1.2.0");
    await story.say(dave, "/panic a laptop was stolen");
    await minutes(5);
    expect(await story.app.parts.store.todos.openOf(alice.id)).toEqual([]);
  });

  test("is for admins, needs a reason, and says it when all is stopped already", async () => {
    const { bob, dave } = story.cast;
    await story.say(bob, "/panic I don't like it");
    expect(story.lastWords()).toBe(
      "Only an admin of acme/widget may stop all releases of acme; to stop a single one, use `/cancel`.",
    );
    await story.say(dave, "/panic");
    expect(story.lastWords()).toMatch(/^It needs a reason, .*`\/panic <why>`/);
    expect(await story.app.parts.store.stops.open()).toEqual([]);
    await story.say(dave, "/panic first");
    await story.say(dave, "/panic second");
    expect(story.lastWords()).toMatch(/^All releases of acme are stopped already, by dave: `first`\. 0 secrets/);
    expect(await story.app.parts.store.stops.open()).toMatchObject([{ reason: "first" }]);
  });

  test("can be lifted with a reason, by an admin of where it was begun; what was ended stays ended", async () => {
    const { alice, bob, dave } = story.cast;
    await story.say(dave, "/lift nothing to lift");
    expect(story.lastWords()).toBe("Nothing of acme is stopped: releases can be asked for.");
    await story.say(dave, "/panic a laptop was stolen");
    await story.say(bob, "/lift I don't mind");
    expect(story.lastWords()).toMatch(/^Only an admin of acme\/widget may lift the stop of acme/);
    await story.say(dave, "/lift every token was revoked");
    expect(story.lastWords()).toMatch(/^Releases of acme can be asked for again/);
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.say(alice, "/release 1.2.0");
    expect(await stateIn(here())).toBe("waiting");
    const told = await story.app.parts.store.audit.page({
      ...{ repositoryIds: [story.cast.widget.id], filter: { what: "panic." }, before: null, limit: 9 },
    });
    expect(told.map(({ what, actor, detail }) => [what, actor, detail["reason"]])).toEqual([
      ["panic.lifted", "dave", "every token was revoked"],
      ["panic.begun", "dave", "a laptop was stolen"],
    ]);
  });

  test("works while GitHub refuses half of what it is asked, and is done as soon as it can be", async () => {
    const { alice, dave } = story.cast;
    const gadget = await another(story.cast.acme, "gadget");
    [...story.github.core.state.installations.values()][0]?.repositoryIds.add(gadget.repository.id);
    await sayIn(gadget, alice, "/release 1.1.0");
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.untilRunning();
    for (let nth = 2; nth <= 1_000; nth += 2) story.github.core.faults.on({ route: /^\/(?!login)/, nth, status: 502 });
    await story.say(dave, "/panic a laptop was stolen");
    expect((await story.app.parts.store.stops.open()).length).toBe(1);
    await minutes(5);
    expect(await stateIn(here())).toBe("cancelled");
    expect(await stateIn(gadget)).toBe("cancelled");
    expect(story.github.environmentSecrets()).toEqual([]);
    story.github.core.faults.clear();
    await minutes(10);
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
    // Its gate was refused.
    expect(story.github.statusOf(story.github.runs(gadget.repository).at(-1)!)).toBe("completed/failure");
    expect(await story.app.parts.store.leases.open()).toEqual([]);
  });

  test("said while a secret is being put: its gate stays shut, and it is removed", async () => {
    const { alice, bob } = story.cast;
    await story.sealToken(alice, "npm_the-token-of-alice");
    story.github.core.faults.on({
      operation: "actions/create-or-update-environment-secret",
      times: 1,
      before: storedStop,
    });
    await story.say(alice, "/release 1.2.0");
    await story.say(bob, "/approve");
    expect(story.runner.jobs).toEqual([]);
    expect(story.github.core.log.some(({ operationId }) => operationId === "actions/review-custom-gates-for-run")).toBe(
      true,
    );
    expect(story.github.environmentSecrets()).toEqual([]);
    await minutes(2);
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
    expect(["failed", "cancelled"]).toContain(await stateIn(here()));
    expect(await story.status()).toContain("a laptop was stolen");
  });

  test("killed right after it was stored: nothing is armed by an approval, and the next minute ends what waits", async () => {
    const { alice, bob } = story.cast;
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.say(alice, "/release 1.2.0");
    await storedStop();
    await story.say(bob, "/approve");
    expect(await stateIn(here())).toBe("waiting");
    expect(story.github.environmentSecrets()).toEqual([]);
    await minutes(1);
    expect(await stateIn(here())).toBe("cancelled");
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
  });

  test("refuses at the gate what is started on GitHub's Actions page", async () => {
    const { alice, dave } = story.cast;
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.say(dave, "/panic a laptop was stolen");
    story.github.runWorkflow(story.cast.widget, alice, "publish.yml", { version: "1.2.0", tag: "latest" });
    await story.settle();
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
    expect(await stateIn(here())).toBeUndefined();
  });
});
