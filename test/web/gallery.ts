import type { ReleaseChanges } from "../../src/desk/changes.ts";
import type { PolicyStanding } from "../../src/desk/repository-views.ts";
import { diffParts, lineDiff } from "../../src/domain/line-diff.ts";
import { parsePolicy, policyLines } from "../../src/domain/policy.ts";
import type { ReleaseView } from "../../src/desk/types.ts";
import type { SetUpFacts } from "../../src/domain/set-up/facts.ts";
import type { Person } from "../../src/domain/release-types.ts";
import { clean, manyFindings, waivedOnly, withoutPolicy } from "../support/examinations.ts";
import { aLease, aRelease, aSighting, aStop, aWatch } from "../support/examples.ts";
import {
  aChallenge,
  aDraft,
  bareSetUp,
  aChannel,
  anEvent,
  aPlace,
  aTodo,
  aRunnerSession,
  aToken,
  aView,
  morning,
  nothing,
  widget,
} from "./bench.ts";
import { contentsScenes } from "./contents-scene.ts";
import type { AuditRow } from "../../src/store/types.ts";
import type { Scene } from "./bench.ts";

const minutes = (count: number): Date => new Date(morning.getTime() + count * 60_000);
const runUrl = "https://github.test/acme/widget/actions/runs/4242";
const gadgets = { ...widget, id: 2, name: "gadgets-with-a-rather-long-name" };

const gear = { ...widget, id: 3, ownerId: 6, owner: "globex", name: "gear" };

const running: ReleaseView = aView({
  release: aRelease({
    id: "r2",
    number: 13,
    state: "running",
    version: "2.0.0-beta.3",
    distTag: "next",
    runUrl,
    requestedAt: minutes(-40),
    dispatchedAt: minutes(-39),
    gateAskedAt: minutes(-38),
    decidedAt: minutes(-2),
    gateApprovedAt: minutes(-2),
    jobStartedAt: minutes(-1),
  }),
  approvals: [
    {
      id: "a1",
      releaseId: "r2",
      personId: 101,
      personLogin: "bob",
      verdict: "approved",
      sha: "a".repeat(40),
      source: "chat",
      comment: null,
      evidence: "comment-1",
      givenAt: minutes(-3),
    },
  ],
  lease: aLease({
    releaseId: "r2",
    state: "armed",
    armedAt: minutes(-2),
    expiresAt: minutes(18),
    takenAt: minutes(-2),
  }),
  challenge: aChallenge({
    releaseId: "r2",
    subject: { name: "@acme/widget", version: "2.0.0-beta.3", tag: "next", shasum: "d".repeat(40) },
  }),
  decision: {
    rule: "release",
    verdict: "satisfied",
    text: "Everything it needs is there.",
    children: [
      { rule: "releaser", verdict: "satisfied", text: "alice may release." },
      { rule: "approvals", verdict: "satisfied", text: "1 of 1 approvals: bob." },
      {
        rule: "environment",
        verdict: "satisfied",
        text: "The environment `npm` is protected.",
        children: [{ rule: "secret", verdict: "satisfied", text: "`NPM_TOKEN` is free." }],
      },
    ],
  },
});

const team: ReleaseView = aView({
  release: aRelease({
    id: "r3",
    number: 14,
    repositoryId: 2,
    package: "@acme/gadgets-with-a-rather-long-name",
    version: "10.11.12",
    runUrl,
    requestedAt: minutes(-60 * 24 * 26),
    gateAskedAt: minutes(-60 * 24 * 26),
    commitTitle: "A title that is written by somebody who has a lot to say and whom nobody told about fifty characters",
    commitAuthor: "a-login-that-is-thirty-nine-letters-long",
  }),
  repository: gadgets,
  decision: {
    rule: "release",
    verdict: "waiting",
    text: "Waits for one approval.",
    children: [
      { rule: "releaser", verdict: "satisfied", text: "alice may release." },
      { rule: "approvals", verdict: "waiting", text: "1 of 2 approvals.", waitsFor: ["@acme/release-team"] },
      { rule: "wait-timer", verdict: "waiting", text: "GitHub's wait timer ends at 10:20." },
      { rule: "github-reviewers", verdict: "refused", text: "GitHub's required reviewers said no on `npm`." },
    ],
  },
});

