import pg from "pg";
import type { StoreLog } from "./log.ts";
import type { Wiring } from "./wiring.ts";

/** Milliseconds until a lost connection is tried again. */
const pause = 500;

/** One connection that listens for all of this instance. */
export interface Listener {
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Listens on a connection of its own, made when the first channel is asked for, and made again when it is lost. What is said
 * while it is lost isn't heard, so every listener is called once (with an empty payload) after it came back: look for yourself.
 */
export function makeListener(config: pg.ClientConfig, log: StoreLog, { Client, later }: Wiring): Listener {
  const channels = new Map<string, Set<(payload: string) => void>>();
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let comesAgain = false;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new Client(config);
    fresh.on("error", () => lost(fresh));
    fresh.on("end", () => lost(fresh));
    fresh.on("notification", ({ channel, payload }) => tell(channel, payload ?? ""));
    try {
      await fresh.connect();
      for (const channel of channels.keys()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    client = fresh;
  }

  function lost(which: pg.Client): void {
    if (client !== which || closed) return;
    client = null;
    log.warn({}, "The connection that listens to the database was lost; it is made again.");
    again();
  }

  function again(): void {
    if (closed || comesAgain) return;
    comesAgain = true;
    later(pause, () => {
      comesAgain = false;
      if (closed) return;
      connected().then(
        () => channels.forEach((_, channel) => tell(channel, "")),
        () => again(),
      );
    });
  }

  function connected(): Promise<void> {
    if (client !== null) return Promise.resolve();
    connecting ??= connect().finally(() => (connecting = null));
    return connecting;
  }

  function tell(channel: string, payload: string): void {
    for (const heard of channels.get(channel) ?? []) heard(payload);
  }

  return {
    async listen(channel, heard) {
      await connected();
      const known = channels.get(channel) ?? new Set();
      channels.set(channel, known.add(heard));
      if (known.size === 1) await client?.query(`listen ${pg.escapeIdentifier(channel)}`);
      return async () => {
        known.delete(heard);
        if (known.size === 0 && channels.get(channel) === known) channels.delete(channel);
        if (!channels.has(channel))
          await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
      };
    },
    async close() {
      closed = true;
      await connecting?.catch(() => undefined);
      await client?.end();
    },
  };
}
