import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statusPauseMs } from "../../src/desk/after.ts";
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
  finish: ["actions/list-environment-secrets", "repos/get-environment"],
};
const writes: Record<Moment, string[]> = {
  ask: ["actions/create-workflow-dispatch", "issues/create-comment", "reactions/create-for-issue-comment"],
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

/** A reading whose every fault is tried; of the others a sample, since they take the same way. */
const wholly = ["actions/get-workflow-run"];

/** A write that failed ends the release plainly: nobody knows what a second one would do. */
const everyFault = [...Object.keys(refusals), ...Object.keys(hitches)];
const fatal: Record<string, string[]> = {
  // A run whose number got lost is looked for and found.
  "actions/create-workflow-dispatch": everyFault.filter((name) => name !== "no answer to what it did"),
  "actions/create-or-update-environment-secret": everyFault,
  "actions/review-custom-gates-for-run": everyFault,
};

/** Words for people, on which nothing hangs. */
function isWord(operation: string): boolean {
  return operation === "issues/update-comment" || operation.startsWith("reactions/");
}

function consequence(operation: string): string {
  return operation in fatal ? "the release ends with a sentence" : "the release is published all the same";
}

function some<T>(of: Record<string, T>, beginnings: string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(of).filter(([name]) => beginnings.some((one) => name.startsWith(one))));
}

interface Failures {
  /** Name of the fault → how the release ended instead of being published. */
  ended: Record<string, string>;
  /** Name of the fault → what somebody had to say again. */
  repeated: Record<string, string[]>;
}

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
  #met = 0;
  #repeated: string[] = [];

  constructor(story: Story, plan: Plan) {
    this.story = story;
    this.plan = plan;
    this.#from = story.github.core.log.length;
    this.#runs = story.github.runs(story.cast.widget).length;
  }

  async run(): Promise<Outcome> {
    // Whoever is told to come again in two seconds waits for them, so the clock can't stand. For the others it does: the ten seconds
    // that a PUT is given have to be enough on a busy machine.
    const told = this.plan.fault.headers?.["retry-after"] !== undefined;
    const ticking = told ? setInterval(() => this.story.clock.advance(500), 100) : undefined;
    try {
      return await this.#whole();
    } finally {
      clearInterval(ticking);
      this.#off();
    }
  }

  async #whole(): Promise<Outcome> {
    const { story, plan } = this;
    // Another commit, so that nothing is known of its files yet.
    story.github.commit(story.cast.widget, story.cast.dave.id, { "index.js": plan.version }, plan.version);
    story.cast.issue = story.github.openIssue(story.cast.widget, story.cast.alice, plan.version);
    await this.#moment("ask", () => this.#say(story.cast.alice, `/release ${plan.version}`, () => this.#asked()));
    if (await this.#over()) return await this.#outcome();
    await this.#moment("approve", () => this.#say(story.cast.bob, "/approve", () => this.#approved()));
    await this.#moment("finish", () => this.#finish());
    return await this.#outcome();
  }

  async #moment(moment: Moment, act: () => Promise<void>): Promise<void> {
    if (moment === this.plan.when)
      this.#off = this.story.github.core.faults.on({ ...this.plan.fault, before: () => void (this.#met += 1) });
    await act();
    // What is to be told of it is told a moment later.
    await this.story.pass(statusPauseMs);
    this.#off();
  }

  /** Whoever is told that nothing came of it says it again. */
  async #say(by: Story["cast"]["alice"], words: string, done: () => Promise<boolean>): Promise<void> {
    await this.story.say(by, words);
    await this.#until(done, 10);
    if (await done()) return;
    if (this.plan.fault.times === undefined) {
      this.#off();
      await this.#until(done, 10);
      if (await done()) return;
    }
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
    expect(given.length).toBeGreaterThan(0);
    for (const one of given) expect(one).toMatchObject({ personLogin: "bob", verdict: "approved", sha: release?.sha });
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
    await this.#until(() => this.#free(), 30);
    const release = await this.#release();
    expect(this.#met, "the fault was met").toBeGreaterThan(0);
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

describe("GitHub answers one call of the main job otherwise, once", () => {
  let story: Story;
  let minor: number;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, token);
    minor = 2;
  });
  afterEach(async () => {
    await story.close();
    expect(story.judge.violations.filter((one) => one.kind !== "reply")).toEqual([]);
  });

  /** Plays a release for each fault; gives what was not published, and what had to be said again. */
  async function each(operation: string, when: Moment, faults: Record<string, RequestFault>): Promise<Failures> {
    const failures: Failures = { ended: {}, repeated: {} };
    for (const [name, fault] of Object.entries(faults)) {
      const plan = { version: `1.${minor++}.0`, when, fault: { ...fault, operation, times: 1 } };
      const { release, repeated } = await new Play(story, plan).run();
      if (release?.state !== "published") failures.ended[name] = `${release?.state}: ${release?.endText}`;
      if (repeated.length > 0) failures.repeated[name] = repeated;
    }
    return failures;
  }

  test("the calls tried below are those that an undisturbed release makes", async () => {
    const { log } = story.github.core;
    const seen = { ask: new Set(), approve: new Set(), finish: new Set() } satisfies Record<Moment, Set<unknown>>;
    let from = log.length;
    const note = (moment: Moment): void => {
      for (const { operationId } of log.slice(from)) seen[moment].add(operationId);
      from = log.length;
    };
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.pass(statusPauseMs);
    note("ask");
    await story.say(story.cast.bob, "/approve");
    await story.pass(statusPauseMs);
    note("approve");
    await story.finishJob();
    await story.pass(60_000, 4);
    note("finish");
    // Asked once for a process, and tried in a test of its own.
    seen.ask.delete("apps/get-authenticated");
    for (const moment of moments)
      expect([...seen[moment]].toSorted(), moment).toEqual([...reads[moment], ...writes[moment]].toSorted());
  });

  for (const when of moments)
    for (const [index, operation] of reads[when].entries()) {
      const whole = wholly.includes(operation);
      // In turn: they take the same way, and the simulation tries them all.
      const no = whole ? refusals : some(refusals, [index % 2 === 0 ? "404" : "403"]);
      const notNow = whole ? hitches : some(hitches, [index % 2 === 0 ? "429" : "500"]);
      const names = [...Object.keys(no), ...Object.keys(notNow)].join(", ");
      test(`${when}: ${operation} (${whole ? "all" : "sampled"}: ${names}): a reading that failed is made again`, async () => {
        expect(await each(operation, when, notNow)).toEqual({ ended: {}, repeated: {} });
        await each(operation, when, no);
      });
    }

  for (const when of moments)
    for (const operation of writes[when])
      test(`${when}: ${operation} (${isWord(operation) ? "sampled" : "all"}): ${consequence(operation)}`, async () => {
        const every = { ...refusals, ...hitches };
        const tried = isWord(operation) ? some(every, ["403", "404", "500", "no answer"]) : every;
        const { ended, repeated } = await each(operation, when, tried);
        expect(repeated).toEqual({});
        // With the sentences, so that a failure says how it ended.
        const fatally = fatal[operation] ?? [];
        expect(ended).toEqual(Object.fromEntries(fatally.map((name) => [name, expect.any(String)])));
      });
});

