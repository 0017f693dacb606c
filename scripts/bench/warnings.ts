import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { writeWarningIssue } from "../../src/chat/warning-issue.ts";
import { doTask, isDeskTask, taskSubject } from "../../src/desk/tasks.ts";
import type { DeskParts } from "../../src/desk/types.ts";
import { warnAll } from "../../src/desk/warnings/pass.ts";
import type { Repository } from "../../src/domain/release-types.ts";
import { createWorker } from "../../src/inbox/worker.ts";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import { heldMegabytes, memoryAbove, timed } from "./figure.ts";
import type { Bench, Figure } from "./figure.ts";

const tokens = 100_000;
const repositories = 20_000;
/** Milliseconds from one look at what is due to the next. */
const leap = 20_000;
/** Nine in the morning: the pass that has everybody of a day. */
const now = new Date("2027-03-01T09:00:00Z");

const policy = `version: 1
packages:
  - name: left-pad
    environment: npm
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
`;

export const warnings: Bench = {
  name: "warnings",
  about: `the pass of a day over ${tokens} tokens in ${repositories} repositories, on the embedded store`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    const embedded = await openEmbedded(join(folder, "database"), quiet);
    try {
      return await measure(embedded.url);
    } finally {
      await embedded.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(url: string): Promise<Figure[]> {
  const store = await openStore({ databaseUrl: url, log: quiet });
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  try {
    await fill(sql);
    const parts = partsOf(store);
    // Warm: code and plans, as in an app that runs.
    await warnAll(parts);
    await sql.query(`delete from "Task"`);
    const before = await rowsRead(sql);
    const pass = await memoryAbove(() => timed(() => warnAll(parts)));
    const read = (await rowsRead(sql)) - before;
    const reading = await timed(() => readDue(sql));
    const { result, ms } = pass.result;
    const held = heldMegabytes();
    const work = await timed(() => workOff(parts));
    const issues = await count(sql, `select count(*) from "WarningIssue" where "issueNumber" is not null`);
    return [
      { what: "tokens due", value: result.due, unit: "rows" },
      { what: "rows of tokens that the pass read", value: read, unit: "rows", below: result.due * 1.1 + 1 },
      { what: "the pass: everybody is asked about", value: ms, unit: "ms", below: 5000 },
      { what: "memory above idle in the pass", value: pass.megabytes, unit: "MB", below: 50 },
      { what: "the pass beside one SELECT of the due rows", value: ms / reading.ms, unit: "times" },
      { what: "issues written (GitHub answers at once)", value: issues, unit: "rows" },
      {
        what: "giving every warning and writing its issue, own time",
        value: work.ms - work.result.pausedMs,
        unit: "ms",
      },
      { what: "owners warned", value: (issues * 1000) / (work.ms - work.result.pausedMs), unit: "a second" },
      { what: "memory held above idle while they are", value: work.result.held - held, unit: "MB", below: 50 },
    ];
  } finally {
    await sql.end();
    await store.close();
  }
}

/** Five tokens a repository, of two people, sealed over the last 90 days for 90 days; each is to be looked at next in its turn. */
async function fill(sql: pg.Client): Promise<void> {
  await sql.query(
    `insert into "Repository" (id, "installationId", owner, "ownerId", "ownerType", name, private, "defaultBranch", "seenAt")
     select n, 1 + n % 20, 'acme', 3, 'Organization', 'repository-' || n, false, 'main', $1::timestamptz
     from generate_series(1, $2::int) n`,
    [now, repositories],
  );
  await sql.query(
    `insert into "SealedToken" (id, "groupId", "repositoryId", "environmentId", "environmentName", "personId", "personLogin",
       "npmUser", packages, label, bypass2fa, "keyId", ciphertext, "expiresAt", "sealedAt", slot, "warnAt")
     select md5(n::text), 'group-' || n, 1 + n % $2::int, n, 'npm', 1 + n % $2::int * 2 + n / $2::int % 2, 'alice',
       'alice-npm', array['left-pad'], 'laptop', false, 'key', repeat('c', 120), ends, ends - interval '90 days', 'slot-' || n,
       (select min(at) from unnest(array[14, 7, 3, 1]) days,
          lateral (select date_trunc('day', ends - days * interval '1 day', 'UTC') + interval '9 hours' as at) each
          where at >= $1::timestamptz)
     from generate_series(1, $3::int) n,
       lateral (select $1::timestamptz + (n * 7919 % (90 * 24)) * interval '1 hour' + interval '15 hours' as ends) life`,
    [now, repositories, tokens],
  );
  await sql.query(`vacuum analyze`);
}

async function readDue(sql: pg.Client): Promise<void> {
  await sql.query(
    `select id, "repositoryId", "personId", "warnAt" from "SealedToken" where "removedAt" is null and "warnAt" <= $1`,
    [now],
  );
}

/** Rows of tokens that were read since the server began, by index or not. A connection that rests tells the server after ten seconds. */
async function rowsRead(sql: pg.Client): Promise<number> {
  await new Promise((done) => setTimeout(done, 11_000));
  return await count(
    sql,
    `select seq_tup_read + idx_tup_fetch as count from pg_stat_user_tables where relname = 'SealedToken'`,
  );
}

async function count(sql: pg.Client, query: string): Promise<number> {
  return Number((await sql.query<{ count: string }>(query)).rows[0]?.count ?? 0);
}

/** All that the pass asked for, as it becomes due: a second apart, for GitHub's sake. Time passes by leaps, so only work counts. */
async function workOff(parts: DeskParts): Promise<{ held: number; pausedMs: number }> {
  let at = now.getTime();
  const clock = { now: () => new Date(at) };
  const later = { ...parts, clock };
  const worker = createWorker({
    store: parts.store,
    clock,
    id: "bench",
    log: quiet,
    handle: () => Promise.resolve(),
    handleTask: async (task) => {
      if (task.kind === "warning-issue") await writeWarningIssue(later, taskSubject(task));
      else if (isDeskTask(task.kind)) await doTask(later, task.kind, taskSubject(task));
    },
  });
  let [held, pausedMs] = [0, 0];
  for (let leaps = 0; (await parts.store.tasks.nextDue()) !== null; leaps += 1) {
    await worker.settle();
    at += leap;
    if (leaps % 20 !== 0) continue;
    // What is held is known after a collection; its time isn't ours.
    const began = performance.now();
    held = Math.max(held, heldMegabytes());
    pausedMs += performance.now() - began;
  }
  return { held, pausedMs };
}

/** GitHub answers at once, in this process: what is measured is our own time. */
function partsOf(store: DeskParts["store"]): DeskParts {
  let ids = 0;
  let issues = 0;
  const refused = (): never => {
    throw new Error("the bench asked for something that it doesn't measure");
  };
  const repository = (of: Repository) => ({
    repository: of,
    branchHead: () => Promise.resolve("a".repeat(40)),
    file: () => Promise.resolve({ text: policy, blob: "b".repeat(40) }),
    openIssue: () => Promise.resolve((issues += 1)),
    editIssue: () => Promise.resolve(),
    issuesBy: () => Promise.resolve([]),
    commentsSince: () => Promise.resolve([]),
    comment: () => Promise.resolve(1),
  });
  return {
    store,
    github: {
      repository,
      self: () => Promise.resolve({ id: 1, slug: "countersign", botLogin: "countersign[bot]" }),
    } as unknown as DeskParts["github"],
    registry: new Proxy({}, { get: refused }) as DeskParts["registry"],
    clock: { now: () => now },
    ids: { next: () => `bench-${String((ids += 1)).padStart(9, "0")}` },
    log: quiet,
    publicUrl: "https://countersign.example.com",
  };
}
