import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import { html } from "hono/html";
import pg from "pg";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import { createWeb } from "../../src/web/index.ts";
import { beginSession } from "../../src/web/session.ts";
import { ensureAssets } from "../build-assets.ts";
import type { Bench, Figure } from "./figure.ts";
import { webParts } from "./web-parts.ts";

const waiting = 10_000;
const past = 1_000_000;
const repositories = 1_000;
const asked = 300;
const now = new Date("2027-03-01T09:00:00Z");
const publicUrl = "https://countersign.example.com";
const answers = {
  now,
  publicUrl,
  repositories: Array.from({ length: repositories }, (_, index) => index + 1),
  policy: policyText(),
};

export const dashboard: Bench = {
  name: "dashboard",
  about: `pages over ${waiting} waiting and ${past} past releases in ${repositories} repositories, all shown to the reader, on the embedded store`,
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
  await ensureAssets();
  const store = await openStore({ databaseUrl: url, log: quiet });
  try {
    await fill(url);
    const parts = webParts(store, answers);
    const app = createWeb(parts);
    const session = await beginSession(
      parts,
      { id: 22, login: "bob" },
      { accessToken: "x", expiresAt: new Date(now.getTime() + 8 * 3_600_000) },
    );
    const cookie = session.split(";")[0] ?? "";
    const bare = await timesOf(bareApp(), "/", cookie);
    const pages: Array<[string, string]> = [
      ["the queue", "/"],
      ["the queue's last page", `/?page=${waiting / 50}`],
      ["the queue, narrowed", "/?repository=7&person=alice&state=waiting"],
      ["what failed", "/?state=failed"],
      ["a release", "/releases/waiting-5000"],
      ["a receipt", "/releases/past-500000"],
      // What every open page asks when something has happened.
      ["what waits for whom", "/waiting"],
    ];
    const figures: Figure[] = [{ what: "a bare page of Hono, median", value: median(bare.ms), unit: "ms" }];
    for (const [name, path] of pages) {
      const times = await timesOf(app, path, cookie);
      figures.push(...figuresOf(name, times));
      figures.push({ what: `${name}, beside the bare page`, value: median(times.ms) / median(bare.ms), unit: "times" });
    }
    // Nothing was promised of a thousand repositories on one list.
    const { ms, bytes } = await timesOf(app, "/repositories", cookie);
    figures.push({ what: "the repositories, median", value: median(ms), unit: "ms" });
    figures.push({ what: "the repositories, gzipped", value: bytes / 1024, unit: "KB" });
    return figures;
  } finally {
    await store.close();
  }
}

function figuresOf(name: string, { ms, bytes }: { ms: number[]; bytes: number }): Figure[] {
  return [
    { what: `${name}, median`, value: median(ms), unit: "ms", below: 50 },
    { what: `${name}, 99th percentile`, value: ms[Math.floor(ms.length * 0.99)] ?? 0, unit: "ms", below: 100 },
    { what: `${name}, gzipped`, value: bytes / 1024, unit: "KB", below: 30 },
  ];
}

function median(ms: number[]): number {
  return ms[Math.floor(ms.length / 2)] ?? 0;
}

/** Milliseconds of each request, in order of size; what came back. */
async function timesOf(app: Hono, path: string, cookie: string): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = [];
  let text = "";
  for (let round = 0; round < asked + 20; round += 1) {
    const began = performance.now();
    const response = await app.request(new URL(path, publicUrl), { headers: { cookie } });
    text = await response.text();
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    // The first ones are warm-up: code and plans, as in an app that runs.
    if (round >= 20) ms.push(performance.now() - began);
  }
  return { ms: ms.toSorted((one, other) => one - other), bytes: gzipSync(text).byteLength };
}

function bareApp(): Hono {
  const app = new Hono();
  const rows = Array.from(
    { length: 50 },
    (_, index) => html`<li><a href="/releases/${index}">left-pad@1.0.${index}</a></li>`,
  );
  app.get("/", (context) =>
    context.html(
      html`<!doctype html>
        <html lang="en">
          <body>
            <ul>
              ${rows}
            </ul>
          </body>
        </html>`,
    ),
  );
  return app;
}

