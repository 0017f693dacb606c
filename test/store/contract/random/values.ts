import fc from "fast-check";
import type { Known } from "../../../../src/domain/out-of-band/types.ts";
import { activeStates, endStates } from "../../../../src/domain/release-types.ts";
import { aSighting, aWatch } from "../../../support/examples.ts";
import {
  aChallenge,
  aLease,
  anApproval,
  aRelease,
  aRepository,
  aRunnerSession,
  at,
  aToken,
} from "../../../support/rows.ts";

/** Few values each, so that things meet. */
export const one = fc.constantFrom;
export const time = fc.integer({ min: 0, max: 6 }).map(at);
export const orNull = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
export const ids = (prefix: string, count = 3): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: count }).map((number) => `${prefix}${number}`);

export const repository = one(11, 12);
export const repositories = fc.uniqueArray(one(11, 12, 13), { maxLength: 3 });
export const environment = one(7, 8);
export const person = one(21, 22);
export const login = one("alice", "Bob", "bob", "carol", "Żółw");
export const releaseId = ids("r");
export const releaseIds = fc.uniqueArray(releaseId, { maxLength: 3 });
export const state = one(...activeStates, ...endStates);
export const place = orNull(one("11/7", "11/8", "12/7"));
export const limit = fc.integer({ min: 0, max: 4 });

const name = one("alice", "bob", "@acme/maintainers", "@Acme/Owners");
const decision = orNull(
  fc.record({
    rule: one("release", "é"),
    verdict: one("waiting", "satisfied"),
    text: one("", "Not yet."),
    waitsFor: fc.array(name, { maxLength: 2 }),
  }),
);

const staged = { stageWaitsFor: { names: ["Bob", "@acme/Owners"], at: "here" as const } };

const releaseFields = {
  state,
  repositoryId: repository,
  environmentId: environment,
  package: one("@acme/widget", "@acme/gadget", "left-pad"),
  releaserId: person,
  issueNumber: orNull(one(4, 5)),
  runId: orNull(one(1, 2, 9_007_199_254_740_991)),
  endedAt: orNull(time),
  decision: decision as fc.Arbitrary<never>,
  holds: place,
  packages: one(null, [{ name: "left-pad", state: "waiting" }]) as fc.Arbitrary<never>,
  purpose: one("publish", "publish", "approve-stage"),
  stageOf: orNull(releaseId),
};

export const release = fc.record({ id: releaseId, ...releaseFields }).map((fields) => aRelease(fields));
export const releasePatch = fc.record(
  { ...releaseFields, runUrl: one("url", null), runnerReport: one(null, { shasum: "s", npmUser: "a" }, staged) },
  { requiredKeys: [] },
);
export const filter = fc.record(
  { repositoryId: repository, releaserId: person, states: fc.uniqueArray(state, { maxLength: 4 }) },
  { requiredKeys: [] },
);
export const queueAsk = fc.record({
  repositoryIds: repositories,
  person: fc.record({ id: person, login, teams: fc.uniqueArray(one("@acme/maintainers", "@acme/owners")) }),
  filter,
  limit,
  offset: fc.integer({ min: 0, max: 3 }),
});

export const approval = fc
  .record({
    ...{ id: ids("a"), releaseId, personId: person, verdict: one("approved", "rejected"), givenAt: time },
    ...{ evidence: one("901", "902"), comment: orNull(one("Fine.")) },
  })
  .map((fields) => anApproval(fields));

export const leaseState = one("arming", "armed", "disarming", "absent", "closed");
export const leaseId = ids("l");
export const lease = fc
  .record({ id: leaseId, releaseId, takenAt: time, state: leaseState, locks: place })
  .map((fields) => aLease(fields));
export const leasePatch = fc.record(
  { state: leaseState, locks: place, armedAt: orNull(time), lastError: orNull(one("No.")) },
  { requiredKeys: [] },
);

