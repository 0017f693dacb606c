import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";

/** One call of GitHub's API. `result`: `ok`, or the code of the GitHubError. `seconds`: from its turn to its end. */
export interface GitHubAnswer {
  verb: string;
  priority: string;
  result: string;
  seconds: number;
}

/** One try at a delivery (`inbox`) or a task; `dead`: it failed and was set aside. */
export interface WorkDone {
  queue: "inbox" | "tasks";
  /** The event's name (GitHub's), or the task's kind. */
  kind: string;
  result: "done" | "failed" | "dead";
  seconds: number;
}

/** What is told to an instance's metrics. */
export interface Counters {
  gitHub(answer: GitHubAnswer): void;
  work(done: WorkDone): void;
  /** A webhook was answered with this HTTP status. */
  delivery(status: number): void;
  /** Something was written into the audit. */
  event(event: { what: string; detail: Record<string, unknown> }): void;
}

/** From a fast reading to a call that is given up on. */
const callSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A secret lies there for seconds; a policy may allow up to an hour. */
const exposureSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Counters that begin at nought with the process; sum them over the instances. */
export function counters(registry: Registry, version: string): Counters {
  const registers = [registry];
  new Gauge({ name: "countersign_info", help: "1, with the version that runs.", labelNames: ["version"], registers })
    .labels(version)
    .set(1);
  const calls = new Histogram({
    name: "countersign_github_call_seconds",
    help: "Calls of GitHub's API, by what they are for and how they ended.",
    labelNames: ["verb", "priority", "result"],
    buckets: callSeconds,
    registers,
  });
  const work = new Histogram({
    name: "countersign_work_seconds",
    help: "Tries at deliveries (queue inbox) and tasks; dead: failed, and set aside.",
    labelNames: ["queue", "kind", "result"],
    buckets: callSeconds,
    registers,
  });
  const deliveries = new Counter({
    name: "countersign_deliveries_total",
    help: "Webhooks, by the HTTP status of our answer: 202 stored, 200 there already, 4xx refused, 503 GitHub has to come again.",
    labelNames: ["status"],
    registers,
  });
  const events = new Counter({
    name: "countersign_events_total",
    help: "What was written into the audit.",
    labelNames: ["event"],
    registers,
  });
  const exposure = new Histogram({
    name: "countersign_secret_exposure_seconds",
    help: "How long a secret lay in its environment before GitHub deleted it for us.",
    buckets: exposureSeconds,
    registers,
  });
  return {
    gitHub: ({ verb, priority, result, seconds }) => calls.labels(verb, priority, result).observe(seconds),
    work: ({ queue, kind, result, seconds }) => work.labels(queue, kind, result).observe(seconds),
    delivery: (status) => deliveries.labels(String(status)).inc(),
    event({ what, detail }) {
      events.labels(what).inc();
      const { seconds } = detail;
      if (what === "lease.disarmed" && typeof seconds === "number") exposure.observe(seconds);
    },
  };
}
