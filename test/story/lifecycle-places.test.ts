import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { giveWord } from "../../src/desk/word.ts";
import { viewRelease } from "../../src/desk/view.ts";
import { last } from "../world/github/index.ts";
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

/** A webhook that is lost. */
function lose(...events: string[]): void {
  life.story.github.core.faults.deliveries((event) => (events.includes(event) ? "lose" : "send"));
}

describe("the repository is archived", () => {
  const setArchived = async (archived: boolean): Promise<void> => {
    life.story.github.owners.setArchived(life.story.cast.widget, archived, life.story.cast.dave);
    await life.story.settle();
  };

  test("a release that waits ends with words; nothing is armed by an approval, and its run is stopped once it is unarchived", async () => {
    const { story } = life;
    await life.untilWaiting();
    await setArchived(true);
    const { id, state, endText } = await story.release();
    expect(state).toBe("refused");
    expect(endText).toMatch(
      /^The repository was archived, and GitHub takes no changes there: unarchive it and ask again/,
    );
    expect(await life.page(`/releases/${id}`)).toContain("The repository was archived");
    await life.minutes(40);
    await setArchived(false);
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
    expect(await story.status()).toContain("The repository was archived");
    expect(story.runner.jobs).toEqual([]);
  });

  test("without its event, arming is refused by GitHub's own words, and no lease stays for a secret that was never there", async () => {
    const { story } = life;
    await life.untilWaiting();
    lose("repository");
    await setArchived(true);
    // In an archived repository nobody can comment, but the release page is there.
    const { id: releaseId, sha } = await story.release();
    const word = { verdict: "approved", source: "dashboard", comment: null, evidence: "page" } as const;
    await giveWord(story.app.parts, { ...word, releaseId, sha, person: story.cast.bob });
    await story.settle();
    expect((await story.release()).endText).toMatch(/Repository was archived so is read-only/);
    await life.minutes(3);
    expect(await life.stuck()).toEqual([]);
    expect((await life.openLeases()).filter(({ state }) => state !== "closed")).toEqual([]);
  });

  test("a job that runs goes on; what is armed is red from its end on, and goes as soon as it is unarchived", async () => {
    const { story } = life;
    await story.untilRunning();
    await setArchived(true);
    expect((await story.release()).state).toBe("running");
    await story.finishJob();
    await life.minutes(40);
    expect((await story.release()).state).toBe("published");
    expect(story.github.environmentSecrets()).toEqual(armed);
    expect(await life.stuck()).toMatchObject([{ lastError: expect.stringContaining("archived") as string }]);
    await setArchived(false);
    expect(story.github.environmentSecrets()).toEqual([]);
    await life.minutes(2);
    expect(await life.openLeases()).toEqual([]);
  });

  test("sealed tokens stay", async () => {
    await setArchived(true);
    expect(await life.forgotten()).toBeNull();
  });
});

describe.each(["repository", "organisation"])("the %s is renamed", (what) => {
  async function rename(): Promise<void> {
    const { github, cast } = life.story;
    if (what === "repository") github.owners.rename(cast.widget, "gadget", cast.dave);
    else github.owners.renameOrganization(cast.acme, "globex", cast.dave);
    await life.story.settle();
  }
  const name = what === "repository" ? "acme/gadget" : "globex/widget";

  test("a release that waits goes on under the new name, which pages and links show", async () => {
    const { story } = life;
    await life.untilWaiting();
    await rename();
    const { id } = await story.release();
    expect(await life.page(`/releases/${id}`)).toContain(`in ${name},`);
    expect((await viewRelease(story.app.parts, id))?.release.runUrl).toContain(`/${name}/actions/runs/`);
    expect(await story.status()).toContain(`/${name}/actions/runs/`);
    expect(await life.page(`/repositories/${story.cast.widget.id}`)).toContain(name);
    // Teams and people are asked for under the organisation's new name, which the policy has to have too.
    await story.say(story.cast.bob, "/approve");
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("what is armed is removed under the new name", async () => {
    const { story } = life;
    await story.untilRunning();
    await rename();
    await story.finishJob();
    expect(story.github.environmentSecrets()).toEqual([]);
    await life.minutes(2);
    expect((await story.release()).state).toBe("published");
    expect(await life.openLeases()).toEqual([]);
    expect(await life.forgotten()).toBeNull();
  });

  test("without its event, the name is learned from GitHub's redirect, which is never followed", async () => {
    const { story } = life;
    await story.untilRunning();
    lose("repository", "organization", "workflow_job", "workflow_run");
    await rename();
    story.registry.write("@acme/widget", "1.2.0");
    story.runner.jobs.at(-1)?.finish("success");
    await story.github.until(() => story.github.engine.idle());
    await life.minutes(3);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.release()).toMatchObject({ state: "published", endText: null });
    expect(story.github.core.log.filter(({ path }) => path.includes("/repositories/"))).toEqual([]);
  });

  test("an event that is late doesn't bring the old name back", async () => {
    const { story } = life;
    const { repositories } = story.app.parts.store;
    story.github.core.faults.deliveries((event) => (event === "issue_comment" ? "hold" : "send"));
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.alice, "hello");
    await rename();
    story.github.core.faults.clear();
    story.github.hooks.release();
    await story.settle();
    const known = await repositories.get(story.cast.widget.id);
    expect(`${known?.owner}/${known?.name}`).toBe(name);
  });
});

