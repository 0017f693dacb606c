import type * as has from "../state.ts";

const at = new Date("2026-11-02T10:00:00.123Z");
const later = new Date("2026-11-02T10:05:00Z");
const SHA = "a".repeat(40);
const BEFORE = "b".repeat(40);

function user(id: number, login: string, type: has.UserState["type"] = "User"): has.UserState {
  return { id, login, type, name: login };
}

function commit(sha: string, parent: string | null): has.CommitState {
  const files = new Map([[".github/countersign.yml", "packages: {}\n".repeat(20)]]);
  return { sha, message: "Release 1.2.0\n\nNotes", authorId: 1, at, parent, files };
}

function job(): has.JobState {
  const deployment = {
    id: 61,
    environmentName: "npm",
    sha: SHA,
    ref: "main",
    creatorId: 1,
    createdAt: at,
    updatedAt: at,
  };
  return {
    id: 51,
    runId: 41,
    attempt: 1,
    key: "publish",
    name: "publish",
    needs: [],
    status: "queued",
    conclusion: null,
    createdAt: at,
    startedAt: null,
    completedAt: null,
    steps: [{ number: 1, name: "checkout", status: "queued", conclusion: null }],
    environment: "npm",
    deployment,
    gates: [{ kind: "wait-timer", appId: null, state: "pending", reports: 0, since: at }],
    log: "",
    rawLog: "",
  };
}

function run(): has.RunState {
  const attempt = {
    number: 1,
    triggeringActorId: 1,
    status: "waiting" as const,
    conclusion: null,
    startedAt: at,
    updatedAt: later,
    jobs: [job()],
  };
  return {
    id: 41,
    number: 7,
    repositoryId: 21,
    workflowId: 42,
    workflowName: "publish",
    path: ".github/workflows/publish.yml",
    title: "Release 1.2.0 for alice",
    event: "workflow_dispatch",
    headSha: SHA,
    headBranch: "main",
    headRepositoryId: 21,
    actorId: 1,
    inputs: {},
    checkSuiteId: 43,
    createdAt: at,
    attempts: [attempt],
    approvals: [{ environmentIds: [31], state: "approved", userId: 2, comment: "fine", at }],
  };
}

function environment(): has.EnvironmentState {
  return {
    id: 31,
    name: "npm",
    createdAt: at,
    updatedAt: at,
    waitTimer: 5,
    reviewers: [
      { type: "User", id: 2 },
      { type: "Team", id: 12 },
    ],
    preventSelfReview: true,
    canAdminsBypass: false,
    branchPolicy: "custom",
    branchPatterns: [{ id: 32, name: "main", type: "branch" }],
    customRules: [{ id: 33, appId: 9, enabled: true }],
    keyId: "0123",
    publicKey: new Uint8Array(32),
    privateKey: new Uint8Array(32),
    secrets: new Map([["NPM_TOKEN", { name: "NPM_TOKEN", value: "hidden", createdAt: at, updatedAt: at }]]),
  };
}

function repository(): has.RepositoryState {
  const issue = { title: "Release", body: "", userId: 1, createdAt: at };
  const comment = { userId: 1, body: "/release 1.2.0", createdAt: at, updatedAt: later, appId: null };
  return {
    id: 21,
    ownerId: 11,
    name: "widget",
    private: false,
    archived: false,
    defaultBranch: "main",
    createdAt: at,
    collaborators: new Map([[2, "write"]]),
    commits: new Map([
      [SHA, commit(SHA, BEFORE)],
      [BEFORE, commit(BEFORE, null)],
    ]),
    branches: new Map([["main", SHA]]),
    protectedBranches: new Set(["main"]),
    issues: new Map([
      [1, { ...issue, id: 71, number: 1, state: "open", pullRequest: false }],
      [2, { ...issue, id: 72, number: 2, state: "closed", pullRequest: true }],
    ]),
    comments: new Map([
      [81, { ...comment, id: 81, issueNumber: 1, reactions: new Map([["eyes", new Set([3])]]) }],
      [82, { ...comment, id: 82, issueNumber: 1, userId: 3, appId: 9, reactions: new Map() }],
    ]),
    environments: [environment()],
    secrets: new Map(),
    runs: new Map([[41, run()]]),
    nextIssue: 3,
    nextRunNumber: 8,
  };
}

/** A small GitHub in which every shape has something to show; for the tests of the shapes. */
export function exampleState(): has.State {
  const acme = user(11, "acme", "Organization");
  const people = [user(1, "alice"), user(2, "bob"), user(3, "countersign[bot]", "Bot"), acme];
  const team = { id: 12, slug: "releasers", name: "Releasers", orgId: 11, members: new Set([1, 2]) };
  const app: has.AppState = {
    id: 9,
    slug: "countersign",
    name: "Countersign",
    ownerId: 11,
    clientId: "Iv1.0123456789abcdef",
    clientSecret: "",
    webhookSecret: "",
    publicKey: "",
    privateKey: "",
    permissions: { actions: "write", environments: "write", metadata: "read" },
    events: ["issue_comment", "workflow_job", "deployment_protection_rule"],
    hookUrl: "http://127.0.0.1:3000/hook",
    redirectUris: [],
    botId: 3,
    createdAt: at,
  };
  const delivery: has.DeliveryState = {
    id: 91,
    guid: "0b989ba4-242f-11e5-81e1-c7b6966d2516",
    appId: 9,
    event: "issue_comment",
    action: "created",
    installationId: 19,
    repositoryId: 21,
    deliveredAt: at,
    redelivery: false,
    status: "OK",
    statusCode: 202,
    payload: '{"action":"created"}',
  };
  return {
    formerNames: new Map(),
    users: new Map(people.map((one) => [one.id, one])),
    organizations: new Map([[11, { user: acme, members: new Map([[1, "admin"]]), teams: [team], secrets: new Map() }]]),
    repositories: new Map([[21, repository()]]),
    apps: new Map([[9, app]]),
    installations: new Map([
      [19, { id: 19, appId: 9, accountId: 11, repositoryIds: new Set([21]), suspendedAt: null, createdAt: at }],
    ]),
    installationTokens: new Map(),
    userTokens: new Map(),
    manifestCodes: new Map(),
    oauthCodes: new Map(),
    devices: new Map(),
    deliveries: [delivery],
  };
}
