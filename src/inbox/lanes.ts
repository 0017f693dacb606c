/** Runs work in lanes: what is in one lane goes one after another, in order; at most `limit` lanes move at once. */
export interface Lanes {
  add(lane: string, work: () => Promise<void>): void;
  /** How much waits or runs. */
  size(): number;
  /** Whether another lane could move at once. */
  free(): boolean;
  /** Resolves when one piece of work has ended; at once where nothing is there. */
  next(): Promise<void>;
}

export function makeLanes(limit: number): Lanes {
  const lanes = new Map<string, Array<() => Promise<void>>>();
  const moving = new Set<string>();
  let size = 0;
  let listeners: Array<() => void> = [];

  async function run(lane: string, works: Array<() => Promise<void>>): Promise<void> {
    const work = works.shift();
    try {
      await work?.();
    } finally {
      size -= 1;
      moving.delete(lane);
      if (works.length === 0) lanes.delete(lane);
      // To the back of the line: a full lane lets the others pass between two of its own.
      else {
        lanes.delete(lane);
        lanes.set(lane, works);
      }
      const told = listeners;
      listeners = [];
      for (const tell of told) tell();
      move();
    }
  }

  function move(): void {
    for (const [lane, works] of lanes) {
      if (moving.size >= limit) return;
      if (moving.has(lane)) continue;
      moving.add(lane);
      void run(lane, works);
    }
  }

  return {
    add(lane, work) {
      size += 1;
      const works = lanes.get(lane);
      if (works === undefined) lanes.set(lane, [work]);
      else works.push(work);
      move();
    },
    size: () => size,
    free: () => moving.size < limit,
    next: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => listeners.push(resolve))),
  };
}