const published: ReleaseView = aView({
  release: {
    ...running.release,
    id: "r4",
    number: 9,
    state: "published",
    version: "1.1.0",
    jobEndedAt: minutes(-1),
    jobConclusion: "success",
    verifiedAt: minutes(0),
    endedAt: minutes(0),
    endText: "`@acme/widget` 1.1.0 is on the registry.",
    shasum: "5f2a1c0d9b8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a",
    integrity: `sha512-${"Ab9/".repeat(21)}==`,
    runnerReport: { outcome: "published", revoked: "revoked" },
  },
  approvals: running.approvals,
  lease: aLease({
    releaseId: "r4",
    state: "closed",
    armedAt: minutes(-2),
    disarmedAt: new Date(minutes(-2).getTime() + 41_300),
    closedAt: minutes(-1),
  }),
  decision: running.decision,
});

/** npm has it, and whoever approves it there looks here first. */
const stagedAtNpm: ReleaseView = aView({
  release: aRelease({
    ...{ id: "r20", number: 20, state: "staged", mode: "trusted-stage", version: "1.4.0", shasum: "e".repeat(40) },
    ...{ runId: 9, stagedAt: new Date("2026-11-23T09:55:00Z") },
    runnerReport: {
      ...{ outcome: "staged", stageId: "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10", shasum: "e".repeat(40) },
      ...{ stagePage: "https://npm.example/package/@acme/widget" },
      stageWaitsFor: { names: ["carol", "dan"], at: "here" },
    },
  }),
  decision: running.decision,
});

/** A second build made something else. */
const builtOtherwise: ReleaseView = aView({
  release: aRelease({
    ...{ id: "r21", number: 21, state: "failed", mode: "trusted", version: "1.5.0", endCode: "build-differs" },
    ...{ endedAt: new Date("2026-11-23T09:50:00Z") },
    endText: `A second build of the same commit made other bytes (\`${"f".repeat(40)}\`, the publishing job has \`${"e".repeat(40)}\`): nothing of @acme/widget@1.5.0 was published. They differ in: \`dist/index.js\`. Find out why before you ask again with /release.`,
    runnerReport: {
      second: {
        ...{ state: "differs", first: "e".repeat(40), second: "f".repeat(40) },
        difference: {
          ...{ changed: ["dist/index.js", "dist/index.js.map"], onlyFirst: ["dist/.cache/stamp"], onlySecond: [] },
          ...{ more: 0, unlisted: false },
        },
      },
    },
  }),
});

/** Three packages in one: the second failed at npm, so the third wasn't begun. */
const ofSeveral: ReleaseView = aView({
  repository: gear,
  decision: running.decision,
  release: aRelease({
    ...{ id: "r22", number: 22, repositoryId: 3, package: "@globex/gear", version: "3.0.0", state: "failed", runUrl },
    ...{ endCode: "run-failed-after", endedAt: minutes(-20) },
    endText:
      "@globex/gear is published, the others aren't: the job failed at @globex/gear-cli. Say the same `/release` again: it goes on with what is left.",
    packages: [
      {
        ...{ name: "@globex/gear", state: "published", shasum: "d".repeat(40) },
        ...{ verifiedAt: minutes(-21).toISOString(), inside: { dangers: 0, looks: 2 } },
      },
      {
        ...{ name: "@globex/gear-cli", state: "failed", shasum: "e".repeat(40), inside: { dangers: 1, looks: 0 } },
        text: "npm publish failed (`E403`): the trusted publisher of this package doesn't name this workflow.",
      },
      { name: "@globex/a-package-with-a-rather-long-name", state: "waiting", shasum: "f".repeat(40) },
    ],
  }),
});

const failed: ReleaseView = aView({
  release: aRelease({
    id: "r5",
    number: 8,
    state: "failed",
    version: "1.0.9",
    runUrl,
    endedAt: minutes(-3000),
    endText: "The job failed: look at its log on GitHub.",
  }),
});

const adopted: ReleaseView = aView({
  release: aRelease({
    id: "r6",
    number: 15,
    state: "unconfirmed",
    origin: "adopted",
    version: "",
    runUrl,
    issueNumber: null,
  }),
});

