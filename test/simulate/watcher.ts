import { approvedUnseen, atRest, freedTooEarly, jobStarted, secretWithoutLease } from "./invariants.ts";
import type { Stage } from "./stage.ts";

/** Looks at everything whenever something has happened. */
export class Watcher {
  readonly #stage: Stage;
  readonly #saw: ReadonlyMap<number, string[]>;
  readonly #jobs = new Set<number>();
  /** States of release and lease that were met together. */
  readonly states = new Set<string>();

  /** @param saw which releases were announced when a comment was written */
  constructor(stage: Stage, saw: ReadonlyMap<number, string[]>) {
    this.#stage = stage;
    this.#saw = saw;
  }

  /** What must hold at any point. */
  look(): void {
    const { world, database, chronicle } = this.#stage;
    const { jobs } = world.runner;
    for (const { order } of jobs.filter((job) => !this.#jobs.has(job.order.jobId))) {
      this.#jobs.add(order.jobId);
      chronicle.note(`the job of run ${order.runId} starts`);
      chronicle.violate(jobStarted(this.#stage, order));
    }
    chronicle.violate(approvedUnseen(this.#stage, this.#saw));
    chronicle.violate(secretWithoutLease(this.#stage));
    chronicle.violate(freedTooEarly(this.#stage));
    const leases = new Map([...database.look("Lease")].map((lease) => [lease.releaseId, lease.state]));
    for (const { id, state } of database.look("Release")) this.states.add(`${state}/${leases.get(id) ?? "none"}`);
  }

  /** What must hold once everything has come to rest. */
  atRest(unanswered: ReadonlySet<number>): void {
    this.look();
    for (const wrong of atRest(this.#stage, unanswered)) this.#stage.chronicle.violate(wrong);
  }
}
