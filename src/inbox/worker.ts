import type { Clock } from "../domain/clock.ts";
import type { StoreLog } from "../store/log.ts";
import { type Store, type StoredDelivery, type StoredTask, unhurried } from "../store/types.ts";
import { attempt, type Result, type Work } from "./attempt.ts";
import { inboxChannel } from "./intake.ts";
import { makeLanes } from "./lanes.ts";

/** Milliseconds: how long a claim lasts unless renewed, how often it is renewed, how often we look without being woken. */
const times = { lock: 60_000, renew: 20_000, poll: 2_000 };

/** How many tasks that no release waits for are worked on at once: one that hangs leaves room for the work of releases. */
const mostUnhurried = 2;

/** One try at a delivery (of the inbox) or a task. `kind`: the event's name, or the task's. */
export interface WorkDone {
  queue: "inbox" | "tasks";
  kind: string;
  result: Result;
  seconds: number;
}

export interface WorkerParts {
  store: Pick<Store, "inbox" | "tasks" | "listen">;
  clock: Clock;
  /** Handles a delivery; may be called again for the same one, so it must be harmless twice. */
  handle(delivery: StoredDelivery): Promise<void>;
  handleTask(task: StoredTask): Promise<void>;
  log: StoreLog;
  /** Told how each try ended. */
  onWork?: ((done: WorkDone) => void) | undefined;
  /** Unique among all instances and their starts. */
  id: string;
  /** How many repositories (and tasks) are worked on at once. */
  parallel?: number;
}

export interface Worker {
  /** Works until stopped: woken by the database, and looking every two seconds. */
  start(): Promise<void>;
  /** Ends what was begun, hands back the rest. */
  stop(): Promise<void>;
  /** Does all that is due by the clock, and what becomes due by it, until nothing is. */
  settle(): Promise<void>;
}

/**
 * Works on deliveries and tasks. Deliveries of one repository go one after another in the order they came (one that failed waits
 * for its next try and lets later ones pass); different repositories go side by side.
 */
export function createWorker(parts: WorkerParts): Worker {
  const { store, clock, log, id, onWork, parallel = 8 } = parts;
  const lanes = makeLanes(parallel);
  const held = new Map<Work, { begun: boolean; queue: Store["inbox"] | Store["tasks"] }>();
  let stopping = false;
  let running: Promise<void> | null = null;
  /** What the loop waits for beside its own work; another one, or none, where it was woken since. */
  let woken: PromiseWithResolvers<void> | null = null;
  let timers: NodeJS.Timeout[] = [];
  let unlisten: (() => Promise<void>) | null = null;

  function take(lane: string, work: Work, queue: Store["inbox"] | Store["tasks"]): void {
    const state = { begun: false, queue };
    held.set(work, state);
    lanes.add(lane, async () => {
      // Handed back meanwhile, or its lock was lost, or about to be handed back.
      if (!held.has(work) || stopping) return;
      state.begun = true;
      const begunAt = clock.now().getTime();
      const result = await attempt(work, { clock, worker: id, log });
      const kind = String(work.about["task"] ?? work.about["event"]);
      const seconds = (clock.now().getTime() - begunAt) / 1000;
      onWork?.({ queue: queue === store.tasks ? "tasks" : "inbox", kind, result, seconds });
      held.delete(work);
    });
  }

  /** Claims as much as there is room for; false where nothing is due. */
  async function claim(): Promise<boolean> {
    if (!lanes.free()) return true;
    const room = Math.max(1, parallel * 2 - lanes.size());
    const now = clock.now();
    const until = new Date(now.getTime() + times.lock);
    const deliveries = await store.inbox.claim(id, room, now, until);
    for (const delivery of deliveries) take(laneOf(delivery), deliveryWork(parts, delivery), store.inbox);
    const tasks = await store.tasks.claim(id, room, now, until);
    const begun = [...held.keys()].filter((work) => work.unhurried === true).length;
    const others = begun < mostUnhurried ? await store.tasks.claimUnhurried(id, mostUnhurried - begun, now, until) : [];
    for (const task of [...tasks, ...others]) take(`task ${task.key}`, taskWork(parts, task), store.tasks);
    return deliveries.length + tasks.length + others.length > 0;
  }

  async function work(): Promise<void> {
    try {
      while (!stopping) {
        const waker = (woken = Promise.withResolvers<void>());
        // While our own work holds a repository, its later deliveries can't be claimed: what ended during the claim freed them.
        const busy = lanes.size() > 0;
        const more = await claim();
        if (lanes.size() > 0) await Promise.race([lanes.next(), waker.promise]);
        else if (!more && !busy && woken === waker) return;
      }
    } finally {
      // At once, not in a later turn: a wake that comes now must find that nobody works.
      running = null;
    }
  }

  /** One loop at a time; a wake while it runs makes it look once more. */
  function wake(): Promise<void> {
    woken?.resolve();
    woken = null;
    running ??= work();
    return running;
  }

  function wakeQuietly(): void {
    wake().catch(() => log.error({}, "The worker could not read its queue. It tries again in two seconds."));
  }

  async function renew(): Promise<void> {
    const until = new Date(clock.now().getTime() + times.lock);
    for (const [each, { begun, queue }] of held) {
      if (!(await queue.renew(each.key, id, until)) && !begun) held.delete(each);
    }
  }

  return {
    async start() {
      unlisten = await store.listen(inboxChannel, wakeQuietly);
      const renewing = (): void => void renew().catch(() => log.warn({}, "Locks of work could not be renewed."));
      timers = [setInterval(wakeQuietly, times.poll), setInterval(renewing, times.renew)];
      wakeQuietly();
    },
    async stop() {
      stopping = true;
      await unlisten?.();
      const rest = [...held].filter(([, { begun }]) => !begun);
      // First of all out of the lanes' reach: they move on while we write.
      for (const [each] of rest) held.delete(each);
      for (const [each, { queue }] of rest) await queue.release(each.key, id);
      while (lanes.size() > 0) await lanes.next();
      await running?.catch(() => undefined);
      for (const timer of timers) clearInterval(timer);
    },
    async settle() {
      await wake();
    },
  };
}

function laneOf({ repositoryId, guid }: StoredDelivery): string {
  return repositoryId === null ? guid : `repository ${repositoryId}`;
}

function deliveryWork({ store, handle }: WorkerParts, delivery: StoredDelivery): Work {
  const { guid, event, action, attempts } = delivery;
  return { queue: store.inbox, key: guid, about: { guid, event, action }, attempts, handle: () => handle(delivery) };
}

function taskWork({ store, handleTask }: WorkerParts, task: StoredTask): Work {
  const { key, kind, attempts } = task;
  return {
    queue: store.tasks,
    key,
    about: { task: kind, key },
    attempts,
    unhurried: unhurried.includes(kind),
    handle: () => handleTask(task),
  };
}