function abilities(view: ReleaseView, person: Person) {
  const own = person.id === view.release.releaserId;
  if (view.release.state === "unconfirmed")
    return { ...nothing, cancel: own || "No.", confirm: own || ("Only alice." as const) };
  if (view.release.state === "running" || view.release.state === "staged")
    return {
      ...nothing,
      approve: "It was approved already.",
      reject: "It was approved already.",
      cancel: true as const,
      answer: own || "No.",
      ...(view.release.state === "staged" ? { approveStage: true as const, rejectStage: true as const } : {}),
    };
  return {
    ...nothing,
    approve: own ? "You asked for this release; somebody else has to countersign." : (true as const),
    reject: true as const,
    cancel: own || "Only alice or somebody with write access may cancel it.",
  };
}

/** A release whose workflow is another than the default branch's, a lot after the one before. */
const changed: ReleaseChanges = {
  workflow: {
    ...{ path: ".github/workflows/publish.yml", branch: "main", head: "c".repeat(40), state: "changed" },
    parts: diffParts(
      lineDiff(
        `on: workflow_dispatch\njobs:\n  publish:\n    environment: npm\n    steps:\n${"      - run: npm test\n".repeat(9)}`,
        `on: workflow_dispatch\njobs:\n  publish:\n    environment: npm\n    steps:\n      - run: curl \u202e${"https://example.com/".repeat(8)}\n${"      - run: npm test\n".repeat(8)}`,
      ),
    ),
  },
  last: aRelease({ id: "r4", version: "1.1.0", sha: "d".repeat(40) }),
  ...{ of: "@acme/widget", unreleased: [] },
  commits: {
    url: "https://github.test/acme/widget/compare/d...a",
    ...{ total: 120, behind: 1 },
    commits: Array.from({ length: 50 }, (_, index) => ({
      sha: `${index}`.padStart(40, "e"),
      url: "https://github.test/acme/widget/commit/e",
      title: index % 7 === 6 ? null : index === 3 ? "a-word-without-any-space".repeat(8) : "Count widgets",
      author: index % 5 === 4 ? null : "carol",
    })),
  },
};

const policyText = `version: 1
defaults:
  releasers: [alice, "@acme/release-team"]
  approvals: 2
packages:
  - name: "@acme/widget"
    environment: npm
    approvals: { count: 1, from: [bob, carol] }
    token: { maxDays: 30, bypass2fa: "the mirror of the tests has no second factor" }
  - name: "@acme/gadgets-with-a-rather-long-name"
    environment: NPM
`;

function policies(): Record<number, PolicyStanding> {
  const read = parsePolicy(policyText);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const broken = parsePolicy(policyText.replace("releasers", "releaser").replace("count: 1", "count: 11"));
  return {
    1: { state: "fine", sha: "a".repeat(40), policy: read.policy, lines: policyLines(policyText) },
    2: { state: "broken", sha: "a".repeat(40), problems: broken.ok ? [] : broken.problems },
  };
}

/** A repository of which half is done, and a part of that wrongly. */
function halfSetUp(): SetUpFacts {
  const [place] = bareSetUp().places;
  if (place === undefined || place.read === null) throw new Error("the bare set-up has a place");
  const { environment } = place.read;
  return {
    access: { state: "lacking", permissions: ["environments: write"] },
    policy: { state: "broken", problems: 2 },
    workflows: [
      { path: ".github/workflows/publish.yml", reading: { state: "fit" } },
      {
        path: ".github/workflows/publish-acme-gadgets-with-a-rather-long-name.yml",
        reading: { state: "unfit", line: 12, problem: "no job uses the environment `npm`: add `environment: npm`." },
      },
    ],
    places: [
      {
        ...place,
        read: {
          environment: {
            ...environment,
            ...{ exists: true, id: 9, adminsCanBypass: true, requiredReviewers: true, ourRule: false },
            otherRules: ["another-gate"],
          },
          secret: { name: "NPM_TOKEN", inEnvironment: true, elsewhere: ["repository", "organization"] },
          reviewers: [{ type: "User", id: 101, name: "bob" }],
        },
      },
      { ...place, name: "publish 🚀/next", read: null },
    ],
    more: 3,
    tokens: [
      { package: "@acme/widget", environment: "npm", keep: "until-expiry", working: 2 },
      { package: "@acme/gadgets-with-a-rather-long-name", environment: "npm", keep: "until-expiry", working: 0 },
      { package: "@acme/fresh", environment: "npm", keep: "never", working: 0 },
      { package: "@acme/tokenless", environment: "approve", keep: "until-expiry", working: 0, approvesStages: true },
    ],
    publishers: [
      {
        policy: { name: "@acme/tokenless", mode: "trusted-stage", workflow: "publish.yml", environment: "npm" },
        ...{ settings: "https://www.npmjs.com/package/@acme/tokenless/access", standing: "unseen", cameTrusted: null },
      },
    ],
  };
}

