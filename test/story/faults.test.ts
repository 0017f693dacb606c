import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askReconcile } from "../../src/jobs/schedule.ts";
import { isEnd } from "../../src/domain/release.ts";
import type { Release } from "../../src/domain/release-types.ts";
import { Story } from "../support/story.ts";
import type { RequestFault } from "../world/github/faults.ts";

const token = "npm_the-token-of-alice";
const moments = ["ask", "approve", "finish"] as const;
type Moment = (typeof moments)[number];

/** Every call that an undisturbed release makes, by what somebody did just before. */
const reads: Record<Moment, string[]> = {
  ask: [
    "actions/get-environment-public-key",
    "actions/get-environment-secret",
    "actions/get-repo-secret",
    "actions/get-workflow-run",
    "actions/list-repo-organization-secrets",
    "repos/get-all-deployment-protection-rules",
    "repos/get-branch",
    "repos/get-collaborator-permission-level",
    "repos/get-content",
    "repos/get-environment",
    "repos/list-deployment-branch-policies",
  ],
  approve: [
    "actions/get-environment-public-key",
    "actions/get-environment-secret",
    "actions/get-pending-deployments-for-run",
    "actions/get-repo-secret",
    "actions/get-reviews-for-run",
    "actions/get-workflow-run",
    "actions/list-jobs-for-workflow-run-attempt",
    "actions/list-repo-organization-secrets",
    "repos/get-all-deployment-protection-rules",
    "repos/get-branch",
    "repos/get-collaborator-permission-level",
    "repos/get-environment",
    "repos/list-deployment-branch-policies",
  ],
  finish: ["actions/get-environment-secret", "repos/get-environment"],
};
const writes: Record<Moment, string[]> = {
  ask: [
    "actions/create-workflow-dispatch",
    "issues/create-comment",
    "issues/update-comment",
    "reactions/create-for-issue-comment",
  ],
  approve: [
    "actions/create-or-update-environment-secret",
    "actions/review-custom-gates-for-run",
    "issues/update-comment",
    "reactions/create-for-issue-comment",
  ],
  finish: ["actions/delete-environment-secret", "issues/update-comment"],
};

/** GitHub says no, or doesn't have it. */
const refusals: Record<string, RequestFault> = {
  "403": { status: 403 },
  "404": { status: 404 },
  "409": { status: 409 },
  "422": { status: 422 },
};
/** GitHub can't just now. */
const hitches: Record<string, RequestFault> = {
  "500": { status: 500 },
  "503": { status: 503 },
  "429, come again in 2 seconds": { status: 429, headers: { "retry-after": "2" } },
  "403, come again in 2 seconds": { status: 403, headers: { "retry-after": "2" } },
  "no answer to what it did": { dropAnswer: true },
};

interface Plan {
  version: string;
  when: Moment;
  fault: RequestFault;
}

interface Outcome {
  /** null: it was never begun. */
  release: Release | null;
  /** Somebody had to say something again. */
  repeated: string[];
}

/** One release with a fault switched on at one of its moments. */
class Play {
  readonly story: Story;
  readonly plan: Plan;
  #from: number;
  #runs: number;
  #off: () => void = () => undefined;
  #repeated: string[] = [];

  constructor(story: Story, plan: Plan) {
    this.story = story;
    this.plan = plan;
    this.#from = story.github.core.log.length;
    this.#runs = story.github.runs(story.cast.widget).length;
  }

  async run(): Promise<Outcome> {
    // Whoever is told to come again in two seconds waits for them, so the clock can't stand.
    const ticking = setInterval(() => this.story.clock.advance(500), 100);
    try {
      return await this.#whole();
    } finally {
      clearInterval(ticking);
      this.#off();
    }
  }

  async #whole(): Promise<Outcome> {
    const { story, plan } = this;
    story.cast.issue = story.github.openIssue(story.cast.widget, story.cast.alice, plan.version);
    await this.#moment("ask", () => this.#say(story.cast.alice, `/release ${plan.version}`, () => this.#asked()));
    if (await this.#over()) return await this.#outcome();
    await this.#moment("approve", () => this.#say(story.cast.bob, "/approve", () => this.#approved()));
    await this.#moment("finish", () => this.#finish());
    return await this.#outcome();
  }

