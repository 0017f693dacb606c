import { afterEach, describe, expect, test, vi } from "vitest";
import { anEvent, createBench, morning, widget } from "./bench.ts";
import { apiClient } from "./api-client.ts";
import { serveBench } from "./serve.ts";
import { signedIn, stranger } from "./visitor.ts";

const gadget = { ...widget, id: 2, name: "gadget" };
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => anEvent({ seq: count - index, at: new Date(morning.getTime() - index) }));
const text = async (response: Response | Promise<Response>): Promise<string> => await (await response).text();
const rowsOf = (page: string): number => page.match(/class="said"/g)?.length ?? 0;

afterEach(() => void vi.restoreAllMocks());

describe("the audit's page", () => {
  test("says who did what, with a link to the release, its name and its details", async () => {
    const bench = createBench({ audit: [anEvent()] });
    const page = await text((await signedIn(bench, "alice")).get("/audit"));
    expect(page).toContain("alice asked for the release of <code>@acme/widget@1.2.0</code> from commit");
    expect(page).toContain(`<a href="/releases/r1">@acme/widget@1.2.0</a>`);
    expect(page).toMatch(/<dt>issue<\/dt>\s*<dd>4<\/dd>/);
    expect(page).toContain(`<a href="/audit" aria-current="page">Audit</a>`);
  });

  test("is for people with write access: a reader is told so, and sees nothing of it", async () => {
    const scene = { audit: [anEvent()], readers: ["bob"], visible: { alice: [1], bob: [1] } };
    const bench = createBench(scene);
    const api = apiClient(bench);
    for (const login of ["bob", "mallory"]) {
      const visitor = await signedIn(bench, login);
      const page = await text(visitor.get("/audit"));
      expect(page).toContain("No audit for you to read");
      expect(page).not.toMatch(/asked for the release|acme\/widget/);
      expect(await text(visitor.get("/audit.csv"))).toMatch(/^seq,at,[^\n]*\r\n$/);
      expect(await text(visitor.get("/audit.ndjson"))).toBe("");
      const { body } = await api.send("GET", "/audit", undefined, await api.signIn(login));
      expect(body).toEqual({ events: [], next: null });
    }
    expect((await stranger(bench).get("/audit.csv")).status).toBe(303);
  });

  test("a repository that I may only read is refused in words, one that I don't see is not there", async () => {
    const bench = createBench({ audit: [anEvent()], readers: ["bob"] });
    const api = apiClient(bench);
    const [bob, mallory] = [await signedIn(bench, "bob"), await signedIn(bench, "mallory")];
    for (const path of ["/audit", "/audit.csv", "/audit.ndjson"]) {
      const refused = await bob.get(`${path}?repository=1`);
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("with write access")]);
      const hidden = await mallory.get(`${path}?repository=1`);
      const absent = await mallory.get(`${path}?repository=99`);
      expect([hidden.status, absent.status]).toEqual([404, 404]);
      expect((await hidden.text()).replaceAll("repository%3D1", "")).toBe(
        (await absent.text()).replaceAll("repository%3D99", ""),
      );
    }
    const ask = async (login: string) =>
      await api.send("GET", "/audit?repository=1", undefined, await api.signIn(login));
    expect([(await ask("bob")).status, (await ask("mallory")).status]).toEqual([403, 404]);
  });

  test("events of repositories that aren't mine are on no page and in no file", async () => {
    const theirs = { repositoryId: 2, releaseId: "r-theirs", actor: "theirs" };
    const { repositoryId: _none, ...nowhere } = anEvent({ seq: 3, actor: "of-nobody" });
    const bench = createBench({
      ...{ repositories: [widget, gadget], audit: [nowhere, anEvent({ seq: 2, ...theirs }), anEvent()] },
    });
    const alice = await signedIn(bench, "alice");
    for (const path of ["/audit", "/audit.csv", "/audit.ndjson", "/audit?release=r-theirs", "/audit?actor=of-nobody"])
      expect(await text(alice.get(path))).not.toMatch(/theirs asked|"theirs"|,theirs,|of-nobody asked|,of-nobody,/);
  });

  test("has 50 events, the newest first, and leads to older ones by links", async () => {
    const bench = createBench({ audit: many(120) });
    const alice = await signedIn(bench, "alice");
    const counts: number[] = [];
    let path: string | undefined = "/audit?actor=Alice";
    while (path !== undefined) {
      const page: string = await text(alice.get(path));
      counts.push(rowsOf(page));
      path = /href="([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
      if (path !== undefined) expect(path).toMatch(/^\/audit\?actor=Alice&before=\d+$/);
    }
    expect(counts).toEqual([50, 50, 20]);
  });

  test("the filter is the address: the form shows it, the files have it, and what it finds is all there is", async () => {
    const bench = createBench({
      repositories: [widget, gadget],
      visible: { alice: [1, 2] },
      audit: [
        anEvent({ seq: 3, what: "token.sealed", actor: "bob" }),
        anEvent({ seq: 2, repositoryId: 2, at: new Date("2026-11-22T23:59:59Z") }),
        anEvent({ seq: 1, at: new Date("2026-11-22T00:00:00Z") }),
      ],
    });
    const alice = await signedIn(bench, "alice");
    const seen = async (query: string): Promise<number[]> =>
      [...(await text(alice.get(`/audit?${query}`))).matchAll(/of event (\d+)/g)].map(([, seq]) => Number(seq));
    expect(await seen("")).toEqual([3, 2, 1]);
    expect(await seen("actor=%40BOB")).toEqual([3]);
    expect(await seen("what=release.")).toEqual([2, 1]);
    expect(await seen("repository=2&actor=")).toEqual([2]);
    expect(await seen("from=2026-11-22&to=2026-11-22")).toEqual([2, 1]);
    expect(await seen("from=2026-11-22T00:00:01")).toEqual([3, 2]);
    expect(await seen("to=2026-11-22T01:30:00%2B01:00")).toEqual([1]);
    expect(await seen("before=2")).toEqual([1]);
    const page = await text(alice.get("/audit?actor=bob&what=token.&repository=1&from=2026-11-01&before=9"));
    expect(page).toMatch(/name="actor"\s+value="bob"/);
    expect(page).toMatch(/<option value="token\." selected/);
    expect(page).toMatch(/<option value="1" selected/);
    expect(page).toContain(`href="/audit.csv?actor=bob&amp;what=token.&amp;repository=1&amp;from=2026-11-01"`);
    expect((await text(alice.get("/audit.csv?what=token.&before=1"))).split("\r\n")).toHaveLength(3);
  });

  test("a filter that can't be read comes back with a sentence and what was filled in", async () => {
    const bench = createBench({ audit: [anEvent()] });
    const alice = await signedIn(bench, "alice");
    const wrong = [
      ["from=yesterday", "“From” is a day"],
      ["to=2026-02-30", "“To” is a day"],
      ["actor=%3Cscript%3E", "“Who” is a login"],
      ["what=Token%20", "“What” is the name"],
      ["repository=widget", "Choose the repository"],
      ["release=..%2F", "A release is named"],
      ["before=-1", "begin with the newest"],
    ] as const;
    for (const [query, sentence] of wrong) {
      const response = await alice.get(`/audit?${query}`);
      const page = await response.text();
      expect([query, response.status, rowsOf(page)]).toEqual([query, 400, 0]);
      expect(page).toContain(sentence);
      expect(page).not.toContain("<script>");
      if (!query.startsWith("before")) expect((await alice.get(`/audit.csv?${query}`)).status).toBe(400);
    }
    expect(await text(alice.get("/audit?from=yesterday"))).toContain(`value="yesterday"`);
  });

  test("says what would be there where nothing is", async () => {
    const alice = await signedIn(createBench(), "alice");
    expect(await text(alice.get("/audit"))).toContain("Requests, approvals, secrets put in place");
    expect(await text(alice.get("/audit?actor=bob"))).toContain("Nothing like that happened");
  });

  test("markup in an actor, a name, a detail or the address shows as text", async () => {
    const evil = `"><img src=x onerror=alert(1)><!--`;
    const event = anEvent({
      ...{ what: evil, actor: evil, releaseId: evil, publishes: { package: evil, version: evil } },
      detail: { [evil]: evil, package: evil, deep: { [evil]: [evil] } },
    });
    const bench = createBench({ audit: [event, { ...event, what: "release.requested" }] });
    const alice = await signedIn(bench, "alice");
    for (const path of [
      "/audit",
      `/audit?what=x&actor=${encodeURIComponent(evil)}`,
      `/audit?from=${encodeURIComponent(evil)}`,
    ]) {
      const page = await text(alice.get(path));
      expect(page).not.toMatch(/<img|<!--/);
      expect(page).toContain("&lt;img src=x");
    }
  });
});

