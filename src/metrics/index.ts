import { collectDefaultMetrics, Registry } from "prom-client";
import type { Clock } from "../domain/clock.ts";
import type { Store } from "../store/types.ts";
import { counters } from "./counters.ts";
import type { Counters } from "./counters.ts";
import { figures } from "./figures.ts";
import { watch } from "./watch.ts";

export interface MetricsParts {
  clock: Clock;
  version: string;
}

/** What an instance counts, and how it is read. Labels hold kinds, states and installation ids: no name, login, token or code. */
export interface Metrics extends Counters {
  /** The same store; what is written into its audit is counted once its transaction is through. */
  watch(store: Store): Store;
  /** What is read anew for each reading. `budgets`: requests that GitHub said are left, by installation. */
  from(sources: { store: Store; budgets: () => Map<number, number> }): void;
  /** All figures as Prometheus reads them (text format 0.0.4). Where the database can't be asked, its figures are left out. */
  text(): Promise<{ type: string; text: string }>;
}

/** Makes an instance's metrics, all at nought. Names begin with `countersign_`; the process's own with `process_` and `nodejs_`. */
export function createMetrics({ clock, version }: MetricsParts): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counting = counters(registry, version);
  const read = figures(registry, clock);
  let sources: Parameters<Metrics["from"]>[0] | null = null;
  return {
    ...counting,
    watch: (store) => watch(store, counting.event),
    from: (given) => void (sources = given),
    async text() {
      if (sources !== null) await read(sources);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
