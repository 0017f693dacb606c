import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { policy } from "../world/cast.ts";
import { Story } from "../support/story.ts";

describe("a request that can't be granted changes nothing and says what to do", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  /** Says something as alice and expects an answer; nothing may have been started or armed. */
  async function refused(text: string, answer: RegExp): Promise<void> {
    await story.say(story.cast.alice, text);
    expect(story.lastWords()).toMatch(answer);
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
    expect(story.github.environmentSecrets()).toEqual([]);
  }

  const commitPolicy = (text: string | null): void =>
    void story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      { ".github/countersign.yml": text },
      "Change the policy",
    );

  test("a mistyped command is answered with the one that was meant", async () => {
    await refused("/relase 1.2.0", /Did you mean `\/release/);
  });

  test("other bots' commands and ordinary words are none of our business", async () => {
    await story.say(story.cast.alice, "/deploy production");
    await story.say(story.cast.alice, "let us /release 1.2.0 tomorrow");
    expect(story.lastWords()).toBe("");
  });

  test("a version that isn't one", async () => {
    await refused("/release tomorrow", /is not a version/);
  });

  test("a version that is published already", async () => {
    await refused("/release 1.0.0", /on the registry already/);
  });

  test("a version lower than the latest", async () => {
    await refused("/release 0.9.0", /lower than/);
  });

  test("a dist-tag that reads as a version", async () => {
    await refused("/release 1.2.0 --tag 2.0.0", /npm refuses/);
  });

  test("a missing policy", async () => {
    commitPolicy(null);
    await refused("/release 1.2.0", /has no `\.github\/countersign\.yml`/);
  });

  test("an invalid policy, with line and fix", async () => {
    commitPolicy(policy.replace("releasers:", "relasers:"));
    await refused("/release 1.2.0", /line 5.*Did you mean `releasers`/s);
  });

  test("a person without rights", async () => {
    await story.say(story.cast.mallory, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/mallory has read access/);
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("a person with write access whom the policy doesn't name", async () => {
    await story.say(story.cast.bob, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/bob is not among `releasers`/);
  });

  test("a comment by an app, also in a person's name", async () => {
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.alice, "/release 1.2.0", story.cast.app);
    await story.settle();
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("a closed issue", async () => {
    story.cast.issue.state = "closed";
    await refused("/release 1.2.0", /thread is closed/);
  });

  test("no token on file, with the link to add one", async () => {
    const live = await story.app.parts.store.tokens.ofPerson(story.cast.alice.id);
    await story.app.parts.store.tokens.remove(live[0]?.id ?? "", "removed", story.clock.now());
    await refused("/release 1.2.0", /no npm token on file.*\/tokens\/new\?/s);
  });

  test("an expired token", async () => {
    story.clock.advance(31 * 86_400_000);
    await refused("/release 1.2.0", /npm token expired/);
  });

  test("a token sealed to a key that the environment has no more", async () => {
    story.github.rotateKey(story.cast.npm);
    await refused("/release 1.2.0", /has to be sealed again/);
  });

  test("an environment that isn't there", async () => {
    story.cast.widget.environments = [];
    await refused("/release 1.2.0", /environment `npm` does not exist/);
  });

  test("an environment that nothing holds back", async () => {
    story.cast.npm.customRules = [];
    await refused("/release 1.2.0", /Nothing holds a job/);
  });

  test("an environment that administrators may bypass", async () => {
    story.cast.npm.canAdminsBypass = true;
    await refused("/release 1.2.0", /Administrators may bypass/);
  });

  test("an environment of which GitHub doesn't say whether it may be bypassed", async () => {
    story.cast.npm.canAdminsBypass = undefined;
    await refused("/release 1.2.0", /doesn't say whether administrators may bypass/);
  });

  test("another app's rule on the environment", async () => {
    const other = story.github.createApp({ slug: "other", permissions: {}, events: [] });
    story.cast.npm.customRules.push({ id: 99, appId: other.id, enabled: true });
    await refused("/release 1.2.0", /protection rule of another app \(other\)/);
  });

  test("an environment that every branch may deploy to", async () => {
    story.cast.npm.branchPolicy = null;
    await refused("/release 1.2.0", /Any branch may deploy/);
  });

  test("a branch that may not deploy", async () => {
    story.cast.npm.branchPatterns = [{ id: 1, name: "release/*", type: "branch" }];
    await refused("/release 1.2.0", /doesn't let the branch `main` deploy/);
  });

  test("somebody's own secret of that name in the environment, which is left alone", async () => {
    story.github.putSecret(story.cast.npm.secrets, "NPM_TOKEN", "theirs");
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/already has a secret `NPM_TOKEN`/);
    expect(story.cast.npm.secrets.get("NPM_TOKEN")?.value).toBe("theirs");
  });

  test("a secret of that name in the repository or the organisation", async () => {
    story.github.putSecret(story.cast.widget.secrets, "NPM_TOKEN", "a");
    story.github.putSecret(story.cast.acme.secrets, "NPM_TOKEN", "b");
    await refused("/release 1.2.0", /exists in the repository and the organization/);
  });

  test("a workflow that isn't there, or runs a matrix on the environment", async () => {
    const path = ".github/workflows/publish.yml";
    const text = story.cast.widget.commits.get(story.cast.widget.branches.get("main") ?? "")?.files.get(path) ?? "";
    story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      {
        [path]: text.replace(
          "    environment: npm",
          "    environment: npm\n    strategy:\n      matrix:\n        node: [22, 24]",
        ),
      },
      "A matrix",
    );
    await refused("/release 1.2.0", /several jobs/);
    story.github.commit(story.cast.widget, story.cast.dave.id, { [path]: null }, "No workflow");
    await refused("/release 1.2.0", /There is no `\.github\/workflows\/publish\.yml`/);
  });

  test("a registry that is down", async () => {
    story.registry.fail.status = 503;
    await refused("/release 1.2.0", /registry .* can't be read at the moment/);
  });

  test("an edited comment does nothing", async () => {
    const comment = await story.say(story.cast.alice, "hello");
    story.github.editComment(story.cast.widget, comment, story.cast.alice, "/release 1.2.0");
    await story.settle();
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
    expect([...comment.reactions.keys()]).toContain("confused");
  });

  test("a dry run says what it would do, and starts nothing", async () => {
    await refused("/release minor --dry-run", /Nothing was started.*1\.1\.0/s);
  });

  test("a second release while the first holds the environment", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.alice, "/release 1.3.0");
    expect(story.lastWords()).toMatch(/1\.2\.0, asked for by alice, holds the environment/);
    expect(story.github.runs(story.cast.widget)).toHaveLength(1);
  });

  test("a branch that moved between the checks and the dispatch", async () => {
    story.github.core.faults.on({
      operation: "repos/get-branch",
      nth: 2,
      before: () =>
        void story.github.commit(story.cast.widget, story.cast.bob.id, { "index.js": "changed" }, "Sneak in"),
    });
    await story.say(story.cast.alice, "/release 1.2.0");
    expect((await story.release()).endCode).toBe("branch-moved");
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("a run that came back for another commit is cancelled, never adopted", async () => {
    story.github.core.faults.on({
      operation: "actions/create-workflow-dispatch",
      nth: 1,
      before: () =>
        void story.github.commit(story.cast.widget, story.cast.bob.id, { "index.js": "changed" }, "Sneak in"),
    });
    await story.say(story.cast.alice, "/release 1.2.0");
    expect((await story.release()).endCode).toBe("branch-moved");
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
  });
});

describe("a run from the Actions page of a branch whose workflow file isn't the default branch's", () => {
  test("is refused at the gate, and nothing is armed", async () => {
    const story = await Story.open({ policyLines: "    branches: [main, next]\n" });
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    story.cast.npm.branchPatterns.push({ id: 77, name: "next", type: "branch" });
    const path = ".github/workflows/publish.yml";
    const main = story.cast.widget.branches.get("main") ?? "";
    const text = story.cast.widget.commits.get(main)?.files.get(path) ?? "";
    story.github.setBranch(story.cast.widget, "next", main);
    const changed = text.replace("run: test -n", "run: env && test -n");
    story.github.commit(story.cast.widget, story.cast.alice.id, { [path]: changed }, "Print everything", "next");
    story.github.runWorkflow(
      story.cast.widget,
      story.cast.alice,
      "publish.yml",
      { version: "1.2.0", tag: "next" },
      "next",
    );
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    expect(story.runner.jobs).toHaveLength(0);
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.close();
    story.judge.assertClean();
  });
});
