import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { last } from "./engine.ts";
import { openSetting, publishing, sealed } from "./setting.ts";
import type { Setting } from "./setting.ts";
import type { RunState } from "./state.ts";

let at: Setting;
let token: string;

async function open(workflow: string = publishing): Promise<void> {
  if (at !== undefined) await at.close();
  at = await openSetting(workflow);
  token = await at.installationToken();
}

beforeEach(async () => {
  await open();
});
afterEach(async () => {
  await at.close();
  at.judge.assertClean();
});

const dispatches = "POST R/actions/workflows/publish.yml/dispatches";
const wanted = { ref: "main", inputs: { version: "1.2.0" }, return_run_details: true };

async function dispatch(): Promise<RunState> {
  const { status, body } = await at.call(token, dispatches, wanted);
  expect(status).toBe(200);
  const run = at.widget.runs.get(Number(body["workflow_run_id"]));
  if (run === undefined) throw new Error("no run");
  await at.settle();
  return run;
}

/** Dispatched, and its first job ended well: the second waits at the environment. */
async function waiting(): Promise<RunState> {
  const run = await dispatch();
  await at.finish();
  return run;
}

const gate = async (run: RunState, body: Record<string, unknown>, by = token) =>
  await at.call(by, `POST R/actions/runs/${run.id}/deployment_protection_rule`, { environment_name: "npm", ...body });

const events = (): string[] => at.receiver.received.map(({ event }) => event);

describe("a dispatch", () => {
  test("tells the run where that is asked for, and nothing otherwise", async () => {
    const run = await dispatch();
    expect(run).toMatchObject({ title: "Publish 1.2.0", inputs: { version: "1.2.0", tag: "latest" } });
    const { return_run_details: _, ...plain } = wanted;
    expect((await at.call(token, dispatches, plain)).status).toBe(204);
  });

  test.each([
    ["a workflow that isn't there", 404, dispatches.replace("publish.yml", "other.yml"), wanted],
    ["a ref that isn't there", 422, dispatches, { ...wanted, ref: "nowhere" }],
    ["a commit in place of a branch", 422, dispatches, { ...wanted, ref: "a".repeat(40) }],
    ["an input that it doesn't have", 422, dispatches, { ...wanted, inputs: { version: "1", other: "x" } }],
    ["a missing input", 422, dispatches, { ref: "main" }],
    ["a choice that isn't offered", 422, dispatches, { ref: "main", inputs: { version: "1", tag: "beta" } }],
  ])("of %s is refused, and starts nothing", async (_, status, line, body) => {
    expect((await at.call(token, line, body)).status).toBe(status);
    expect(at.widget.runs.size).toBe(0);
  });

  test("takes a tag, a full ref and the workflow's id", async () => {
    at.github.setTag(at.widget, "v1", at.widget.branches.get("main") ?? "");
    for (const ref of ["v1", "refs/tags/v1", "refs/heads/main"])
      expect((await at.call(token, dispatches, { ...wanted, ref })).status).toBe(200);
    const { body } = await at.call(token, "GET R/actions/workflows/publish.yml");
    expect((await at.call(token, dispatches.replace("publish.yml", String(body["id"])), wanted)).status).toBe(200);
    expect([...at.widget.runs.values()].map((run) => run.refType)).toEqual(["tag", "tag", "branch", "branch"]);
  });

  test("needs the workflow on the default branch, with that trigger there and on the branch", async () => {
    at.github.commit(at.widget, at.alice.id, { ".github/workflows/new.yml": publishing }, "New", "topic");
    const line = dispatches.replace("publish.yml", "new.yml");
    expect((await at.call(token, line, { ...wanted, ref: "topic" })).status).toBe(404);
    at.github.commit(at.widget, at.alice.id, { ".github/workflows/new.yml": "on: [push]\njobs: {}\n" }, "New");
    expect((await at.call(token, line, wanted)).status).toBe(422);
  });
});