/** What happened, the newest first: more than a page of it, with a few of each kind on the first. */
function manyEvents(): AuditRow[] {
  const told: Array<Partial<AuditRow>> = [
    { what: "lease.closed", actor: "countersign", detail: { lease: "l1", environment: "npm" } },
    { what: "release.published", actor: "countersign", detail: { shasum: "5f2a", publisher: "alice-npm" } },
    {
      what: "lease.disarmed",
      actor: "countersign",
      detail: { lease: "l1", environment: "npm", why: "job-completed", seconds: 41.3 },
    },
    { what: "challenge.answered", detail: { challenge: "c1", kind: "code", try: 2 } },
    {
      what: "token.seen",
      actor: "runner",
      detail: { token: "t1", step: "publish", npmUser: "alice-npm", mayWrite: true, expiresAt: null },
    },
    { what: "gate.approved", actor: "countersign", detail: { run: 4242, environment: "npm", sha: "a".repeat(40) } },
    { what: "approval.approved", actor: "bob", actorId: 101, detail: { sha: "a".repeat(40), source: "chat" } },
    {
      what: "something.new",
      actor: "a-login-that-is-thirty-nine-letters-long",
      repositoryId: 2,
      detail: { note: "x".repeat(120), of: { a: [1] } },
    },
    {},
    {
      what: "token.sealed",
      releaseId: "r-gone",
      publishes: null,
      detail: {
        environment: "npm",
        packages: ["@acme/widget"],
        npmUser: "alice-npm",
        expiresAt: "2026-12-23T23:59:59.000Z",
      },
    },
  ];
  return Array.from({ length: 60 }, (_, index) =>
    anEvent({ ...told[index % told.length], seq: 1000 - index, at: minutes(-index) }),
  );
}

