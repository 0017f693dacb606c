import { expect, test } from "vitest";
import { createJudge } from "../../judge/index.ts";
import { webhooks as allWebhooks } from "../../judge/wanted.ts";
import type * as has from "../state.ts";
import { exampleState } from "./example.ts";
import { comparison, contentDirectory, shapesOf, webhooks, type Webhook } from "./index.ts";
import { viewsOf } from "./views.ts";

const site = { api: "http://127.0.0.1:4000/api/v3", web: "http://127.0.0.1:4000" };
const judge = createJudge();

function at<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no ${String(key)}`);
  return value;
}

function setting(change: (state: has.State) => void = () => undefined) {
  const state = exampleState();
  change(state);
  const repository = at(state.repositories, 21);
  const run = at(repository.runs, 41);
  const environment = repository.environments[0];
  const job = run.attempts[0]?.jobs[0];
  if (environment === undefined || job === undefined) throw new Error("the example lacks something");
  const installation = at(state.installations, 19);
  return { state, repository, run, environment, job, installation, ...shapesOf(state, site), view: viewsOf(state) };
}

const it = setting();
const { repository, run, environment, job, installation, reply, webhook, view, state } = it;
const head = at(repository.commits, "a".repeat(40));
const base = at(repository.commits, "b".repeat(40));
const acme = at(state.organizations, 11);
const team = acme.teams[0];
const now = new Date("2026-11-02T11:00:00Z");
const issue = at(repository.issues, 1);
const list = (name: string, ...items: unknown[]): unknown => ({ total_count: items.length, [name]: items });
const seen = view.repository(repository);

if (team === undefined) throw new Error("the example has no team");

test.each([
  ["apps/get-authenticated", 200, reply.app(9)],
  ["apps/list-installations", 200, [reply.installation(installation)]],
  ["apps/get-installation", 200, reply.installation(installation)],
  ["apps/get-repo-installation", 200, reply.installation({ ...installation, suspendedAt: now })],
  ["apps/create-installation-access-token", 201, reply.installationToken(installation, "ghs_x", now, [repository])],
  ["apps/list-repos-accessible-to-installation", 200, list("repositories", reply.repositoryInList(repository))],
  ["apps/list-webhook-deliveries", 200, state.deliveries.map((one) => reply.deliveryLine(one))],
  ["apps/get-webhook-delivery", 200, state.deliveries.map((one) => reply.delivery(one))[0]],
  ["apps/check-token", 200, reply.authorization(9, 1, { value: "ghu_x", createdAt: now, expiresAt: now })],
  ["apps/list-installations-for-authenticated-user", 200, list("installations", reply.installation(installation))],
  [
    "apps/list-installation-repos-for-authenticated-user",
    200,
    list("repositories", reply.repositoryOfPerson(repository, "write")),
  ],
  ["users/get-authenticated", 200, reply.publicUser(1)],
  ["users/get-by-username", 200, reply.publicUser(3)],
  ["teams/get-membership-for-user-in-org", 200, reply.teamMembership(team, 1)],
  ["orgs/get-membership-for-user", 200, reply.organizationMembership(acme, 1)],
  ["repos/get-collaborator-permission-level", 200, reply.permission(1, "maintain")],
  ["repos/get", 200, reply.repository(repository)],
  ["repos/get-branch", 200, reply.branch(repository, "main", head)],
  ["repos/get-commit", 200, reply.commit(repository, head)],
  ["repos/list-commits", 200, [reply.commit(repository, head)]],
  ["git/get-ref", 200, reply.gitRef(repository, "refs/heads/main", head.sha)],
  ["repos/get-content", 200, reply.file(repository, head, ".github/countersign.yml", head.sha)],
  [
    "repos/get-content",
    200,
    contentDirectory(site, seen, [{ type: "file", path: "a b/c.txt", sha: head.sha, size: 1 }], "main"),
  ],
  [
    "repos/compare-commits-with-basehead",
    200,
    comparison(site, seen, view.commit(base), view.commit(head), {
      mergeBase: view.commit(base),
      ahead: [view.commit(head)],
      behindBy: 0,
    }),
  ],
  ["issues/get", 200, reply.issue(repository, issue)],
  ["issues/get", 200, reply.issue(repository, at(repository.issues, 2))],
  ["issues/create-comment", 201, reply.comment(repository, issue, at(repository.comments, 82))],
  ["issues/get-comment", 200, reply.comment(repository, issue, at(repository.comments, 81))],
  ["reactions/create-for-issue-comment", 201, reply.reaction(1, "eyes", 3, now)],
  ["repos/get-all-environments", 200, list("environments", reply.environment(repository, environment))],
  ["repos/get-environment", 200, reply.environment(repository, environment)],
  [
    "repos/get-environment",
    200,
    reply.environment(repository, {
      ...environment,
      reviewers: null,
      branchPolicy: null,
      canAdminsBypass: undefined,
      waitTimer: 0,
    }),
  ],
  ["actions/get-environment-secret", 200, reply.secret(at(environment.secrets, "NPM_TOKEN"))],
  ["actions/list-environment-secrets", 200, list("secrets", reply.secret(at(environment.secrets, "NPM_TOKEN")))],
  ["actions/list-repo-organization-secrets", 200, list("secrets", reply.secret(at(environment.secrets, "NPM_TOKEN")))],
  ["actions/get-environment-public-key", 200, reply.publicKey(environment)],
  [
    "repos/list-deployment-branch-policies",
    200,
    list("branch_policies", ...environment.branchPatterns.map((one) => reply.branchPolicy(one))),
  ],
  [
    "repos/get-all-deployment-protection-rules",
    200,
    list("custom_deployment_protection_rules", ...environment.customRules.map((one) => reply.customRule(one))),
  ],
  ["actions/get-workflow", 200, reply.workflow(repository, view.workflow(repository, run))],
  ["actions/create-workflow-dispatch", 200, reply.dispatched(repository, 41)],
  ["actions/list-workflow-runs-for-repo", 200, list("workflow_runs", reply.run(repository, run))],
  ["actions/get-workflow-run-attempt", 200, reply.run(repository, run, 1)],
  ["actions/list-jobs-for-workflow-run", 200, list("jobs", reply.job(repository, run, job))],
  ["actions/get-job-for-workflow-run", 200, reply.job(repository, run, job)],
  ["actions/get-pending-deployments-for-run", 200, [reply.pendingDeployment(repository, environment, job.gates, true)]],
  [
    "actions/review-pending-deployments-for-run",
    200,
    job.deployment === null ? null : [reply.deployment(repository, job.deployment)],
  ],
  ["actions/get-reviews-for-run", 200, run.approvals.map((one) => reply.approval(repository, one))],
  ["checks/create", 201, reply.checkRun(repository, 9, checkRun())],
])("what the simulator answers is GitHub's: %s", (operation, status, body) => {
  expect(judge.reply(operation, status, body)).toEqual([]);
});

function checkRun() {
  const words = { title: "Policy", summary: "valid", text: null, detailsUrl: null };
  const times = { startedAt: now, completedAt: now };
  const result = { status: "completed" as const, conclusion: "success" as const };
  return { id: 1, name: "countersign", headSha: head.sha, ...result, ...words, ...times };
}

const where = { repository, senderId: 1, installationId: 19 };
const finished: has.JobState = {
  ...job,
  status: "completed",
  conclusion: "success",
  startedAt: now,
  completedAt: now,
};
const started: has.JobState = { ...job, status: "in_progress", startedAt: now };
const rerun = setting((other) => {
  const again = at(at(other.repositories, 21).runs, 41);
  const [first] = again.attempts;
  if (first !== undefined) again.attempts.push({ ...first, number: 2, status: "completed", conclusion: "failure" });
});
const bob = view.account(2);

const sent: Webhook[] = [
  webhook.issueComment(where, { action: "created" }, issue, at(repository.comments, 81)),
  webhook.issueComment(where, { action: "created" }, at(repository.issues, 2), at(repository.comments, 82)),
  webhook.issueComment(where, { action: "edited", bodyFrom: "x" }, issue, at(repository.comments, 81)),
  webhook.issueComment(where, { action: "deleted" }, issue, at(repository.comments, 81)),
  webhook.issues(where, "opened", issue),
  webhook.issues(where, "closed", at(repository.issues, 2)),
  webhook.issues(where, "reopened", issue),
  webhook.workflowRun(where, "requested", run),
  webhook.workflowRun(where, "in_progress", { ...run, attempts: run.attempts.map(running) }),
  rerun.webhook.workflowRun({ ...where, repository: rerun.repository }, "completed", rerun.run),
  webhook.workflowJob(where, "queued", run, job),
  webhook.workflowJob(where, "waiting", run, { ...job, status: "waiting" }, false),
  webhook.workflowJob(where, "in_progress", run, started),
  webhook.workflowJob(where, "completed", run, finished),
  webhook.deploymentProtectionRule(where, run, job),
  webhook.deploymentProtectionRule(where, run, { ...job, deployment: null }),
  webhook.reviewRequested(where, run, { ...job, status: "waiting" }, environment, 1),
  webhook.reviewed(where, "approved", run, [job], 2, "fine"),
  webhook.reviewed(where, "rejected", run, [job, finished], 2, ""),
  ...(["archived", "unarchived", "deleted", "privatized", "publicized"] as const).map((action) =>
    webhook.repositoryChanged(where, { action }),
  ),
  webhook.repositoryChanged(where, { action: "renamed", from: "gadget" }),
  webhook.repositoryChanged(where, { action: "transferred", from: bob }),
  webhook.repositoryChanged(where, { action: "transferred", from: view.account(11) }),
  webhook.repositoryChanged(where, { action: "edited", defaultBranchFrom: "master" }),
  webhook.member(where, "added", 2, "write"),
  webhook.member(where, "edited", 2, "admin"),
  webhook.member(where, "removed", 2),
  webhook.membership("added", team, 2, 1, 19),
  webhook.membership("removed", team, 2, 1, 19),
  webhook.organizationMember("member_added", 11, 2, 1, 19),
  webhook.organizationMember("member_removed", 11, 2, 1, 19),
  webhooks.organizationChanged(site, { action: "renamed", from: "emca" }, view.account(11), bob, null),
  ...(["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"] as const).map((action) =>
    webhook.installation(action, installation, [repository], 1),
  ),
  webhook.installationRepositories("added", installation, [repository], 1),
  webhook.installationRepositories("removed", installation, [repository], 1),
  webhook.authorizationRevoked(1),
  webhook.ping(9, now),
  webhook.push(where, "main", base.sha, [head]),
];

function running(attempt: has.AttemptState): has.AttemptState {
  return { ...attempt, status: "in_progress" };
}

test.each(sent.map((one): [string, Webhook] => [`${one.event}.${one.action}`, one]))(
  "what the simulator sends is GitHub's: %s",
  (_, { event, action, payload }) => {
    expect(judge.webhook(event, action, payload)).toEqual([]);
  },
);

test("every webhook in use has a shape", () => {
  const names = new Set(sent.map(({ event, action }) => (action === null ? event : `${event}.${action}`)));
  const wanted = new Set(allWebhooks.map((name) => name.replaceAll("-", "_")));
  expect(new Set([...names].map((name) => name.replace(".", "_")))).toEqual(wanted);
});

test("a secret's value, a key's other half and a token's secret are in no shape", () => {
  expect(JSON.stringify(reply.secret(at(environment.secrets, "NPM_TOKEN")))).not.toContain("hidden");
  expect(Object.keys(reply.publicKey(environment))).toEqual(["key_id", "key"]);
});

test("a file is a Git blob with its own id, in Base64 with line breaks", () => {
  const file = reply.file(repository, head, ".github/countersign.yml", head.sha);
  const content = String(file?.["content"]);
  expect(content.split("\n")[0]).toHaveLength(60);
  expect(Buffer.from(content, "base64").toString()).toBe("packages: {}\n".repeat(20));
  expect(reply.file(repository, head, "nothing", head.sha)).toBeNull();
});

test("an earlier attempt of a run can still be seen", () => {
  expect(rerun.reply.run(rerun.repository, rerun.run)).toMatchObject({ run_attempt: 2, conclusion: "failure" });
  expect(rerun.reply.run(rerun.repository, rerun.run, 1)).toMatchObject({ run_attempt: 1, status: "waiting" });
});