describe("a job with an environment", () => {
  test("waits for the app's rule, and reads the secrets only when it starts", async () => {
    const run = await waiting();
    expect(at.github.statusOf(run)).toBe("waiting");
    const asked = at.receiver.received.find(({ event }) => event === "deployment_protection_rule.requested");
    expect(JSON.parse(asked?.body ?? "{}")).toMatchObject({
      environment: "npm",
      sha: run.headSha,
      ref: expect.stringContaining("main") as string,
      deployment_callback_url: `${at.github.url}/api/v3/repos/acme/widget/actions/runs/${run.id}/deployment_protection_rule`,
    });
    const { body: pending } = await at.call(token, `GET R/actions/runs/${run.id}/pending_deployments`);
    expect(pending).toMatchObject([{ environment: { id: at.npm.id } }]);
    const put = "PUT R/environments/npm/secrets/NPM_TOKEN";
    expect((await at.call(token, put, sealed("before", at.npm))).status).toBe(201);
    expect((await at.call(token, put, sealed("at the start", at.npm))).status).toBe(204);
    expect((await gate(run, { state: "approved", comment: "2 of 2" })).status).toBe(204);
    await at.settle();
    expect((await at.call(token, put, sealed("too late", at.npm))).status).toBe(204);
    expect(at.runner.jobs.at(-1)?.order.secrets).toMatchObject({ NPM_TOKEN: "at the start" });
    expect(at.runner.jobs.at(0)?.order.secrets).not.toHaveProperty("NPM_TOKEN");
    await at.finish();
    expect(at.github.statusOf(run)).toBe("completed/success");
  });

  test("sends its webhooks as GitHub does: queued twice, waiting between", async () => {
    const run = await waiting();
    await gate(run, { state: "approved" });
    await at.settle();
    await at.finish();
    expect(events().filter((one) => one.startsWith("workflow_") || one.startsWith("deployment"))).toEqual([
      "workflow_run.requested",
      "workflow_job.queued",
      "workflow_run.in_progress",
      "workflow_job.in_progress",
      "workflow_job.completed",
      "workflow_job.queued",
      "workflow_job.waiting",
      "deployment_protection_rule.requested",
      "workflow_job.queued",
      "workflow_run.in_progress",
      "workflow_job.in_progress",
      "workflow_job.completed",
      "workflow_run.completed",
    ]);
  });

  test("fails where its rule is rejected, and its run with it", async () => {
    const run = await waiting();
    await gate(run, { state: "rejected", comment: "no" });
    expect(at.github.statusOf(run)).toBe("completed/failure");
    expect((await gate(run, { state: "approved" })).status).toBe(422);
    expect(at.runner.jobs).toHaveLength(1);
  });

  test("takes ten status reports, and decisions only by the app whose rule it is", async () => {
    const run = await waiting();
    for (let report = 0; report < 10; report += 1) expect((await gate(run, { comment: "waits" })).status).toBe(204);
    expect((await gate(run, { comment: "waits" })).status).toBe(422);
    expect((await gate(run, { state: "approved", environment_name: "other" })).status).toBe(422);
    expect((await gate(run, { state: "approved" }, at.github.signIn(at.app, at.bob))).status).toBe(403);
    at.npm.customRules = [];
    expect((await gate(run, { state: "approved" })).status).toBe(204);
  });

  test("fails where its branch may not deploy, without asking anybody", async () => {
    at.npm.branchPatterns = [{ id: 1, name: "release/*", type: "branch" }];
    const run = await waiting();
    expect(at.github.statusOf(run)).toBe("completed/failure");
    expect(events()).not.toContain("deployment_protection_rule.requested");
    at.github.setBranch(at.widget, "release/1", at.widget.branches.get("main") ?? "");
    const other = at.github.runWorkflow(at.widget, at.alice, "publish.yml", { version: "1" }, "release/1");
    await at.settle();
    await at.finish();
    expect(at.github.statusOf(other)).toBe("waiting");
  });

  test("in an environment that isn't there makes it, unprotected", async () => {
    await open(publishing.replace("environment: npm", "environment: ${{ inputs.tag }}"));
    const run = await waiting();
    await at.settle();
    expect(at.job(run)).toMatchObject({ environment: "latest", status: "in_progress", gates: [] });
    expect(at.widget.environments.map((one) => one.name)).toEqual(["npm", "latest"]);
  });

  test("without a deployment fails at a custom rule", async () => {
    await open(publishing.replace("environment: npm", "environment: { name: npm, deployment: false }"));
    expect(at.github.statusOf(await waiting())).toBe("completed/failure");
  });

  test("waits for a wait timer too, by the world's clock", async () => {
    at.npm.waitTimer = 5;
    const run = await waiting();
    await gate(run, { state: "approved" });
    at.clock.advance(299_000);
    at.github.engine.tick();
    expect(at.github.statusOf(run)).toBe("waiting");
    at.clock.advance(1000);
    at.github.engine.tick();
    await at.settle();
    expect(at.github.statusOf(run)).toBe("in_progress");
  });

  test("fails when nobody answers for thirty days", async () => {
    const run = await waiting();
    at.clock.advance(30 * 86_400_000);
    at.github.engine.tick();
    expect(at.github.statusOf(run)).toBe("completed/failure");
  });

  test("is let through by an administrator only where the environment allows it", async () => {
    const run = await waiting();
    expect(() => at.github.bypass(at.widget, run, at.alice)).toThrow(/admin/);
    at.github.bypass(at.widget, run, at.bob);
    expect(at.github.statusOf(run)).toBe("waiting");
    at.npm.canAdminsBypass = true;
    at.github.bypass(at.widget, run, at.bob);
    await at.settle();
    expect(at.github.statusOf(run)).toBe("in_progress");
  });
});

