import type {
  Approval,
  Challenge,
  Lease,
  Release,
  Repository,
  RunnerSession,
  SealedToken,
} from "../../src/domain/release-types.ts";

/** An instant of the tests' own day, so many seconds after it began. */
export function at(seconds: number): Date {
  return new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
}

export function aRepository(more: Partial<Repository> = {}): Repository {
  const fixed = { id: 11, installationId: 5, owner: "acme", ownerId: 3, ownerType: "Organization" as const };
  return { ...fixed, name: "widget_kit", private: false, defaultBranch: "main", ...more };
}

export function aRelease(more: Partial<Release> = {}): Release {
  return {
    ...{
      id: "r1",
      number: 0,
      state: "requested",
      repositoryId: 11,
      installationId: 5,
      package: "@acme/widget",
      packages: null,
    },
    ...{ version: "1.2.0", distTag: "latest", mode: "otp", branch: "main", sha: "a".repeat(40) },
    ...{ workflowPath: ".github/workflows/publish.yml", workflowBlob: "b".repeat(40), jobName: "publish" },
    ...{ environmentId: 7, environmentName: "npm", secretName: "NPM_TOKEN", policySha: "c".repeat(40) },
    ...{ policyBlob: "d".repeat(40), releaserId: 21, releaserLogin: "alice", origin: "chat", issueNumber: 4 },
    ...{ requestCommentId: 900, statusCommentId: null, statusDigest: null, runId: null, runUrl: null, jobId: null },
    ...{ requestedAt: at(0), dispatchedAt: null, gateAskedAt: null, decidedAt: null, gateApprovedAt: null },
    ...{ jobStartedAt: null, jobEndedAt: null, jobConclusion: null, runEndedAt: null, runConclusion: null },
    ...{ endedAt: null, endCode: null, endText: null, shasum: null, integrity: null, verifiedAt: null, stagedAt: null },
    ...{ runnerReport: null, decision: null, holds: "11/7", rowVersion: 0 },
    ...{ commitTitle: "Count widgets", commitAuthor: "carol", purpose: "publish", stageOf: null, stageId: null },
    ...more,
  } as Release;
}

export function anApproval(more: Partial<Approval> = {}): Approval {
  const fixed = { id: "a1", releaseId: "r1", personId: 22, personLogin: "bob", verdict: "approved" as const };
  return { ...fixed, sha: "a".repeat(40), source: "chat", comment: null, evidence: "901", givenAt: at(1), ...more };
}

export function aLease(more: Partial<Lease> = {}): Lease {
  return {
    ...{ id: "l1", releaseId: "r1", repositoryId: 11, installationId: 5, environmentId: 7, environmentName: "npm" },
    ...{ secretName: "NPM_TOKEN", keyId: "key-1", tokenId: "t1", runId: 4_000_000_000, state: "arming" as const },
    ...{ takenAt: at(10), putDeadline: at(40), armedAt: null, disarmAskedAt: null, disarmedAt: null, absentAt: null },
    ...{ closedAt: null, expiresAt: at(1200), disarmWhy: null, disarmAttempts: 0, lastError: null, releasedAt: null },
    ...{ locks: "11/7" },
    ...more,
  };
}

export function aToken(more: Partial<SealedToken> = {}): SealedToken {
  return {
    ...{ id: "t1", groupId: "g1", repositoryId: 11, environmentId: 7, environmentName: "npm", personId: 21 },
    ...{ personLogin: "alice", packages: ["@acme/widget"], npmKey: null, bypass2fa: false, forReleaseId: null },
    approvesStages: false,
    ...{ seen: null, refusedAt: null, refusedWhy: null, warnAt: null },
    ...{ npmUser: "alice-npm", label: "laptop", keyId: "key-1", ciphertext: "c2VhbGVk", expiresAt: at(86_400) },
    ...{ sealedAt: at(0), lastUsedAt: null, removedAt: null, removedWhy: null, slot: "11/7/21" },
    ...more,
  };
}

export function aRunnerSession(more: Partial<RunnerSession> = {}): RunnerSession {
  const fixed = {
    id: "s1",
    releaseId: "r1",
    jti: "jti-1",
    step: "publish" as const,
    runId: 4_000_000_000,
    runAttempt: 1,
  };
  return {
    ...fixed,
    checkRunId: null,
    publicKey: "cHVi",
    bearerHash: "h1",
    openedAt: at(0),
    expiresAt: at(600),
    ...more,
  };
}

export function aChallenge(more: Partial<Challenge> = {}): Challenge {
  return {
    ...{ id: "c1", releaseId: "r1", sessionId: "s1", kind: "code" as const, authUrl: null, try: 1 },
    ...{ subject: { name: "@acme/widget", version: "1.2.0" }, state: "open" as const, openedAt: at(0) },
    ...{
      expiresAt: at(300),
      answeredAt: null,
      answeredBy: null,
      sealed: null,
      takenAt: null,
      endedAt: null,
      openFor: "r1",
    },
    ...more,
  };
}
