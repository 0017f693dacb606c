import { emptyRelease } from "../../src/desk/new-release.ts";
import type { Sighting, Watch } from "../../src/domain/out-of-band/types.ts";
import type { Lease, Release, Stop } from "../../src/domain/release-types.ts";

/** A release of `@acme/widget` 1.2.0 that waits, with what a test cares about put in. */
export function aRelease(over: Partial<Release> = {}): Release {
  return {
    ...emptyRelease,
    id: "r1",
    state: "waiting",
    repositoryId: 1,
    installationId: 10,
    package: "@acme/widget",
    version: "1.2.0",
    distTag: "latest",
    mode: "otp",
    branch: "main",
    sha: "a".repeat(40),
    workflowPath: ".github/workflows/publish.yml",
    workflowBlob: "b".repeat(40),
    jobName: "publish",
    environmentId: 2,
    environmentName: "npm",
    secretName: "NPM_TOKEN",
    policySha: "a".repeat(40),
    policyBlob: "c".repeat(40),
    releaserId: 100,
    releaserLogin: "alice",
    origin: "chat",
    issueNumber: 7,
    requestCommentId: 70,
    runId: 4242,
    requestedAt: new Date("2026-11-23T09:00:00Z"),
    holds: "1/2",
    ...over,
  };
}

/** A lease on that release's environment, taken at ten, whose PUT can land until 10:00:15. */
export function aLease(over: Partial<Lease> = {}): Lease {
  return {
    id: "l1",
    releaseId: "r1",
    repositoryId: 1,
    installationId: 10,
    environmentId: 2,
    environmentName: "npm",
    secretName: "NPM_TOKEN",
    keyId: "key",
    tokenId: "t1",
    runId: 4242,
    state: "arming",
    takenAt: new Date("2026-11-23T10:00:00Z"),
    putDeadline: new Date("2026-11-23T10:00:15Z"),
    armedAt: null,
    disarmAskedAt: null,
    disarmedAt: null,
    absentAt: null,
    closedAt: null,
    expiresAt: new Date("2026-11-23T10:20:00Z"),
    disarmWhy: null,
    disarmAttempts: 0,
    lastError: null,
    releasedAt: null,
    locks: "1/2",
    ...over,
  };
}

/** All releases of acme were stopped at ten by dave, and still are. */
export function aStop(over: Partial<Stop> = {}): Stop {
  return {
    id: "s1",
    accountId: 5,
    accountLogin: "acme",
    repositoryId: 1,
    reason: "a laptop was stolen",
    origin: "chat",
    beganAt: new Date("2026-11-23T10:00:00Z"),
    beganById: 44,
    beganByLogin: "dave",
    liftedAt: null,
    liftedById: null,
    liftedByLogin: null,
    liftReason: null,
    openFor: 5,
    ...over,
  };
}

/** `@acme/widget`, looked at on the hour. */
export function aWatch(over: Partial<Watch> = {}): Watch {
  const at = new Date("2026-11-23T10:00:00Z");
  return {
    ...{ id: "w1", repositoryId: 1, package: "@acme/widget", registry: null },
    policy: { workflow: "publish.yml", releasers: ["alice"], approvers: ["bob"], localPublishing: null },
    ...{ known: null, etag: null, nextAt: at, lookedAt: null, activeAt: at, failures: 0, lastError: null },
    ...{ removedAt: null, issueNumber: null, issueState: null, issueDigest: null, issueChangedAt: null },
    ...over,
  };
}

/** Mallory published a version of it at ten, with a script that the one before didn't have. */
export function aSighting(over: Partial<Sighting> = {}): Sighting {
  return {
    ...{ id: "g1", repositoryId: 1, package: "@acme/widget", what: "published", version: "1.2.1", verdict: "odd" },
    facts: {
      ...{ publishedAt: "2026-11-23T09:58:00.000Z", publisher: "mallory", trusted: false, provenance: false },
      ...{ commit: null, shasum: "d".repeat(40), runsOnInstall: true, tags: ["latest"], from: null },
      installScripts: [{ name: "postinstall", text: "node evil.js", is: "new" }],
      before: {
        ...{ version: "1.2.0", publishers: ["alice-npm"], trusted: false, provenance: false, runsOnInstall: false },
      },
    },
    oddities: [
      { code: "other-publisher", text: "The npm user `mallory` published it, who is no releaser's npm user here." },
      { code: "install-script", text: "A new `postinstall` script runs when it is installed: `node evil.js`." },
    ],
    expectedWhy: null,
    seenAt: new Date("2026-11-23T10:00:00Z"),
    ...{ acknowledgedAt: null, acknowledgedById: null, acknowledgedByLogin: null },
    key: `1 @acme/widget published ${over.version ?? "1.2.1"}`,
    ...over,
  };
}