describe("required reviewers", () => {
  const team = () => {
    const [maintainers] = at.acme.teams;
    if (maintainers === undefined) throw new Error("no team");
    return { type: "Team" as const, id: maintainers.id };
  };

  test("decide with their own tokens, and one is enough", async () => {
    at.npm.customRules = [];
    at.npm.reviewers = [team()];
    const run = await waiting();
    expect(events()).toContain("deployment_review.requested");
    const [alice, bob] = [at.github.signIn(at.app, at.alice), at.github.signIn(at.app, at.bob)];
    const line = `R/actions/runs/${run.id}/pending_deployments`;
    expect((await at.call(alice, `GET ${line}`)).body).toMatchObject([{ current_user_can_approve: false }]);
    expect((await at.call(bob, `GET ${line}`)).body).toMatchObject([{ current_user_can_approve: true }]);
    const review = { environment_ids: [at.npm.id], state: "approved", comment: "good" };
    expect((await at.call(token, `POST ${line}`, review)).status).toBe(403);
    expect((await at.call(alice, `POST ${line}`, review)).status).toBe(403);
    expect((await at.call(bob, `POST ${line}`, review)).status).toBe(200);
    await at.settle();
    expect(at.github.statusOf(run)).toBe("in_progress");
    expect((await at.call(token, `GET R/actions/runs/${run.id}/approvals`)).body).toMatchObject([
      { state: "approved", user: { login: "bob" }, comment: "good" },
    ]);
    expect(events()).toContain("deployment_review.approved");
    expect((await at.call(bob, `POST ${line}`, review)).status).toBe(422);
  });

  test("don't review what they started where that is prevented", async () => {
    at.npm.reviewers = [team()];
    at.npm.preventSelfReview = true;
    const run = at.github.runWorkflow(at.widget, at.bob, "publish.yml", { version: "1" });
    await at.settle();
    await at.finish();
    expect(() => at.github.reviewDeployment(at.widget, run, at.bob, at.npm, "approved")).toThrow(/own/);
    const bob = at.github.signIn(at.app, at.bob);
    const { body } = await at.call(bob, `GET R/actions/runs/${run.id}/pending_deployments`);
    expect(body).toMatchObject([{ current_user_can_approve: false }]);
  });

  test("and the app's rule are both needed", async () => {
    at.npm.reviewers = [team()];
    const run = await waiting();
    await gate(run, { state: "approved" });
    expect(at.github.statusOf(run)).toBe("waiting");
    at.github.reviewDeployment(at.widget, run, at.bob, at.npm, "rejected");
    expect(at.github.statusOf(run)).toBe("completed/failure");
  });
});