export const tokenId = ids("t");
const slot = orNull(one("11/7/21", "11/7/22", "12/7/21"));
export const seen = fc.record({
  ...{ at: one("2026-03-01T00:00:00.000Z"), releaseId, npmUser: orNull(login), mayWrite: orNull(fc.boolean()) },
  ...{ expiresAt: one(null), bypass2fa: one(null) },
});
export const refused = orNull(fc.record({ at: time, why: one("read-only") }));
export const token = fc
  .record({
    ...{
      id: tokenId,
      groupId: one("g1", "g2"),
      repositoryId: repository,
      environmentId: environment,
      personId: person,
    },
    ...{ packages: fc.uniqueArray(one("@acme/widget", "left-pad")), expiresAt: time, sealedAt: time },
    ...{ warnAt: orNull(time), slot, seen: orNull(seen), removedAt: orNull(time) },
  })
  .map((fields) => aToken(fields));

export const todo = fc
  .record({
    ...{ id: ids("d"), repositoryId: repository, personId: person, createdAt: time, expiresAt: time },
    openFor: orNull(one("revoke-token/g1", "revoke-token/g2")),
  })
  .map((fields) => ({
    ...{ kind: "revoke-token" as const, personLogin: "alice", groupId: "g1", npmUser: "alice-npm", label: "laptop" },
    ...{ npmKey: null, why: "removed" as const, closedAt: null, closedHow: null },
    ...fields,
  }));

export const account = one(51, 52);
export const accounts = fc.uniqueArray(one(51, 52, 53), { maxLength: 3 });
export const stop = fc
  .record({ id: ids("s"), accountId: account, repositoryId: repository, beganAt: time, beganById: person })
  .map((fields) => ({
    ...{ accountLogin: "acme", reason: "why", origin: "chat" as const, beganByLogin: "alice" },
    ...{ liftedAt: null, liftedById: null, liftedByLogin: null, liftReason: null, openFor: fields.accountId },
    ...fields,
  }));
export const lifted = fc.record({
  ...{ liftedAt: time, liftedById: person, liftedByLogin: login, liftReason: one("over", "done") },
});

const looked = {
  known: orNull(fc.constant(null).map((): Known => ({ versions: ["1.0.0"], tags: { latest: "1.0.0" } }))),
  nextAt: time,
  lookedAt: orNull(time),
  failures: one(0, 1),
  lastError: one(null, "It can't be read."),
  removedAt: orNull(time),
};
export const watch = fc
  .record({ id: ids("w"), repositoryId: repository, package: one("@acme/widget", "left-pad"), ...looked })
  .map((fields) => aWatch(fields));
export const watchPatch = fc.record({ ...looked, issueNumber: one(null, 3) }, { requiredKeys: [] });
export const sighting = fc
  .record({
    ...{ id: ids("s"), repositoryId: repository, package: one("@acme/widget", "left-pad"), seenAt: time },
    ...{ verdict: one("noticed" as const, "odd" as const, "expected" as const), key: one("k1", "k2", "k3") },
    acknowledgedAt: orNull(time),
  })
  .map((fields) => aSighting(fields));
export const judged = fc.record({
  ...{ verdict: one("odd", "expected"), expectedWhy: one(null, "It was expected.") },
  oddities: one([], [{ code: "no-source", text: "No tag." }]),
});
export const acknowledged = fc.record({
  ...{ acknowledgedAt: time, acknowledgedById: person, acknowledgedByLogin: login },
});

export const warning = fc.record({
  ...{ id: ids("w"), tokenId, repositoryId: repository, personId: person, days: one(14, 7, 0), at: time },
});
export const issue = fc.record({
  ...{ id: ids("i"), repositoryId: repository, personId: person, personLogin: login, issueNumber: orNull(one(4)) },
  ...{ state: one("open" as const, "closed" as const), digest: orNull(one("d")), changedAt: time },
});