test("another repository that has the old name now keeps what is its own", async () => {
  const { story } = life;
  const { github, cast } = story;
  await story.untilRunning();
  lose("repository");
  github.owners.rename(cast.widget, "gadget", cast.dave);
  const other = github.createRepository(cast.acme, "widget", { files: { "a.txt": "a" } });
  const npm = github.createEnvironment(other, "npm", { rules: [cast.app], branches: ["main"] });
  life.installation.repositoryIds.add(other.id);
  github.putSecret(npm.secrets, "OTHER", "of-somebody");
  await story.finishJob();
  await life.minutes(3);
  // Its events carry the new name, and so it is asked by that.
  expect(github.environmentSecrets()).toEqual(["widget/npm/OTHER"]);
  expect((await story.release()).state).toBe("published");
});

describe("the repository is transferred", () => {
  async function transfer(installed: boolean): Promise<void> {
    const { github, cast } = life.story;
    const globex = github.createOrganization("globex", { admins: [cast.dave] });
    const into = installed ? github.install(cast.app, globex, []) : null;
    await life.story.settle();
    github.owners.transfer(cast.widget, globex, into, cast.dave);
    await life.story.settle();
  }

  test("to an account with the app, a release that waits ends, its run is stopped, and nothing is armed there", async () => {
    const { story } = life;
    await life.untilWaiting();
    await transfer(true);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["refused", "transferred"]);
    expect(endText).toMatch(
      /^The repository was transferred from acme to globex: what was approved there isn't armed here/,
    );
    await life.minutes(2);
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
    expect(story.runner.jobs).toEqual([]);
  });

  test("to an account with the app, what is armed is removed there, and the run is stopped", async () => {
    const { story } = life;
    await story.untilRunning();
    await transfer(true);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "transferred" });
    await life.minutes(2);
    expect(await life.openLeases()).toEqual([]);
  });

  test("to an account with the app, a token stays with whoever may release there", async () => {
    await transfer(true);
    expect(await life.forgotten()).toBeNull();
  });

  test("to an account with the app, where it isn't that of a releaser any more, it is forgotten", async () => {
    life.story.cast.widget.collaborators.delete(life.story.cast.alice.id);
    await transfer(true);
    expect(await life.forgotten()).toBe("not-releaser");
  });

  test("to an account without the app, everything ends as where the app is taken away", async () => {
    const { story } = life;
    await story.untilRunning();
    await transfer(false);
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "app-removed" });
    expect(await life.forgotten()).toBe("app-removed");
    await life.minutes(10);
    expect(await life.stuck()).toHaveLength(1);
  });
});

describe("the repository is deleted", () => {
  async function remove(): Promise<void> {
    life.story.github.owners.delete(life.story.cast.widget, life.story.cast.dave);
    await life.story.settle();
  }

  test("a release that waits ends with words, and its token is its owner's to revoke", async () => {
    await life.untilWaiting();
    await remove();
    expect(await life.story.release()).toMatchObject({
      ...{ state: "refused", endCode: "repository-deleted" },
      endText: "The repository was deleted. Nothing was published.",
    });
    expect(await life.forgotten()).toBe("app-removed");
    expect(await life.story.app.parts.store.todos.openOf(life.story.cast.alice.id)).toHaveLength(1);
  });

  test("what was armed is over with its environment: nothing stays red for ever", async () => {
    await life.story.untilRunning();
    await remove();
    expect(await life.openLeases()).toEqual([]);
    expect(await life.stuck()).toEqual([]);
    const { state, endText } = await life.story.release();
    expect(state).toBe("failed");
    expect(endText).toMatch(/deleted while the release ran.*look at the registry.*revoke the npm token of alice/);
    await life.minutes(3);
    expect(await life.openLeases()).toEqual([]);
  });
});

