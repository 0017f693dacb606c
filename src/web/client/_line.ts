/** Milliseconds: the first wait after a failure, and the longest. Each failure doubles it. */
const waits = { first: 1_000, longest: 60_000 };

/** Failures in a row until it is said that nothing is heard: one is no more than a server that starts anew. */
const patience = 3;

/** The stream of news. */
export interface Line {
  open(): void;
  close(): void;
  /** Whether news come. */
  heard(): boolean;
}

/**
 * Listens to `/live` while it is open, and takes it up again after a failure, later each time, at a time of its own: many pages
 * lose one server at once. `hear` is told what a message is about, `troubled` when nothing is heard for a while and when it is again.
 */
export function createLine(hear: (about: string) => void, troubled: (trouble: boolean) => void): Line {
  let source: EventSource | null = null;
  let wanted = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(timer);
    const fresh = new EventSource("/live");
    source = fresh;
    fresh.onmessage = ({ data }: MessageEvent<string>) => {
      failures = 0;
      troubled(false);
      hear(data);
    };
    // The browser would try again every two seconds for ever, or never after an answer that is no stream.
    fresh.onerror = () => {
      drop();
      if (!wanted) return;
      failures++;
      if (failures >= patience) troubled(true);
      const wait = Math.min(waits.longest, waits.first * 2 ** (failures - 1));
      timer = setTimeout(connect, wait * (0.5 + Math.random() / 2));
    };
  }

  function drop(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  addEventListener("online", () => {
    if (!wanted || source?.readyState === EventSource.OPEN) return;
    drop();
    connect();
  });
  return {
    open() {
      if (wanted) return;
      wanted = true;
      failures = 0;
      connect();
    },
    close() {
      wanted = false;
      drop();
    },
    heard: () => source?.readyState === EventSource.OPEN,
  };
}
