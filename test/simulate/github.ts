import { GitHubError } from "../../src/github/types.ts";
import type { GitHubApp, GitHubRepository, Run } from "../../src/github/types.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { gitHubFailure } from "./fates.ts";
import type { Fate, Fates } from "./fates.ts";
import type { Scheduler } from "./scheduler.ts";

/** What stands between an instance and GitHub. */
export interface Between {
  who: string;
  scheduler: Scheduler;
  fates: Fates;
  clock: Clock;
  /** What must stay true, and doesn't. */
  violate(sentence: string): void;
  /** GitHub has taken something in, and does it later. */
  landsLate(late: Late): void;
  /** How a secret that was given up on lands all the same, and how a run that was to be cancelled is. */
  putLate(environment: string, name: string): () => void;
  cancelLate(runId: number): () => void;
  /** Whether the next PUT is given up on, and lands. */
  putsLate(): boolean;
  /** Comments to which GitHub refused a reaction. */
  unanswered: Set<number>;
  /** Whether GitHub takes its time to cancel a run. */
  cancelsSlowly(): boolean;
}

/** What GitHub does later than it says, and by when it has done it. */
export interface Late {
  what: string;
  until: Date;
  land: () => void;
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

const failing: readonly Fate[] = ["lost", "answer-lost", "refused", "limited"];

/** The real room for GitHub; each of its calls takes steps, and may fail. */
export function betweenGitHub(github: GitHubApp, between: Between): GitHubApp {
  const gate = new GateWatch();
  return watch(github, {
    self: async () => await asked(between, "self", async () => await github.self()),
    repository: (of: Parameters<GitHubApp["repository"]>[0]) => repository(github.repository(of), between, gate),
    installations: async () => await asked(between, "installations", async () => await github.installations()),
    installationRepositories: async (id: number) =>
      await asked(between, "installationRepositories", async () => await github.installationRepositories(id)),
    installation: async (id: number) => await asked(between, "installation", async () => await github.installation(id)),
    deliveries: async (since: Date) => await asked(between, "deliveries", async () => await github.deliveries(since)),
    redeliver: async (id: number) => await asked(between, "redeliver", async () => await github.redeliver(id)),
  });
}

/** What one instance has read of a run since it asked for a secret to be put. */
class GateWatch {
  #turn = 0;
  #put = 0;
  readonly #read = new Map<number, { attempt: number; status: string; turn: number } | null>();

  putAsked(): void {
    this.#put = this.#turn += 1;
  }

  runRead(id: number, run: Run | null): void {
    this.#turn += 1;
    this.#read.set(id, run === null ? null : { attempt: run.attempt, status: run.status, turn: this.#turn });
  }

  /** A gate is opened for a run only that was read, after the secret was asked for, as the first attempt and not over. */
  opening(id: number): string | null {
    const read = this.#read.get(id);
    if (read === undefined || read === null || read.turn < this.#put)
      return `The gate of run ${id} is opened, and the run wasn't read beside the PUT.`;
    if (read.attempt !== 1) return `The gate of run ${id} is opened, though attempt ${read.attempt} was read.`;
    return read.status === "completed" ? `The gate of run ${id} is opened, though it was read as over.` : null;
  }
}

function repository(real: GitHubRepository, between: Between, gate: GateWatch): GitHubRepository {
  return new Proxy(real, {
    get(target, name: keyof GitHubRepository) {
      const method = target[name];
      if (typeof method !== "function") return method;
      const run = (parameters: unknown[]): Promise<unknown> => (method as Method).apply(target, parameters);
      if (name === "putEnvironmentSecret")
        return async (...parameters: Parameters<GitHubRepository["putEnvironmentSecret"]>) => {
          gate.putAsked();
          return await put(parameters, between, () => run(parameters));
        };
      if (name === "react")
        return async (...parameters: Parameters<GitHubRepository["react"]>) => {
          const [commentId] = parameters;
          await asked(between, name, () => run(parameters)).catch((error: unknown) => {
            if (error instanceof GitHubError && error.code === "forbidden") between.unanswered.add(commentId);
            throw error;
          });
        };
      if (name === "cancelRun")
        return async (...parameters: Parameters<GitHubRepository["cancelRun"]>) =>
          await cancel(parameters, between, () => run(parameters));
      if (name === "run")
        return async (...parameters: Parameters<GitHubRepository["run"]>) => {
          const [id] = parameters;
          const found = await asked(between, name, async () => await target.run(...parameters));
          gate.runRead(id, found);
          return found;
        };
      if (name === "answerGate")
        return async (...parameters: Parameters<GitHubRepository["answerGate"]>) => {
          const wrong = parameters[2] === "approved" ? gate.opening(parameters[0]) : null;
          if (wrong !== null) between.violate(wrong);
          return await asked(between, name, () => run(parameters));
        };
      return async (...parameters: unknown[]) => await asked(between, name, () => run(parameters));
    },
  });
}

async function put(
  [environment, name, , deadline]: Parameters<GitHubRepository["putEnvironmentSecret"]>,
  between: Between,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const late = (): void => {
    // GitHub applies within seconds what it has taken in before its time was up (src/domain/lease.ts, `putGraceMs`).
    const until = new Date(deadline.getTime() + 4_000);
    between.landsLate({ what: "a PUT that was given up on lands", until, land: between.putLate(environment, name) });
  };
  if (!between.putsLate()) return await asked(between, "putEnvironmentSecret", run, late);
  between.fates.count("putEnvironmentSecret: late");
  return await asked(between, "putEnvironmentSecret", () => {
    late();
    return Promise.reject(gitHubFailure("late", "putEnvironmentSecret", between.clock.now()));
  });
}

/** GitHub says 202 to a cancellation, and does it when it comes to it. */
async function cancel(
  [id]: Parameters<GitHubRepository["cancelRun"]>,
  between: Between,
  run: () => Promise<unknown>,
): Promise<unknown> {
  if (!between.cancelsSlowly()) return await asked(between, "cancelRun", run);
  return await asked(between, "cancelRun", () => {
    const until = new Date(between.clock.now().getTime() + 120_000);
    between.fates.count("cancelled slowly");
    between.landsLate({ what: `run ${id} is cancelled at last`, until, land: between.cancelLate(id) });
    return Promise.resolve("asked");
  });
}

async function asked<T>(
  { who, scheduler, fates, clock }: Between,
  verb: string,
  run: () => Promise<T>,
  late?: () => void,
): Promise<T> {
  await scheduler.step(who, `GitHub ${verb}: asked`);
  const fate = fates.draw(verb, late === undefined ? failing : [...failing, "late", "late"]);
  if (fate === "late") late?.();
  if (fate !== "pass" && fate !== "answer-lost") throw gitHubFailure(fate, verb, clock.now());
  const answer = await scheduler.outside(run).then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await scheduler.step(who, `GitHub ${verb}: answered`);
  if (fate === "answer-lost") throw gitHubFailure(fate, verb, clock.now());
  return answer();
}

function watch<T extends object>(target: T, instead: Partial<T>): T {
  return Object.assign(Object.create(target) as T, instead);
}