export const channel = fc
  .record({
    ...{ id: ids("c"), scope: one("repository" as const, "person" as const), name: one("Zoo", "ops", "Ops") },
    ...{ sealedKeyId: one("k1", "k2"), slot: orNull(one("repository/11/ops", "person/21/ops")) },
  })
  .map(({ scope, ...fields }) => ({
    ...{ repositoryId: scope === "repository" ? 11 : null, personId: scope === "person" ? 21 : null },
    ...{ kind: "slack" as const, sealedAddress: "box", shownAddress: "example.test", createdAt: at(0), createdBy: 21 },
    ...{ lastSentAt: null, lastFailedAt: null, lastError: null, removedAt: null, scope, ...fields },
  }));

export const challengeId = ids("q");
export const challengeState = one("open", "answered", "taken", "accepted", "refused", "expired", "ended");
export const challenge = fc
  .record({ id: challengeId, releaseId, openedAt: time, state: challengeState, openFor: orNull(releaseId) })
  .map((fields) => aChallenge(fields));
export const challengePatch = fc.record(
  { state: challengeState, openFor: orNull(releaseId), sealed: orNull(one("box")), answeredBy: orNull(person) },
  { requiredKeys: [] },
);
export const runnerSession = fc
  .record({ id: ids("s"), releaseId, jti: ids("j"), bearerHash: ids("h") })
  .map((fields) => aRunnerSession(fields));

export const toldBuild = fc.record({
  ...{ releaseId, shasum: one("e".repeat(40), "f".repeat(40)), checkRunId: one("99", null), toldAt: time },
  document: one({ files: [] }, { files: [["index.js", "x"]] }),
});
export const told = fc.record({
  ...{ releaseId, sessionId: ids("s"), shasum: one("e".repeat(40)), toldAt: time },
  document: one({ form: 1, state: "unread", why: "No." }, { form: 1, files: [{ path: "é", marks: [] }], b: null }),
});

export const session = fc.record({
  ...{ id: ids("s"), personId: person, personLogin: login, sealedToken: orNull(one("box")), tokenKeyId: one(null) },
  ...{ createdAt: time, lastSeenAt: time, expiresAt: time },
});
export const signIn = fc.record({ id: ids("x"), verifier: one("v"), returnTo: one("/"), createdAt: time });

export const event = fc
  .record({
    ...{ at: time, what: one("token.sealed", "token_sealed", "release.requested"), actor: login },
    ...{ repositoryId: orNull(repository), releaseId: orNull(releaseId), actorId: orNull(person) },
    detail: one({}, { version: "1.2.0", b: { zz: 1, a: [1, { y: 1, x: null }] } }, { é: 1.5, aa: '"', f: true }),
  })
  .map(({ repositoryId, releaseId: of, actorId, ...rest }) => ({
    ...rest,
    ...(repositoryId === null ? {} : { repositoryId }),
    ...(of === null ? {} : { releaseId: of }),
    ...(actorId === null ? {} : { actorId }),
  }));
export const auditFilter = fc.record(
  {
    ...{
      actor: one("ALICE", "bob", "żółw"),
      what: one("token", "token.", "release.requested"),
      repositoryId: repository,
    },
    ...{ releaseId, from: time, to: time },
  },
  { requiredKeys: [] },
);

export const guid = ids("g", 8);
export const worker = one("w1", "w2");
export const delivery = fc.record({
  ...{ guid, event: one("push", "workflow_job"), action: orNull(one("completed")), installationId: orNull(one(5)) },
  ...{ repositoryId: orNull(repository), body: one(new Uint8Array([0, 255, 7])), receivedAt: time },
});
export const taskKey = ids("k");
export const task = fc.record({
  ...{ id: ids("i", 30), kind: one("verify", "notify"), key: taskKey, createdAt: time, nextAt: time },
  payload: one(null, { release: "r1", a: 1 }, [1, "x"]),
});
export const aSeenRepository = fc
  .record({ id: repository, name: one("Kit", "kit", "k_t"), private: fc.boolean() })
  .map((fields) => aRepository(fields));
export const aSeenPerson = fc.record({ id: person, login });

export const toldPart = fc
  .tuple(told, one("left-pad", "@acme/widget"))
  .map(([fields, name]) => ({ ...fields, package: name }));
