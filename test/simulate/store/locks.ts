/** Advisory locks held by sessions: one holder a key, the others wait in order. */
export interface Locks {
  /** Resolves when the lock is the owner's. */
  take(key: string, owner: object): Promise<void>;
  tryTake(key: string, owner: object): boolean;
  letGo(key: string, owner: object): void;
  /** All that an owner holds or waits for; what it waits for never comes. */
  drop(owner: object): void;
  /** Keys that somebody holds. */
  held(): string[];
  /** Keys with somebody waiting. */
  contended(): string[];
}

interface Line {
  holder: object;
  waiting: Array<{ owner: object; go: () => void }>;
}

export function makeLocks(): Locks {
  const lines = new Map<string, Line>();

  function letGo(key: string, owner: object): void {
    const line = lines.get(key);
    if (line?.holder !== owner) return;
    const next = line.waiting.shift();
    if (next === undefined) return void lines.delete(key);
    line.holder = next.owner;
    next.go();
  }

  return {
    take(key, owner) {
      const line = lines.get(key);
      if (line === undefined) {
        lines.set(key, { holder: owner, waiting: [] });
        return Promise.resolve();
      }
      return new Promise((go) => line.waiting.push({ owner, go }));
    },
    tryTake(key, owner) {
      if (lines.has(key)) return false;
      lines.set(key, { holder: owner, waiting: [] });
      return true;
    },
    letGo,
    drop(owner) {
      for (const line of lines.values()) line.waiting = line.waiting.filter((one) => one.owner !== owner);
      for (const key of [...lines.keys()]) letGo(key, owner);
    },
    held: () => [...lines.keys()],
    contended: () => [...lines].filter(([, line]) => line.waiting.length > 0).map(([key]) => key),
  };
}
