import pg from "pg";

/** What stands between the store and its server: a simulation decides here when a statement goes there, and when something is tried again. */
export interface Wiring {
  /** What each connection is made of. */
  Client: typeof pg.Client;
  /** Does work after so many milliseconds. */
  later: (ms: number, work: () => void) => void;
}

/** pg itself, and real time. What is to come later keeps no process alive. */
export const wiring: Wiring = { Client: pg.Client, later: (ms, work) => void setTimeout(work, ms).unref() };
