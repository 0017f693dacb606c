import type { Store } from "../store/types.ts";
import { releaseChannel } from "../desk/after.ts";

/** Milliseconds: how long one connection lasts before the browser asks anew (and who may see what is read anew), how often it is kept warm. */
const times = { longest: 5 * 60_000, warm: 25_000 };

/** Tells open pages that a release has changed, on whichever instance it happened. */
export interface Live {
  /** A stream of server-sent events: the id of each release that changed in one of these repositories, and nothing more of it. */
  stream(repositoryIds: ReadonlySet<number>, signal: AbortSignal): Promise<Response>;
  /** Ends every stream, so that a server can stop. */
  close(): void;
  /** How many pages are listening. */
  size(): number;
}

interface Listener {
  ids: ReadonlySet<number>;
  send(text: string): void;
  end(): void;
}

const encoder = new TextEncoder();

/** One listener at the database for all pages of this instance, taken up with the first of them. */
export function createLive(store: Pick<Store, "listen" | "releases">): Live {
  const listeners = new Set<Listener>();
  let listening: Promise<unknown> | null = null;
  let warming: NodeJS.Timeout | null = null;

  async function changed(releaseId: string): Promise<void> {
    if (listeners.size === 0) return;
    // An empty payload: the connection was lost for a while, so every page looks.
    const release = releaseId === "" ? null : await store.releases.get(releaseId);
    if (releaseId !== "" && release === null) return;
    for (const one of listeners)
      if (release === null || one.ids.has(release.repositoryId)) one.send(`data: ${releaseId}\n\n`);
  }

  async function listen(): Promise<void> {
    listening ??= store
      .listen(releaseChannel, (releaseId) => void changed(releaseId).catch(() => undefined))
      .catch((error: unknown) => {
        listening = null;
        throw error;
      });
    await listening;
  }

  /** One clock for all: a proxy doesn't close what says something now and then. */
  function keepWarm(): void {
    warming ??= setInterval(() => listeners.forEach((one) => one.send(": here\n\n")), times.warm);
    warming.unref();
  }

  function leave(one: Listener): void {
    listeners.delete(one);
    if (listeners.size > 0 || warming === null) return;
    clearInterval(warming);
    warming = null;
  }

  return {
    async stream(ids, signal) {
      await listen();
      keepWarm();
      let gone = (): void => undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          const one: Listener = {
            ids,
            send: (text) => controller.enqueue(encoder.encode(text)),
            end() {
              if (!listeners.has(one)) return;
              gone();
              controller.close();
            },
          };
          const timer = setTimeout(one.end, times.longest);
          timer.unref();
          // A stream that its reader gave up is closed already.
          gone = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", one.end);
            leave(one);
          };
          signal.addEventListener("abort", one.end);
          listeners.add(one);
          // Whoever comes back looks at once: something may have happened in between.
          one.send("retry: 2000\ndata:\n\n");
        },
        cancel: () => gone(),
      });
      return new Response(body, {
        headers: {
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-store",
          "x-accel-buffering": "no",
        },
      });
    },
    close() {
      for (const one of [...listeners]) one.end();
    },
    size: () => listeners.size,
  };
}