/** Every tenth waiting release waits for the reader, every hundredth for a team. */
async function fill(url: string): Promise<void> {
  const sql = new pg.Client({ connectionString: url });
  await sql.connect();
  try {
    await sql.query(
      `insert into "Repository" (id, "installationId", owner, "ownerId", "ownerType", name, private, "defaultBranch", "seenAt")
       select n, 1, 'acme', 3, 'Organization', 'repository-' || n, false, 'main', $1::timestamptz from generate_series(1, $2::int) n`,
      [now, repositories],
    );
    await sql.query(`insert into "Person" (id, login, "seenAt") values (21, 'alice', $1), (22, 'bob', $1)`, [now]);
    await insert(sql, past, "past", `(array['published','failed','rejected','cancelled','refused'])[1 + n % 5]`);
    await insert(sql, waiting, "waiting", `'waiting'`);
    await sql.query(
      `insert into "Approval" (id, "releaseId", "personId", "personLogin", verdict, sha, source, evidence, "givenAt")
       select id, id, 23, 'carol', 'approved', sha, 'chat', id, "requestedAt" from "Release" where number % 2 = 0`,
    );
    await sql.query(
      `insert into "Lease" (id, "releaseId", "repositoryId", "installationId", "environmentId", "environmentName", "secretName",
         "keyId", "tokenId", state, "takenAt", "putDeadline", "expiresAt", "disarmAttempts")
       select id, id, "repositoryId", 1, "environmentId", 'npm', 'NPM_TOKEN', 'key', 't', 'closed', "requestedAt", "requestedAt",
         "requestedAt", 1 from "Release" where "endedAt" is not null and number % 5 = 0`,
    );
    await sql.query(`vacuum analyze`);
  } finally {
    await sql.end();
  }
}

async function insert(sql: pg.Client, count: number, name: string, state: string): Promise<void> {
  const over = name === "past";
  await sql.query(
    `insert into "Release" (id, state, "repositoryId", "installationId", package, version, "distTag", mode, branch, sha,
       "commitTitle", "commitAuthor", "workflowPath", "workflowBlob", "jobName", "environmentId", "environmentName", "secretName",
       "policySha", "policyBlob", "releaserId", "releaserLogin", origin, "requestedAt", "gateAskedAt", "endedAt", decision, awaits,
       holds, "rowVersion")
     select '${name}-' || n, ${state}, 1 + n % $2::int, 1, '@acme/package-' || n % $2::int || '-' || n % 3, '1.0.' || n, 'latest',
       'otp', 'main', md5(n::text) || '00000000', 'Count widgets, the ' || n || 'th time', 'carol', '.github/workflows/publish.yml',
       md5(n::text), 'publish', n, 'npm', 'NPM_TOKEN', md5('p'), md5('q'), 21, 'alice', 'chat',
       $1::timestamptz - n % 40000 * interval '1 minute', $1::timestamptz - interval '1 day',
       ${over ? `$1::timestamptz - n % 40000 * interval '1 minute'` : "null"},
       jsonb_build_object('rule', 'release', 'verdict', 'waiting', 'text', 'What this release rests on.', 'children',
         jsonb_build_array(jsonb_build_object('rule', 'approvals', 'verdict', 'waiting', 'text', '0 of 1 approvals.', 'waitsFor',
           jsonb_build_array(who)))),
       ${over ? "'{}'" : "array[who]"}, ${over ? "null" : "'held-' || n"}, 1
     from generate_series(1, $3::int) n,
       lateral (select case when n % 100 = 1 then '@acme/team-' || n % 7 when n % 10 = 0 then 'bob' else 'dave' end as who) w`,
    [now, repositories, count],
  );
}

/** The package of the release that is looked at. */
function policyText(): string {
  return `version: 1
packages:
  - { name: "@acme/package-0-2", releasers: [alice], approvals: { count: 1, from: [bob] } }
`;
}