/** A busy morning: something of everything, for looking at pages as a whole. */
export function busyMorning(): Scene {
  const subject = { name: "@acme/widget", version: "2.0.0-beta.3", tag: "next", shasum: "d".repeat(40) };
  const link = aChallenge({
    id: "c2",
    subject,
    kind: "link",
    authUrl: "https://npm.test/auth/cli/0f3a",
    releaseId: "r2",
  });
  const over = (id: string, state: "accepted" | "refused" | "expired" | "answered") => ({
    challenge: aChallenge({ id, state, subject, releaseId: "r2" }),
    session: aRunnerSession(),
    view: running,
  });
  return {
    views: [
      aView({
        release: aRelease({
          ...{ number: 12, runUrl, requestedAt: minutes(-25) },
          ...{ commitTitle: "Count widgets, and refuse what is none", commitAuthor: "carol" },
        }),
      }),
      running,
      team,
      adopted,
      published,
      failed,
      stagedAtNpm,
      builtOtherwise,
      ofSeveral,
    ],
    abilities,
    places: [
      aPlace({ current: aToken() }),
      aPlace({
        repository: gadgets,
        package: "@acme/gadgets-with-a-rather-long-name",
        packages: ["@acme/gadgets-with-a-rather-long-name", "@acme/gizmo"],
        environmentId: 3,
        environmentName: "publish",
      }),
    ],
    packages: [
      {
        package: "@acme/widget",
        environmentName: "npm",
        approvesStages: false,
        keep: "until-expiry",
        tokens: [
          {
            token: aToken({
              lastUsedAt: minutes(-3000),
              seen: { at: "", releaseId: "r4", npmUser: "alice-npm", mayWrite: true, expiresAt: null, bypass2fa: null },
            }),
            state: "alive",
          },
          {
            token: aToken({ id: "t6", personLogin: "carol", npmUser: "carol-npm", expiresAt: minutes(-60) }),
            state: "expired",
          },
        ],
      },
      { package: "@acme/gizmo", environmentName: "npm", approvesStages: false, keep: "until-expiry", tokens: [] },
      { package: "@acme/fresh", environmentName: "fresh", approvesStages: false, keep: "never", tokens: [] },
      {
        package: "@acme/nowhere",
        environmentName: "missing",
        approvesStages: false,
        keep: "until-expiry",
        tokens: null,
      },
    ],
    todos: [aTodo(), aTodo({ id: "todo-2", npmKey: null, label: "", why: "revoke-failed" })],
    tokens: [
      aToken({
        lastUsedAt: minutes(-3000),
        seen: { at: "", releaseId: "r4", npmUser: "alice-npm", mayWrite: true, expiresAt: null, bypass2fa: null },
      }),
      aToken({
        id: "t4",
        refusedAt: minutes(-10),
        refusedWhy: "It belongs to the npm user bob-npm, not to alice-npm.",
      }),
      aToken({ id: "t2", label: "old laptop", repositoryId: 77, environmentId: 9, expiresAt: minutes(60 * 24 * 5) }),
      aToken({ id: "t3", label: "", environmentId: 8, environmentName: "legacy", expiresAt: minutes(-60) }),
    ],
    challenges: [
      { challenge: aChallenge({ releaseId: "r2", subject, try: 2 }), session: aRunnerSession(), view: running },
      { challenge: link, session: aRunnerSession(), view: running },
      over("c3", "accepted"),
      over("c4", "expired"),
    ],
    channels: [
      aChannel({ lastSentAt: minutes(-10) }),
      aChannel({ id: "ch2", kind: "email", name: "pager", shownAddress: "alice@acme.test" }),
      aChannel({
        ...{ id: "ch3", scope: "repository", repositoryId: 1, personId: null, kind: "webhook", name: "release-bot" },
        ...{ shownAddress: "hooks.acme-with-a-rather-long-name.example:8443", lastSentAt: minutes(-4000) },
        ...{ lastFailedAt: minutes(-5), lastError: "`hooks.acme.example` answers 404: nothing takes messages there." },
      }),
    ],
    stops: [{ stop: aStop({ id: "s3", repositoryId: 3, accountLogin: "globex" }), secrets: 2, releases: 1 }],
    pastStops: [
      aStop({
        ...{ id: "s2", openFor: null, beganAt: minutes(-9000), liftedAt: minutes(-8000), liftedByLogin: "dave" },
        liftReason: "every token was revoked",
      }),
    ],
    watches: [
      aWatch({ lookedAt: minutes(-4) }),
      aWatch({
        ...{ id: "w2", package: "@acme/widget-cli", lookedAt: minutes(-90), failures: 3 },
        lastError: "The registry npm.acme.example can't be read at the moment (503).",
      }),
    ],
    sightings: [
      aSighting({ seenAt: minutes(-30) }),
      aSighting({
        ...{ id: "g2", version: "1.1.9", verdict: "expected", oddities: [], seenAt: minutes(-3000) },
        expectedWhy: "The policy expects local publishing until 2027-01-31, by the word of ada: the 1.x line by hand.",
      }),
      aSighting({
        ...{ id: "g3", version: "1.1.0", what: "unpublished", seenAt: minutes(-9000), acknowledgedAt: minutes(-8900) },
        ...{ acknowledgedById: 100, acknowledgedByLogin: "alice" },
      }),
    ],
    mail: true,
    testProblem: null,
    audit: manyEvents(),
    readers: ["bob"],
    changes: changed,
    contents: contentsScenes(),
    policies: policies(),
    examinations: { 1: manyFindings, 2: withoutPolicy, 3: clean, 4: waivedOnly },
    setUps: { 2: halfSetUp() },
    suggestion: aDraft(),
    teams: { "@acme/release-team": ["bob", "carol"] },
    repositories: [widget, gadgets, gear, { ...gear, id: 4, name: "gizmo" }],
    visible: { alice: [1, 2], bob: [1, 2], carol: [1, 2], dave: [3, 4] },
  };
}