describe("GitHub or the registry goes on failing", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, token);
  });
  afterEach(async () => {
    await story.close();
  });

  /** Sampled: the writes, and the readings that arming and disarming hang on. */
  const lasting: Array<[Moment, string, Release["state"]]> = [
    ["ask", "reactions/create-for-issue-comment", "published"],
    ["ask", "issues/create-comment", "published"],
    ["ask", "actions/create-workflow-dispatch", "failed"],
    ["approve", "actions/get-workflow-run", "published"],
    ["approve", "actions/create-or-update-environment-secret", "failed"],
    ["approve", "actions/review-custom-gates-for-run", "failed"],
    ["approve", "issues/update-comment", "published"],
    ["finish", "actions/delete-environment-secret", "published"],
    ["finish", "actions/list-environment-secrets", "published"],
  ];
  for (const [when, operation, end] of lasting)
    test(`${when}: ${operation} is refused for minutes (sampled: 403): ${end}, and nothing stays behind once it is allowed`, async () => {
      const { release } = await new Play(story, { version: "1.2.0", when, fault: { operation, status: 403 } }).run();
      expect(release?.state, release?.endText ?? "").toBe(end);
    });

  for (const [name, fault] of Object.entries(some({ ...refusals, ...hitches }, ["404", "429", "500"])))
    test(`who we are can't be read when it is first needed (sampled: ${name}): published all the same`, async () => {
      const plan = { ...fault, operation: "apps/get-authenticated", times: 1 };
      const { release } = await new Play(story, { version: "1.2.0", when: "ask", fault: plan }).run();
      expect(release).toMatchObject({ state: "published" });
    });

  test("the registry is down for three minutes when the run ends: published once it is back", async () => {
    await story.untilRunning();
    story.registry.fail.status = 503;
    await story.finishJob();
    await minutes(story, 3);
    expect(await story.release()).toMatchObject({ state: "verifying" });
    expect(story.github.environmentSecrets()).toEqual([]);
    story.registry.fail.status = null;
    await minutes(story, 2);
    expect(await story.release()).toMatchObject({ state: "published" });
  });

  test("the registry stays down: the release ends with what is known, and the environment is free", async () => {
    await story.untilRunning();
    story.registry.fail.status = 503;
    await story.finishJob();
    await minutes(story, 15);
    const release = await story.release();
    expect(release).toMatchObject({ state: "failed", endCode: "not-verified", holds: null });
    expect(release.endText).toMatch(/couldn't be verified.*Look at the registry/s);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.app.parts.store.leases.open()).toEqual([]);
  });
});

async function minutes(story: Story, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await askReconcile(story.app.parts);
    await story.pass(60_000, 2);
  }
}
