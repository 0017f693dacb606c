import pg from "pg";
import { expect, test } from "vitest";
import { readAudit } from "../../src/desk/audit.ts";
import { batch, csv, exported, ndjson } from "../../src/web/audit-export.ts";
import { freshStore } from "../support/database.ts";
import { morning } from "./bench.ts";

const rows = 100_000;
const unheard = (): void => {
  throw new Error("nothing broke");
};

test("an export of 100,000 events is read as it is taken, a batch at a time, to the last of them", async () => {
  const { store, url, close } = await freshStore();
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query(
    `insert into "AuditEvent" (at, what, actor, "repositoryId", detail)
     select $1::timestamptz + n * interval '1 second', 'token.seen', 'runner', 1 + n % 3, '{"npmUser":"alice-npm"}'
     from generate_series(1, $2::int) n`,
    [morning, rows],
  );
  await database.end();
  for (const form of [csv, ndjson]) {
    let reads = 0;
    const response = await exported(
      form,
      morning,
      async (before) => {
        reads += 1;
        return await readAudit({ store }, { repositoryIds: [1, 2, 3], filter: {}, before, limit: batch });
      },
      unheard,
    );
    // One batch is ahead, so that trouble shows before anything is answered.
    expect(reads).toBe(1);
    let [lines, chunks, largest] = [0, 0, 0];
    let last = "";
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks += 1;
      expect(reads).toBeLessThanOrEqual(chunks + 1);
      const text = Buffer.from(next.value).toString("utf8");
      largest = Math.max(largest, text.length);
      lines += text.split("\n").length - 1;
      last = text;
    }
    expect(lines).toBe(form === csv ? rows + 1 : rows);
    expect(chunks).toBe(rows / batch);
    expect(largest).toBeLessThan(batch * 400);
    expect(last.trim().split("\n").at(-1)).toMatch(form === csv ? /^1,2026-11-23T10:00:01/ : /^\{"seq":1,/);
  }
  await close();
});

test("whoever stops taking an export stops its reading", async () => {
  let reads = 0;
  const response = await exported(
    csv,
    morning,
    () => {
      reads += 1;
      return Promise.resolve({ entries: [], next: 1_000 - reads });
    },
    unheard,
  );
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  const soon = reads;
  await new Promise((turn) => setImmediate(turn));
  expect(reads).toBe(soon);
  expect(reads).toBeLessThanOrEqual(3);
});