/** Pages to look at: name, who looks, path. */
export const gallery: ReadonlyArray<readonly [string, "alice" | "bob" | "dave" | null, string]> = [
  ["welcome", null, "/"],
  ["sign-in-again", null, "/sign-in/callback?code=alice&state=used"],
  ["queue-alice", "alice", "/"],
  ["queue-bob", "bob", "/?done=approved"],
  ["queue-filtered", "alice", "/?repository=2&person=alice&state=waiting"],
  ["queue-problem", "alice", "/?state=none"],
  ["release-waiting-bob", "bob", "/releases/r1"],
  ["release-waiting-alice", "alice", "/releases/r3"],
  ["release-running", "alice", "/releases/r2"],
  ["release-unconfirmed", "alice", "/releases/r6"],
  ["release-published", "bob", "/releases/r4"],
  ["release-staged", "bob", "/releases/r20"],
  ["release-built-otherwise", "bob", "/releases/r21"],
  ["release-several", "dave", "/releases/r22"],
  ["changes", "bob", "/releases/r1/changes"],
  ["contents", "alice", "/releases/r2/contents"],
  ["contents-first", "alice", "/releases/r3/contents"],
  ["contents-other-bytes", "bob", "/releases/r4/contents"],
  ["contents-not-compared", "bob", "/releases/r5/contents"],
  ["contents-unread", "alice", "/releases/r6/contents"],
  ["contents-not-told", "bob", "/releases/r1/contents"],
  ["repositories", "alice", "/repositories"],
  ["repositories-none", "alice", "/repositories?q=nothing+like+it"],
  ["repository", "alice", "/repositories/1"],
  ["repository-broken", "alice", "/repositories/2"],
  ["doctor", "alice", "/repositories/1/doctor"],
  ["doctor-reader", "bob", "/repositories/1/doctor"],
  ["doctor-no-policy", "alice", "/repositories/2/doctor"],
  ["doctor-clean", "dave", "/repositories/3/doctor"],
  ["doctor-waived", "dave", "/repositories/4/doctor"],
  ["doctor-rules", null, "/doctor/rules"],
  ["doctor-rule", null, "/doctor/rules/pinned-actions"],
  ["doctor-rule-fixed", "alice", "/doctor/rules/fit-workflow"],
  ["local-publishing", null, "/local-publishing"],
  ["set-up", "alice", "/repositories/1/set-up"],
  [
    "set-up-files",
    "alice",
    "/repositories/1/set-up?packages=left-pad&releasers=alice&approvals=1&approvers=bob&environment=npm&manager=npm&test=on",
  ],
  ["coach", "alice", "/repositories/1/coach"],
  ["coach-trusted", "alice", "/repositories/1/coach?mode=trusted"],
  ["set-up-half", "alice", "/repositories/2/set-up"],
  ["set-up-problems", "alice", "/repositories/2/set-up?packages=&releasers=%40&approvals=11&environment=npm"],
  ["set-up-forbidden", "bob", "/repositories/1/set-up"],
  ["tokens", "alice", "/tokens"],
  ["repository-tokens", "alice", "/repositories/1/tokens"],
  ["notifications", "alice", "/notifications?done=sent"],
  ["notifications-bob", "bob", "/notifications"],
  ["notifications-repository", "alice", "/repositories/1/notifications?done=not-sent"],
  ["notifications-repository-bob", "bob", "/repositories/1/notifications"],
  ["notifications-repository-empty", "alice", "/repositories/2/notifications"],
  ["token-choose", "alice", "/tokens/new"],
  ["token-form", "alice", "/tokens/new?repository=1&package=%40acme%2Fwidget"],
  ["token-form-two", "alice", "/tokens/new?for=1+%40acme%2Fwidget&for=2+%40acme%2Fgadgets-with-a-rather-long-name"],
  ["challenge-code", "alice", "/challenges/c1"],
  ["challenge-link", "alice", "/challenges/c2"],
  ["challenge-accepted", "alice", "/challenges/c3"],
  ["challenge-expired", "alice", "/challenges/c4"],
  ["challenge-forbidden", "bob", "/challenges/c1"],
  ["audit", "alice", "/audit"],
  [
    "audit-older",
    "alice",
    "/audit?actor=alice&what=something.&repository=1&release=r1&from=2026-11-01T10:00&before=990",
  ],
  ["audit-problem", "alice", "/audit?from=yesterday"],
  ["audit-none", "alice", "/audit?actor=nobody"],
  ["audit-reader", "bob", "/audit"],
  ["panic", "alice", "/panic"],
  ["panic-stopped", "dave", "/panic?done=stopped"],
  ["queue-stopped", "dave", "/"],
  ["account", "alice", "/account"],
  ["not-found", "alice", "/nowhere"],
];