describe("the audit as a file", () => {
  test("is called by its day, and has all that the filter finds", async () => {
    const bench = createBench({ audit: many(2_500) });
    const alice = await signedIn(bench, "alice");
    const csv = await alice.get("/audit.csv");
    expect(csv.headers.get("content-disposition")).toBe(`attachment; filename="countersign-audit-2026-11-23.csv"`);
    expect(csv.headers.get("content-type")).toMatch(/^text\/csv; charset=utf-8/);
    expect(csv.headers.get("cache-control")).toBe("no-store");
    expect(parseCsv(await csv.text()).map(([seq]) => seq)).toEqual([
      "seq",
      ...many(2_500).map(({ seq }) => String(seq)),
    ]);
    const lines = (await text(alice.get("/audit.ndjson"))).trim().split("\n");
    expect(lines).toHaveLength(2_500);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      ...{ seq: 2_500, actor: "alice", what: "release.requested", package: "@acme/widget" },
      ...{ repository: { owner: "acme", name: "widget" }, detail: { issue: 4 } },
      said: "alice asked for the release of @acme/widget@1.2.0 from commit aaaaaaa in #4.",
    });
  });

  test("no cell is a formula, and what has commas, quotes or lines comes back as it was", async () => {
    const bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "＝1"];
    const audit = bad.map((actor, index) => anEvent({ seq: 100 - index, actor, detail: { a: `x",\r\n=1` } }));
    const rows = parseCsv(await text((await signedIn(createBench({ audit }), "alice")).get("/audit.csv"))).slice(1);
    expect(rows.map((row) => row[2])).toEqual(bad.map((actor) => `'${actor}`));
    for (const row of rows) {
      expect(row.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      expect(JSON.parse(row.at(-1) ?? "")).toEqual({ a: `x",\r\n=1` });
    }
  });

  test("what a spreadsheet with another separator would begin a cell with is no formula either", async () => {
    const audit = [anEvent({ actor: "a;=1+1" }), anEvent({ actor: "\t=1" }), anEvent({ actor: "a; b - c" })];
    const rows = parseCsv(await text((await signedIn(createBench({ audit }), "alice")).get("/audit.csv"))).slice(1);
    expect(rows.map((row) => row[2])).toEqual(["a;'=1+1", "'\t'=1", "a; b - c"]);
  });

  test("breaks off where its reading fails, so that nobody takes a part for the whole", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const audit = many(3_000);
    const broken = {
      toJSON(): never {
        throw new Error("the database is gone");
      },
    };
    audit[2_500] = anEvent({ seq: 500, detail: { broken } });
    const served = await serveBench({ audit });
    const visitor = await signedIn(served.bench, "alice");
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${served.url}/audit.csv`, { headers: { cookie } });
    expect(response.status).toBe(200);
    let file = "";
    const read = async (): Promise<void> => {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read())
        file += Buffer.from(next.value).toString();
    };
    await expect(read()).rejects.toThrow();
    expect(file).not.toContain("database");
    expect(JSON.stringify([served.bench.logged, said.mock.calls.map(String)])).not.toContain("database");
    expect(served.bench.logged).toHaveLength(1);
    await served.close();
  });
});

describe("the audit for programs", () => {
  test("comes page by page, by the same filter", async () => {
    const bench = createBench({ audit: many(7) });
    const api = apiClient(bench);
    const headers = await api.signIn("alice");
    const seen: unknown[] = [];
    let next: unknown = null;
    do {
      const where = `/audit?limit=3&actor=alice${next === null ? "" : `&before=${String(next)}`}`;
      const { status, body } = await api.send("GET", where, undefined, headers);
      expect(status).toBe(200);
      seen.push(...(body["events"] as Array<{ seq: number }>).map(({ seq }) => seq));
      next = body["next"];
    } while (next !== null);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    for (const query of ["limit=0", "limit=201", "before=x", "form=2026-11-01", "from=soon"])
      expect((await api.send("GET", `/audit?${query}`, undefined, headers)).status).toBe(400);
  });
});

/** A reader of RFC 4180 that is none of ours. */
function parseCsv(file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (let match = cells.exec(file); match !== null && cells.lastIndex <= file.length; match = cells.exec(file)) {
    row.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll('""', '"'));
    if (match[3] === ",") continue;
    rows.push(row);
    row = [];
    if (cells.lastIndex === file.length) break;
  }
  return rows;
}
