import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confirmRun } from "../../src/desk/adopt.ts";
import { giveWord } from "../../src/desk/word.ts";
import { policy } from "../world/cast.ts";
import { permits } from "../world/judge/index.ts";
import { manifest } from "../world/scene.ts";
import { Story } from "../support/story.ts";

/** Approvers are named by their team here, so that its members are asked for. */
const byTeam = policy.replace('[bob, dave, "@acme/maintainers"]', '["@acme/maintainers"]');

/** What GitHub wants before it sends an event (docs, "Webhook events and payloads", each event's availability for apps). */
const ofEvents: Record<string, string> = {
  deployment_protection_rule: "deployments",
  deployment_review: "deployments",
  issue_comment: "issues",
  member: "members",
  membership: "members",
  organization: "members",
  push: "contents",
  repository: "metadata",
  workflow_job: "actions",
  workflow_run: "actions",
};

/** Asked for, though no story needs it. */
const unused: Record<string, string> = {
  checks: "for the check on the policy file, which is still to come",
};

/** How a release may go from its request to its end. */
const stories: Record<string, (story: Story) => Promise<string>> = {
  published: async (story) => {
    await story.untilRunning();
    await story.finishJob();
    return "published";
  },
  rejected: async (story) => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/reject the changelog is missing");
    return "rejected";
  },
  cancelled: async (story) => {
    await story.untilRunning();
    await story.say(story.cast.alice, "/cancel");
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    return "cancelled";
  },
  adopted: async (story) => {
    const { alice, bob, widget } = story.cast;
    story.github.runWorkflow(widget, alice, "publish.yml", { version: "1.2.0", tag: "latest" });
    await story.settle();
    const { id, sha } = await story.release();
    await confirmRun(story.app.parts, { releaseId: id, person: alice, version: "1.2.0" });
    const word = { verdict: "approved", source: "dashboard", comment: null, evidence: "page" } as const;
    await giveWord(story.app.parts, { ...word, releaseId: id, person: bob, sha });
    await story.settle();
    await story.finishJob();
    return "published";
  },
};

describe("what app.yml asks for", () => {
  const { permissions: granted, events } = manifest();
  /** Operations called in threads of issues (or none), and in those of pull requests. */
  const called = { issue: new Set<string>(), pull: new Set<string>() };

  beforeAll(async () => {
    for (const [name, play] of Object.entries(stories))
      for (const place of name === "adopted" ? (["issue"] as const) : (["issue", "pull"] as const)) {
        const story = await Story.open({ policy: byTeam });
        const { widget, alice } = story.cast;
        story.cast.issue = story.github.openIssue(widget, alice, "Release it", place === "pull");
        await story.sealToken(alice, "npm_the-token-of-alice");
        const end = await play(story);
        // The secret's absence is read twice, and GitHub's view is compared with ours.
        await story.pass(60_000, 4);
        expect((await story.release()).state, `${name} in ${place}`).toBe(end);
        expect(story.github.environmentSecrets()).toEqual([]);
        for (const { operationId } of story.judge.log) called[place].add(operationId);
        await story.close();
        story.judge.assertClean();
      }
  }, 120_000);
  afterAll(() => {
    called.issue.clear();
    called.pull.clear();
  });

  /** Calls of the stories that are refused with these permissions; a comment in a pull request doesn't count as one in an issue. */
  function refusedWith(permissions: Record<string, string>): string[] {
    const { issues, pull_requests, ...others } = permissions;
    const inIssues = issues === undefined ? others : { ...others, issues };
    const inPulls = pull_requests === undefined ? others : { ...others, pull_requests };
    return [
      ...[...called.issue].filter((operation) => !permits(inIssues, operation)),
      ...[...called.pull].filter((operation) => !permits(inPulls, operation)),
    ];
  }

  test("is enough for every call of a release that is published, rejected, cancelled or adopted", () => {
    expect(called.issue.size).toBeGreaterThan(20);
    expect(refusedWith(granted)).toEqual([]);
  });

  test("is enough for every event that is subscribed to", () => {
    expect(Object.keys(ofEvents).toSorted()).toEqual(events.toSorted());
    for (const event of events) expect(Object.keys(granted), event).toContain(ofEvents[event]);
  });

  test("is no more than these calls need, but for what is listed here with its reason", () => {
    const needless = Object.keys(granted).filter((name) => {
      const { [name]: level, ...less } = granted;
      const lower = level === "write" ? { ...less, [name]: "read" } : less;
      return refusedWith(lower).length === 0;
    });
    expect(needless).toEqual(Object.keys(unused));
  });
});
