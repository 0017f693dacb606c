import type { JobOrder, JobResult, JobRunner } from "../world/types.ts";

/** What a job was given, and what it did with it. */
export interface JobDone {
  order: JobOrder;
  token: string | null;
  /** npm took it: the version is on the registry. */
  published: boolean;
}

export interface QuickRunner extends JobRunner {
  done: JobDone[];
  /** Jobs that run now. */
  running(): number;
}

/**
 * A runner whose jobs take as long as `milliseconds` says, and then publish with the token that they were given; `publish` is npm, which
 * takes a version once.
 */
export function createQuickRunner(of: {
  milliseconds: () => number;
  fails: () => boolean;
  publish: (order: JobOrder) => boolean;
  note: (what: string) => void;
}): QuickRunner {
  const done: JobDone[] = [];
  let running = 0;
  return {
    done,
    running: () => running,
    issuer: "http://127.0.0.1:9",
    start(order) {
      const { promise, resolve } = Promise.withResolvers<JobResult>();
      const name = `the job of run ${order.runId} (${order.repository.name})`;
      const token = order.secrets["NPM_TOKEN"] ?? null;
      running += 1;
      of.note(`${name} starts ${token === null ? "without" : "with"} a token`);
      const end = (conclusion: JobResult["conclusion"], published: boolean): void => {
        clearTimeout(timer);
        running -= 1;
        done.push({ order, token, published });
        of.note(`${name} ends as ${conclusion}${published ? ": published" : ""}`);
        resolve({ conclusion, steps: [], log: "", rawLog: "", outputs: {} });
      };
      const timer = setTimeout(() => {
        const published = token !== null && !of.fails() && of.publish(order);
        end(published ? "success" : "failure", published);
      }, of.milliseconds());
      let over = false;
      void promise.then(() => (over = true));
      return { done: promise, cancel: () => (over ? undefined : end("cancelled", false)) };
    },
    close: () => Promise.resolve(),
  };
}