describe("the end of a run", () => {
  test("a failed job lets those that need it be skipped, unless their condition says otherwise", async () => {
    await open(`${publishing}  tell:\n    needs: [publish]\n    if: always()\n    steps: [{ run: echo }]\n`);
    const run = await dispatch();
    await at.finish("failure");
    expect(at.job(run).conclusion).toBe("skipped");
    expect(at.job(run, "tell").status).toBe("in_progress");
    await at.finish();
    expect(at.github.statusOf(run)).toBe("completed/failure");
  });

  test("a job whose condition doesn't hold is skipped", async () => {
    await open(publishing.replace("needs: build", "needs: build\n    if: inputs.tag == 'next'"));
    expect(at.github.statusOf(await waiting())).toBe("completed/success");
  });

  test("a matrix makes a job of each combination, and one answer lets all of them through", async () => {
    const matrix = "needs: build\n    strategy: { matrix: { node: [22, 24], os: [a, b] } }";
    await open(publishing.replace("needs: build", matrix));
    const run = await waiting();
    const names = last(run).jobs.map((job) => job.name);
    expect(names).toEqual(["build", "publish (22, a)", "publish (22, b)", "publish (24, a)", "publish (24, b)"]);
    const { body } = await at.call(token, `GET R/actions/runs/${run.id}/pending_deployments`);
    expect(body).toHaveLength(1);
    await gate(run, { state: "approved" });
    await at.settle();
    expect(at.runner.jobs).toHaveLength(5);
  });

  test("a re-run is the next attempt of the same run, and asks every gate again", async () => {
    const run = await waiting();
    await gate(run, { state: "approved" });
    await at.settle();
    expect((await at.call(token, `POST R/actions/runs/${run.id}/rerun`)).status).toBe(403);
    await at.finish("failure");
    const alice = at.github.signIn(at.app, at.alice);
    expect((await at.call(alice, `POST R/actions/runs/${run.id}/rerun-failed-jobs`)).status).toBe(201);
    await at.settle();
    expect(at.job(run, "build")).toMatchObject({ attempt: 1, conclusion: "success" });
    expect(at.job(run)).toMatchObject({ attempt: 2, status: "waiting" });
    const { body } = await at.call(token, `GET R/actions/runs/${run.id}`);
    expect(body).toMatchObject({ id: run.id, run_attempt: 2, triggering_actor: { login: "alice" } });
    const first = await at.call(token, `GET R/actions/runs/${run.id}/attempts/1`);
    expect(first.body).toMatchObject({ run_attempt: 1, conclusion: "failure" });
    expect((await at.call(token, `GET R/actions/runs/${run.id}/attempts/3`)).status).toBe(404);
    await gate(run, { state: "rejected" });
    expect((await at.call(alice, `POST R/actions/runs/${run.id}/rerun`)).status).toBe(201);
    await at.settle();
    expect(at.job(run, "build")).toMatchObject({ attempt: 3, status: "in_progress" });
  });

  test("one job is run again with those that need it, and an old run isn't", async () => {
    const run = await waiting();
    await gate(run, { state: "approved" });
    await at.settle();
    await at.finish();
    const build = at.job(run, "build");
    expect((await at.call(token, `POST R/actions/jobs/${build.id}/rerun`)).status).toBe(201);
    expect(last(run).jobs.map((job) => job.attempt)).toEqual([2, 2]);
    await at.call(token, `POST R/actions/runs/${run.id}/cancel`);
    await at.settle();
    at.clock.advance(31 * 86_400_000);
    expect((await at.call(token, `POST R/actions/runs/${run.id}/rerun`)).status).toBe(403);
  });

  test("a cancelled run ends at once where it waits, and a finished one can't be cancelled", async () => {
    const run = await waiting();
    expect((await at.call(token, `POST R/actions/runs/${run.id}/cancel`)).status).toBe(202);
    expect(at.github.statusOf(run)).toBe("completed/cancelled");
    expect((await at.call(token, `POST R/actions/runs/${run.id}/cancel`)).status).toBe(409);
    expect((await at.call(token, `POST R/actions/runs/${run.id}/force-cancel`)).status).toBe(409);
  });

  test("force ends a run whose runner doesn't stop", async () => {
    const run = await dispatch();
    const [job] = at.runner.jobs;
    expect(at.github.statusOf(run)).toBe("in_progress");
    expect((await at.call(token, `POST R/actions/runs/${run.id}/force-cancel`)).status).toBe(202);
    expect(at.github.statusOf(run)).toBe("completed/cancelled");
    job?.finish("success");
    await at.settle();
    expect(at.job(run, "build").conclusion).toBe("cancelled");
    expect(events().filter((one) => one === "workflow_run.completed")).toHaveLength(1);
  });

  test("runs are listed by what they are", async () => {
    const run = await waiting();
    at.clock.advance(60_000);
    const other = at.github.runWorkflow(at.widget, at.alice, "publish.yml", { version: "2" });
    const ids = async (query: string) => {
      const { status, body } = await at.call(token, `GET R/actions/runs?${query}`);
      expect(status).toBe(200);
      return (body["workflow_runs"] as Array<{ id: number }>).map(({ id }) => id);
    };
    expect(await ids("per_page=100")).toEqual([other.id, run.id]);
    expect(await ids("status=waiting")).toEqual([run.id]);
    expect(await ids("actor=alice&event=workflow_dispatch")).toEqual([other.id]);
    expect(await ids(`head_sha=${run.headSha}&branch=main`)).toHaveLength(2);
    expect(await ids("event=push")).toEqual([]);
    const jobs = await at.call(token, `GET R/actions/runs/${run.id}/jobs?filter=all&per_page=1`);
    expect(jobs.body).toMatchObject({ total_count: 2, jobs: [{ name: "build" }] });
    expect(jobs.headers.get("link")).toContain('page=2>; rel="next"');
    const one = await at.call(token, `GET R/actions/jobs/${at.job(run).id}`);
    expect(one.body).toMatchObject({ name: "publish", status: "waiting" });
    expect((await at.call(token, "GET R/actions/workflows")).body).toMatchObject({ total_count: 1 });
  });
});
