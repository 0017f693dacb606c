import type { Connection } from "./connection.ts";
import type { Note } from "./data.ts";

export interface Listener {
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** What is said meanwhile is lost; every listener is called with an empty payload, as after the real one came back. */
  cut(): void;
  close(): void;
}

/** Notes of committed transactions, one after another, each after a step `hear <channel>`: where that throws, the note is lost. */
export function makeListener(connection: Connection): Listener {
  const channels = new Map<string, Set<(payload: string) => void>>();
  let line: Promise<void> = Promise.resolve();
  const ear = (note: Note): void => {
    if (channels.has(note.channel)) line = line.then(() => hear(note));
  };
  connection.data.ears.add(ear);

  async function hear({ channel, payload }: Note): Promise<void> {
    try {
      await connection.step(`hear ${channel}`, "before");
    } catch {
      return;
    }
    for (const heard of channels.get(channel) ?? []) heard(payload);
  }

  return {
    listen: (channel, heard) =>
      connection.run(`listen ${channel}`, () => {
        const known = channels.get(channel) ?? new Set();
        channels.set(channel, known.add(heard));
        return async () => {
          known.delete(heard);
          if (known.size === 0 && channels.get(channel) === known) channels.delete(channel);
          await Promise.resolve();
        };
      }),
    cut: () => channels.forEach((_, channel) => ear({ channel, payload: "" })),
    close() {
      connection.data.ears.delete(ear);
      channels.clear();
    },
  };
}
