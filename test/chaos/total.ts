import type { Outcome } from "./story.ts";

/** One line about one story. */
export function lineOf(one: Outcome): string {
  const ends = Object.entries(one.ends).map(([end, times]) => `${times} ${end}`);
  const what = one.violations.length === 0 ? "ok" : `${one.violations.length} VIOLATIONS`;
  return `seed ${one.seed} ${one.store} × ${one.instances}: ${one.kills} kills, ${one.releases} releases (${ends.join(", ")}), ${one.redelivered} redelivered, ${one.seconds.toFixed(0)} s: ${what}`;
}

/** Sums of many stories, a row for each kind of store and number of instances. */
export interface Row {
  where: string;
  kills: number;
  stories: number;
  releases: number;
  published: number;
  secretsLeft: number;
  lost: number;
  twice: number;
  violated: number;
  killedStarting: number;
  drains: number;
  redelivered: number;
  strayComments: number;
  gitHubCalls: number;
}

const sums = [
  ...(["kills", "releases", "published", "secretsLeft", "lost", "twice"] as const),
  ...(["killedStarting", "drains", "redelivered", "strayComments", "gitHubCalls"] as const),
];

export function rowsOf(outcomes: readonly Outcome[]): Row[] {
  const groups = Map.groupBy(
    outcomes,
    (one) => `${one.store}, ${one.instances === 1 ? "1 instance" : `${one.instances} instances`}`,
  );
  return [...groups].map(([where, all]) => {
    const sum = Object.fromEntries(sums.map((name) => [name, all.reduce((total, one) => total + one[name], 0)]));
    const violated = all.filter((one) => one.violations.length > 0).length;
    return { where, stories: all.length, violated, ...sum } as Row;
  });
}

/** The closing table, as Markdown. */
export function table(rows: readonly Row[]): string[] {
  const columns: Array<[string, (row: Row) => string | number]> = [
    ["store", (row) => row.where],
    ["kills", (row) => row.kills],
    ["of them while starting", (row) => row.killedStarting],
    ["stories", (row) => row.stories],
    ["releases", (row) => row.releases],
    ["published", (row) => row.published],
    ["webhooks fetched again", (row) => row.redelivered],
    ["secrets left", (row) => row.secretsLeft],
    ["lost", (row) => row.lost],
    ["published twice", (row) => row.twice],
  ];
  const line = (cells: Array<string | number>): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(([name]) => name)),
    line(columns.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ];
}
