import fc from "fast-check";
import type { Store } from "../../../../src/store/types.ts";
import { at } from "../../../support/rows.ts";
import * as v from "./values.ts";

/** One call of a store's function; printed as it is where a sequence fails. */
export interface Operation {
  name: string;
  given: unknown[];
}

type Call = (store: Store, ...given: never[]) => Promise<unknown>;
interface Kind {
  given: Array<fc.Arbitrary<unknown>>;
  call: Call;
}

const kinds = new Map<string, Kind>();

/** A function called by its name with values of these kinds. */
function calls(name: string, ...given: Array<fc.Arbitrary<unknown>>): void {
  const [group = "", verb = ""] = name.split(".");
  kinds.set(name, {
    given,
    call: (store, ...values) =>
      (store as unknown as Record<string, Record<string, Call>>)[group]?.[verb]?.(...(values as unknown as [never])) ??
      Promise.reject(new Error(`there is no ${name}`)),
  });
}

calls("repositories.removed", v.repository, v.time);
calls("repositories.get", v.repository);
calls("repositories.byName", fc.constant("ACME"), v.one("kit", "K_T"));
calls("repositories.all");
calls("people.get", v.person);
calls("people.byLogin", v.login);
calls("releases.insert", v.release);
calls("releases.get", v.releaseId);
calls("releases.byNumber", fc.integer({ min: 1, max: 6 }));
calls("releases.byRun", v.one(1, 2, 3));
calls("releases.holding", v.repository, v.environment);
calls("releases.active");
calls("releases.counts");
calls("releases.activeInRepository", v.repository);
calls("releases.inIssue", v.repository, v.one(4, 5));
calls("releases.ofStage", v.releaseId);
calls("releases.ofVersion", v.repository, v.one("@acme/widget", "left-pad"), v.one("1.2.0", "1.3.0"));
calls("releases.recent", v.repositories, v.limit);
calls("releases.ended", v.repositories, v.filter, v.limit);
calls("releases.publishedBefore", v.repository, v.one("@acme/widget", "left-pad"), fc.integer({ min: 1, max: 6 }));
calls("releases.queue", v.queueAsk);
calls("releases.awaitedTeams", v.repositories);
calls("releases.summaries", v.repositories);
calls("releases.save", fc.record({ id: v.releaseId, rowVersion: fc.integer({ min: 0, max: 2 }) }), v.releasePatch);
calls("approvals.add", v.approval);
calls("approvals.of", v.releaseId);
calls("approvals.ofReleases", v.releaseIds);
calls("leases.take", v.lease);
calls("leases.get", v.leaseId);
calls("leases.ofRelease", v.releaseId);
calls("leases.ofReleases", v.releaseIds);
calls("leases.locking", v.repository, v.environment);
calls("leases.open");
calls("leases.stuck", v.repositories);
calls("leases.last", v.repository, v.environment);
calls("leases.spots", v.repository);
calls("bookmarks.get", v.one("deliveries", "other"));
calls("bookmarks.set", v.one("deliveries", "other"), v.time);
calls("leases.save", v.leaseId, fc.uniqueArray(v.leaseState), v.leasePatch);
calls("tokens.put", v.token);
calls("tokens.get", v.tokenId);
calls("tokens.live", v.repository, v.environment, v.person);
calls("tokens.ofPerson", v.person);
calls("tokens.ofRepository", v.repository);
calls("tokens.liveOfRepository", v.repository);
calls("tokens.liveOfEnvironment", v.repository, v.environment);
calls("tokens.repositories");
calls("tokens.livePackages", v.repositories);
calls("tokens.liveOfGroup", v.one("g1", "g2"));
calls("tokens.used", v.tokenId, v.time);
calls("tokens.seen", v.tokenId, v.seen, v.refused);
calls("tokens.refuse", v.tokenId, fc.record({ at: v.time, why: v.one("read-only") }));
calls("tokens.endsEarlier", v.tokenId, v.time, v.orNull(v.time));
calls("tokens.remove", v.tokenId, v.one("removed", "revoked"), v.time);
calls("tokens.toWarn", v.time, v.limit, v.orNull(fc.record({ id: v.tokenId, warnAt: v.time })));
calls("tokens.forgetEnded", v.time);
calls("tokens.warnNext", v.tokenId, v.orNull(v.time));
calls("watches.add", v.watch);
calls("watches.of", v.repository, v.one("@acme/widget", "left-pad"));
calls("watches.ofRepository", v.repository);
calls("watches.due", v.time, v.limit);
calls("watches.count");
calls("watches.looked", v.ids("w"), v.orNull(v.time), v.watchPatch);
calls("watches.save", v.ids("w"), v.watchPatch);
calls("sightings.add", v.sighting);
calls("sightings.get", v.ids("s"));
calls("sightings.ofPackage", v.repository, v.one("@acme/widget", "left-pad"), v.limit);
calls("sightings.recent", v.repositories, v.limit);
calls("sightings.open", v.repositories);
calls("sightings.openCount");
calls("sightings.judge", v.ids("s"), v.judged);
calls("sightings.acknowledge", v.ids("s"), v.acknowledged);
calls("stops.begin", v.stop);
calls("stops.get", v.ids("s"));
calls("stops.of", v.account);
calls("stops.open");
calls("stops.recent", v.accounts, v.limit);
calls("stops.lift", v.ids("s"), v.lifted);
calls("todos.open", v.todo);
calls("todos.get", v.ids("d"));
calls("todos.openOf", v.person);
calls("todos.openOfRepositories", v.repositories);
calls("todos.close", v.ids("d"), v.one("done", "expired"), v.time);
calls("todos.expire", v.time);
calls("warnings.give", v.warning);
calls("warnings.given", fc.uniqueArray(v.tokenId));
calls("warnings.issueOf", v.repository, v.person);
calls("warnings.putIssue", v.issue);
calls("channels.add", v.channel);
calls("channels.get", v.ids("c"));
calls("channels.ofRepository", v.repository);
calls("channels.ofPerson", v.person);
calls("channels.remove", v.ids("c"), v.time);
calls("channels.sealedOtherwise", v.one("k1", "k2"));
calls("channels.reseal", v.ids("c"), fc.constant("new box"), v.one("k1", "k2"));
calls("channels.sent", v.ids("c"), v.time);
calls("channels.failed", v.ids("c"), v.time, fc.constant("Not found."));
calls("runnerSessions.open", v.runnerSession);
calls("runnerSessions.byBearer", v.ids("h"));
calls("runnerSessions.get", v.ids("s"));
calls("challenges.open", v.challenge);
calls("challenges.get", v.challengeId);
calls("challenges.ofRelease", v.releaseId);
calls("challenges.pending", v.releaseId);
calls("challenges.pendingOf", v.releaseIds);
calls("challenges.save", v.challengeId, fc.uniqueArray(v.challengeState), v.challengePatch);
calls("contents.put", v.told);
calls("contents.of", v.releaseId);
calls("packageContents.put", v.toldPart);
calls("packageContents.sweep", v.time);
calls("packageContents.of", v.releaseId, v.one("left-pad", "@acme/widget"));
calls("contents.sweep", v.time);
calls("secondBuilds.add", v.toldBuild);
calls("secondBuilds.of", v.releaseId);
calls("secondBuilds.sweep", v.time);
calls("sessions.put", v.session);
calls("sessions.get", v.ids("s"));
calls("sessions.touch", v.ids("s"), v.time);
calls("sessions.end", v.ids("s"));
calls("sessions.ofPerson", v.person);
calls("sessions.endAllOf", v.person);
calls("sessions.sweep", v.one(at(3), at(9), at(3606)));
calls("signIns.put", v.signIn);
calls("signIns.take", v.ids("x"));
calls("audit.add", v.event);
calls("audit.ofRelease", v.releaseId);
calls(
  "audit.page",
  fc.record({
    ...{ repositoryIds: v.repositories, filter: v.auditFilter, limit: v.limit },
    before: v.orNull(fc.integer({ min: 1, max: 8 })),
  }),
);
calls("inbox.store", fc.array(v.delivery, { maxLength: 5 }));
calls("inbox.newest");
calls("inbox.stored", fc.uniqueArray(v.guid));
calls("tasks.add", v.task);
calls("tasks.addOnce", v.task);
calls("tasks.addAll", fc.uniqueArray(v.task, { selector: ({ key }) => key, maxLength: 3 }));
calls("tasks.claimUnhurried", v.worker, v.limit, v.time, v.time);
for (const [queue, key] of [
  ["inbox", v.guid],
  ["tasks", v.taskKey],
] as const) {
  calls(`${queue}.claim`, v.worker, v.limit, v.time, v.time);
  calls(`${queue}.done`, key, v.worker, v.time);
  calls(`${queue}.renew`, key, v.worker, v.time);
  calls(`${queue}.release`, key, v.worker);
  calls(`${queue}.failed`, key, v.worker, fc.constant("No."), v.orNull(v.time));
  calls(`${queue}.nextDue`);
  calls(`${queue}.counts`);
  calls(`${queue}.dead`, v.limit);
  calls(`${queue}.revive`, key, v.time);
  calls(`${queue}.sweep`, v.time);
}
// The newest of several of a name is asked for: no two may be seen at one instant.
let instant = 0;
const later = fc.constant(null).map(() => at((instant += 1)));
calls("repositories.see", v.aSeenRepository, later);
calls("people.see", v.aSeenPerson, later);

/** Names of all functions that are called. */
export const called: readonly string[] = [...kinds.keys()];

/** What fills the tables comes more often than what looks at them. */
const writes = /\.(?:insert|add|addAll|put|putIssue|take|open|store|save|claim|see|give)$/;

/** Calls of the functions of these groups: so that rows that have to do with each other meet. */
export function operationsOf(groups: readonly string[]): fc.Arbitrary<Operation> {
  const these = [...kinds].filter(([name]) => groups.includes(name.split(".")[0] ?? ""));
  return fc.oneof(
    ...these.map(([name, { given }]) => ({
      weight: writes.test(name) ? 4 : 1,
      arbitrary: fc.tuple(...given).map((values): Operation => ({ name, given: values })),
    })),
  );
}

export async function perform(store: Store, { name, given }: Operation): Promise<unknown> {
  return await kinds.get(name)?.call(store, ...(structuredClone(given) as never[]));
}