  async #moment(moment: Moment, act: () => Promise<void>): Promise<void> {
    if (moment === this.plan.when) this.#off = this.story.github.core.faults.on(this.plan.fault);
    await act();
    this.#off();
  }

  /** Whoever is told that nothing came of it says it again. */
  async #say(by: Story["cast"]["alice"], words: string, done: () => Promise<boolean>): Promise<void> {
    await this.story.say(by, words);
    await this.#until(done, 10);
    if (await done()) return;
    if (this.plan.fault.times === undefined) this.#off();
    this.#repeated.push(`${words}: ${this.story.lastWords()}`);
    await this.story.say(by, words);
    await this.#until(done, 10);
  }

  async #finish(): Promise<void> {
    const { story, plan } = this;
    for (const job of story.runner.jobs.splice(0)) {
      const armed = job.order.secrets["NPM_TOKEN"] !== undefined;
      if (armed) await this.#armedRightly(job.order.runId);
      if (armed) story.registry.write("@acme/widget", plan.version);
      job.finish(armed ? "success" : "failure");
    }
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
    await this.#until(async () => (await this.#over()) && (await this.#free()), 30);
    if (plan.fault.times === undefined) this.#off();
    await this.#until(async () => (await this.#over()) && (await this.#free()), 30);
    await this.#minute();
  }

  /** A job that was given the secret is that of a release that a second person approved. */
  async #armedRightly(runId: number): Promise<void> {
    const release = await this.#release();
    expect(release?.runId).toBe(runId);
    const given = await this.story.app.parts.store.approvals.of(release?.id ?? "");
    expect(given.map((one) => [one.personLogin, one.verdict, one.sha])).toEqual([["bob", "approved", release?.sha]]);
  }

  /** Lets time pass, with the reconciler's minutes, until something is so; at most `minutes`. */
  async #until(done: () => Promise<boolean>, minutes: number): Promise<void> {
    for (const step of [3_000, 6_000, 15_000, 36_000]) {
      await this.#held();
      if (await done()) return;
      await this.story.pass(step);
    }
    for (let minute = 1; minute < minutes && !(await done()); minute += 1) await this.#minute();
  }

  async #minute(): Promise<void> {
    await askReconcile(this.story.app.parts);
    await this.story.pass(60_000);
    await this.#held();
  }

  /** A secret is there only while a lease knows of it. */
  async #held(): Promise<void> {
    const { story } = this;
    if (story.github.environmentSecrets().length === 0) return;
    const leases = await story.app.parts.store.leases.open();
    expect(leases.map((lease) => lease.state)).toEqual([expect.stringMatching(/^(arming|armed|disarming)$/)]);
  }

  async #release(): Promise<Release | null> {
    const { story } = this;
    const found = await story.app.parts.store.releases.inIssue(story.cast.widget.id, story.cast.issue.number);
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0] ?? null;
  }

  async #over(): Promise<boolean> {
    const release = await this.#release();
    return release !== null && isEnd(release.state);
  }

  async #asked(): Promise<boolean> {
    const release = await this.#release();
    return release !== null && (isEnd(release.state) || release.gateAskedAt !== null);
  }

  async #approved(): Promise<boolean> {
    return this.story.runner.jobs.length > 0 || (await this.#over());
  }

  async #free(): Promise<boolean> {
    const { story } = this;
    const { store } = story.app.parts;
    const { widget, npm } = story.cast;
    return (
      (await store.leases.locking(widget.id, npm.id)) === null &&
      (await store.releases.holding(widget.id, npm.id)) === null
    );
  }

  /** What always holds in the end, whatever GitHub answered. */
  async #outcome(): Promise<Outcome> {
    const { story } = this;
    const release = await this.#release();
    await this.#until(() => this.#free(), 30);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.app.parts.store.leases.open()).toEqual([]);
    expect(await this.#free()).toBe(true);
    if (release === null) expect(story.lastWords()).toMatch(/\w+ .+\./);
    else if (release.state !== "published") expect(release.endText).toMatch(/\w+ .+\./);
    const calls = story.github.core.log.slice(this.#from).filter((line) => line.status >= 200 && line.status < 300);
    const runs = story.github.runs(story.cast.widget).slice(this.#runs);
    expect(runs.length).toBeLessThanOrEqual(1);
    for (const run of runs) expect(story.github.statusOf(run)).toMatch(/^completed/);
    expect(
      calls.filter((line) => line.operationId === "actions/review-custom-gates-for-run").length,
    ).toBeLessThanOrEqual(1);
    expect(story.logLines.join("\n")).not.toContain(token);
    return { release, repeated: this.#repeated };
  }
}

describe("GitHub answers one call of the main job otherwise, once: the release ends plainly or is published, and leaves nothing", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, token);
  });
  afterEach(async () => {
    await story.close();
  });

  for (const when of moments)
    for (const operation of [...writes[when], ...reads[when]])
      test(`${operation}, in the moment to ${when}: 403, 404, 409, 422, 500, 503, limits, no answer`, async () => {
        let minor = 2;
        for (const [name, fault] of Object.entries({ ...refusals, ...hitches })) {
          const version = `1.${minor++}.0`;
          const { release } = await new Play(story, { version, when, fault: { ...fault, operation, times: 1 } }).run();
          // A reading that fails once, without saying no, is read again.
          if (operation.includes("/get-") && ["500", "503"].includes(name))
            expect(release?.state, name).toBe("published");
        }
      });
});
