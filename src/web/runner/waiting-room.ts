import type { Store } from "../../store/types.ts";

/** Where requests wait for news of a challenge. */
export interface WaitingRoom {
  /**
   * Takes a seat; take it before looking, so that nothing is missed. `heard` resolves when there is news (or might be), after
   * `ms`, when the signal is aborted, or on `leave`.
   */
  seat(id: string, ms: number, signal: AbortSignal): Promise<{ heard: Promise<void>; leave(): void }>;
}

/** One listener for all requests of this instance, taken up with the first. */
export function createWaitingRoom(store: Pick<Store, "listen">, channel: string): WaitingRoom {
  const waiting = new Map<string, Set<() => void>>();
  let listening: Promise<unknown> | null = null;

  function wake(id: string): void {
    // An empty payload: the connection was lost for a while, so everybody looks.
    const sets = id === "" ? [...waiting.values()] : [waiting.get(id) ?? new Set<() => void>()];
    for (const set of sets) for (const heard of [...set]) heard();
  }

  function listen(): Promise<unknown> {
    listening ??= store.listen(channel, wake).catch((error: unknown) => {
      listening = null;
      throw error;
    });
    return listening;
  }

  return {
    async seat(id, ms, signal) {
      await listen();
      let leave = (): void => undefined;
      const heard = new Promise<void>((resolve) => {
        const set = waiting.get(id) ?? new Set();
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          set.delete(done);
          if (set.size === 0) waiting.delete(id);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done);
        waiting.set(id, set.add(done));
        leave = done;
        if (signal.aborted) done();
      });
      return { heard, leave: () => leave() };
    },
  };
}
