/** GitHub keeps its log of deliveries this long on github.com, in milliseconds (7 days on GitHub Enterprise Server). */
export const keptMs = 3 * 86_400_000;

/** GitHub waits ten seconds for an answer, and its log is written after that: what is younger may still be on its way, in milliseconds. */
export const settledMs = 60_000;

/** How often a delivery that fails is asked for again before a person has to look. */
const mostTries = 4;

/** One attempt of GitHub's to deliver an event; attempts of one event share its GUID. */
export interface Attempt {
  id: number;
  guid: string;
  event: string;
  deliveredAt: Date;
  /** Somebody asked for it anew. */
  redelivery: boolean;
}

/** What GitHub's log, compared with our inbox, asks for. */
export interface Missed {
  /** To be asked for now: the last attempt of each. */
  again: Attempt[];
  /** Failed too often: not asked for any more. */
  lost: Attempt[];
  /** The log is settled before this instant, and needs no more reading. */
  readUntil: Date;
}

/**
 * Which events GitHub tried to deliver and we never stored. What counts is our inbox, not the status in GitHub's log: a proxy may
 * have answered in our place, and a database may have been put back to an earlier day. Each is asked for again after one minute,
 * then 5 and 25 after the attempt before.
 */
export function missedDeliveries(log: readonly Attempt[], stored: ReadonlySet<string>, now: Date): Missed {
  const again: Attempt[] = [];
  const lost: Attempt[] = [];
  let readUntil = now.getTime() - settledMs;
  for (const attempts of Map.groupBy(log, ({ guid }) => guid).values()) {
    const ordered = attempts.toSorted((one, other) => one.deliveredAt.getTime() - other.deliveredAt.getTime());
    const [first, last] = [ordered[0], ordered.at(-1)];
    if (first === undefined || last === undefined || stored.has(first.guid)) continue;
    // An event that GitHub sent twice by itself was asked for by nobody.
    const tries = 1 + ordered.filter(({ redelivery }) => redelivery).length;
    if (tries >= mostTries) lost.push(last);
    else {
      // Its attempts have to be seen together, to be counted.
      readUntil = Math.min(readUntil, first.deliveredAt.getTime());
      if (now.getTime() - last.deliveredAt.getTime() >= waitMs(tries)) again.push(last);
    }
  }
  return { again, lost, readUntil: new Date(readUntil) };
}

function waitMs(tries: number): number {
  return settledMs * 5 ** (tries - 1);
}