describe("the environment is deleted", () => {
  const remove = async (): Promise<void> => {
    life.story.github.deleteEnvironment(life.story.cast.widget, life.story.cast.npm);
    await life.story.settle();
  };

  test("a run that waits in it fails by GitHub's hand, and the release ends", async () => {
    await life.untilWaiting();
    await remove();
    expect(await life.story.release()).toMatchObject({ state: "failed", endCode: "run-ended" });
  });

  test("what was armed went with it: the lease closes", async () => {
    await life.story.untilRunning();
    await remove();
    await life.story.finishJob();
    await life.minutes(2);
    expect(await life.openLeases()).toEqual([]);
    expect((await life.story.release()).state).toBe("published");
  });

  test("made anew without protection, it is refused at the gate, and the words say what is missing", async () => {
    const { story } = life;
    const { widget } = story.cast;
    // The job hasn't reached the environment yet: GitHub has nothing to fail.
    await life.untilWaiting();
    widget.environments = [];
    const anew = story.github.createEnvironment(widget, "npm", { branches: null, adminsCanBypass: true });
    await story.say(story.cast.bob, "/approve");
    const { state, endText } = await story.release();
    expect(state).toBe("refused");
    expect(endText).toMatch(/`npm` was made anew, without Countersign's protection rule\. Ask again/);
    expect(anew.secrets.size).toBe(0);
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/Nothing holds a job on `npm` back: enable Countersign's protection rule/);
    expect(story.lastWords()).toMatch(/Any branch may deploy/);
    expect(story.lastWords()).toMatch(/alice has no npm token on file/);
  });

  test("with another key now, a token sealed to the former one isn't used", async () => {
    const { story } = life;
    await life.untilWaiting();
    story.github.rotateKey(story.cast.npm);
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).endText).toMatch(/public key was changed since alice sealed.*sealed again/);
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});

describe("our rule is taken off the environment", () => {
  test("a release that waits is refused with the rule's name, and its run is stopped", async () => {
    const { story } = life;
    await life.untilWaiting();
    story.github.removeRules(story.cast.npm);
    await story.say(story.cast.bob, "/approve");
    const { state, endText } = await story.release();
    expect(state).toBe("refused");
    expect(endText).toMatch(/enable Countersign's protection rule on it \(Settings → Environments → npm\)/);
    expect(story.github.statusOf(story.run())).toMatch(/^completed/);
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("while a job runs with the secret, it is removed at its end as ever", async () => {
    await life.story.untilRunning();
    life.story.github.removeRules(life.story.cast.npm);
    await life.story.finishJob();
    expect(life.story.github.environmentSecrets()).toEqual([]);
    expect((await life.story.release()).state).toBe("published");
  });

  test("another run that gets in while the secret is there ends both, though GitHub doesn't say where its job is", async () => {
    const { story } = life;
    await story.untilRunning();
    story.github.removeRules(story.cast.npm);
    const inputs = { version: "9.9.9", tag: "latest" };
    const other = story.github.runWorkflow(story.cast.widget, story.cast.bob, "publish.yml", inputs);
    await story.github.until(() => story.runner.jobs.length === 2);
    await story.settle();
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "foreign-job" });
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.github.until(() => story.github.engine.idle());
    expect(story.github.statusOf(other)).toBe("completed/cancelled");
  });
});

describe.each(["with its event", "without its event"])("an administrator's bypass, %s", (how) => {
  test("starts the job without a token: the release says so, ends, and its run is cancelled", async () => {
    const { story } = life;
    await life.untilWaiting();
    if (how === "without its event") lose("workflow_job");
    story.cast.npm.canAdminsBypass = true;
    story.github.bypass(story.cast.widget, story.run(), story.cast.dave);
    await story.github.until(() => story.runner.jobs.length === 1);
    await life.minutes(1);
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBeUndefined();
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "bypassed"]);
    expect(endText).toMatch(/got into `npm` without Countersign.*No npm token was there/);
    await story.github.until(() => story.github.engine.idle());
    expect(last(story.run()).conclusion).toBe("cancelled");
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.say(story.cast.bob, "/approve");
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});
