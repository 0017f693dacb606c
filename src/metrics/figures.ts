import { Gauge } from "prom-client";
import type { Registry } from "prom-client";
import type { Clock } from "../domain/clock.ts";
import type { Lease } from "../domain/release-types.ts";
import type { Store } from "../store/types.ts";

interface Sources {
  store: Store;
  budgets: () => Map<number, number>;
}

/**
 * Figures of what the database holds, read when they are asked for: every instance shows the same, so take the greatest, not the sum.
 * What can't be read is left out, and `countersign_database_up` is 0.
 */
export function figures(registry: Registry, clock: Clock): (sources: Sources) => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name: `countersign_${name}`, help, labelNames, registers: [registry] });
  const gauges = {
    up: gauge("database_up", "1 where the database answers."),
    leases: gauge("leases", "Leases that aren't over, by state.", "state"),
    armedFor: gauge(
      "secret_armed_seconds",
      "How long the secret that was put first and not deleted yet lies in its environment; 0: none does.",
    ),
    stuck: gauge("secrets_stuck", "Secrets that are to be removed and couldn't be at the last try."),
    stuckFor: gauge("secret_stuck_seconds", "How long the oldest of those is to be removed; 0: there is none."),
    releases: gauge("releases", "Releases that aren't over, by state.", "state"),
    stops: gauge("stops", "Accounts of which everything is stopped (/panic)."),
    alarms: gauge("out_of_band_open", "What happened at registries without a release, and nobody has acknowledged."),
    waiting: gauge("queue_waiting", "Deliveries (inbox) and tasks that wait, also for a later time.", "queue"),
    dead: gauge("queue_dead", "Deliveries and tasks that were set aside after their last try.", "queue"),
    budget: gauge("github_requests_left", "Requests that GitHub said are left in this hour.", "installation"),
  };
  return async ({ store, budgets }) => {
    for (const each of Object.values(gauges)) each.reset();
    for (const [installation, left] of budgets()) gauges.budget.labels(String(installation)).set(left);
    const read = await Promise.all([
      store.leases.open(),
      store.releases.counts(),
      store.inbox.counts(),
      store.tasks.counts(),
      store.stops.open(),
      store.sightings.openCount(),
    ]).catch(() => null);
    gauges.up.set(read === null ? 0 : 1);
    if (read === null) {
      // An absent figure is better than an old one, and better than a nought that looks like peace.
      for (const each of [gauges.armedFor, gauges.stuck, gauges.stuckFor, gauges.stops, gauges.alarms]) each.remove();
      return;
    }
    const [open, releases, inbox, tasks, stops, alarms] = read;
    gauges.stops.set(stops.length);
    gauges.alarms.set(alarms);
    showLeases(gauges, open, clock.now());
    for (const [state, count] of Object.entries(releases)) gauges.releases.labels(state).set(count);
    for (const [queue, { waiting, dead }] of Object.entries({ inbox, tasks })) {
      gauges.waiting.labels(queue).set(waiting);
      gauges.dead.labels(queue).set(dead);
    }
  };
}

function showLeases(
  gauges: Record<"leases" | "armedFor" | "stuck" | "stuckFor", Gauge>,
  open: Lease[],
  now: Date,
): void {
  for (const { state } of open) gauges.leases.labels(state).inc();
  const there = open.filter(({ state, disarmedAt }) => state !== "closed" && disarmedAt === null);
  gauges.armedFor.set(
    longest(
      there.map(({ armedAt, takenAt }) => armedAt ?? takenAt),
      now,
    ),
  );
  const stuck = open.filter(({ state, lastError }) => state === "disarming" && lastError !== null);
  gauges.stuck.set(stuck.length);
  gauges.stuckFor.set(
    longest(
      stuck.map(({ disarmAskedAt }) => disarmAskedAt),
      now,
    ),
  );
}

/** Seconds since the earliest; 0 where there is none. */
function longest(since: Array<Date | null>, now: Date): number {
  return since.reduce((most, one) => Math.max(most, one === null ? 0 : (now.getTime() - one.getTime()) / 1000), 0);
}
