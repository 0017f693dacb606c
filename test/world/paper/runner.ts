import type { JobOrder, JobResult, JobRunner } from "../types.ts";

/** A job that a test runs by hand. */
export interface PaperJob {
  order: JobOrder;
  /** Ends the job as the test says. */
  finish(conclusion: JobResult["conclusion"]): void;
}

/** A runner on paper: it notes what each job was given when it started, and ends it when the test says so. */
export interface PaperRunner extends JobRunner {
  jobs: PaperJob[];
}

export function createPaperRunner(): PaperRunner {
  const jobs: PaperJob[] = [];
  return {
    jobs,
    issuer: "http://127.0.0.1:9",
    start(order) {
      const { promise, resolve } = Promise.withResolvers<JobResult>();
      const finish = (conclusion: JobResult["conclusion"]): void =>
        resolve({ conclusion, steps: [], log: "", rawLog: "", outputs: {} });
      jobs.push({ order, finish });
      return { done: promise, cancel: () => finish("cancelled") };
    },
    close: () => Promise.resolve(),
  };
}
