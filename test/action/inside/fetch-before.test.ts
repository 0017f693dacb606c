import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Earlier } from "../../../action/src/inside/describe.ts";
import { fetchBefore } from "../../../action/src/inside/fetch-before.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const bytes = Buffer.from("these are the bytes of the version before");
const sha512 = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
const shasum = createHash("sha1").update(bytes).digest("hex");
const token = "npm_the-token-of-alice";

let folder: string;
let servers: Server[];
let asked: string[];
let registry: string;
let answers: Record<string, Answer>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-before-"));
  [servers, asked, answers] = [[], [], {}];
  registry = `${await serve((request, response) => (answers[request.url ?? ""] ?? status(404))(request, response))}npm/`;
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true });
});

/** A server on loopback that notes who asked for what, and whether with the token. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = "no token" } = request.headers;
    asked.push(`${request.url} ${authorization === `Bearer ${token}` ? "with the token" : authorization}`);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end();
const send =
  (body: string | Buffer): Answer =>
  (_request, response) =>
    void response.writeHead(200).end(body);
/** The package's document with one version, of which it says this. */
const knows = (dist: object, tags: object = { latest: "1.1.0" }): void => {
  answers["/npm/@acme%2fwidget"] = send(JSON.stringify({ "dist-tags": tags, versions: { "1.1.0": { dist } } }));
};
const here = (): string => `${registry}-/widget-1.1.0.tgz`;

async function fetched(signal = AbortSignal.timeout(20_000)): Promise<Earlier> {
  const about = { name: "@acme/widget", version: "1.2.0", tag: "latest", registry, token };
  return await fetchBefore(about, join(folder, "before.tgz"), signal);
}
const why = async (): Promise<string> => {
  const earlier = await fetched();
  return "why" in earlier ? earlier.why : JSON.stringify(earlier);
};

describe("the version before", () => {
  test.each([
    ["SHA-512", { integrity: sha512 }],
    ["several, of which the strongest counts", { integrity: `sha1-${"x".repeat(27)}= ${sha512}?opt` }],
    ["SHA-1 alone, as old versions have it", { shasum }],
  ])("is taken where its bytes are what the registry says: %s", async (_by, dist) => {
    knows({ tarball: here(), ...dist });
    answers["/npm/-/widget-1.1.0.tgz"] = send(bytes);
    expect(await fetched()).toEqual({ file: join(folder, "before.tgz"), version: "1.1.0" });
    expect(readFileSync(join(folder, "before.tgz"))).toEqual(bytes);
    expect(asked).toEqual(["/npm/@acme%2fwidget with the token", "/npm/-/widget-1.1.0.tgz with the token"]);
  });

  test("isn't there where the package isn't, or has no other version", async () => {
    expect(await fetched()).toEqual({ first: true });
    answers["/npm/@acme%2fwidget"] = send(JSON.stringify({ versions: { "1.2.0": {} } }));
    expect(await fetched()).toEqual({ first: true });
  });

  test("may be there and not be shown to a job without a token", async () => {
    const about = { name: "@acme/widget", version: "1.2.0", tag: "latest", registry, token: "" };
    expect(await fetchBefore(about, join(folder, "before.tgz"), AbortSignal.timeout(20_000))).toEqual({
      why: "The registry answered 404 when asked for the package.",
    });
    expect(asked).toEqual(["/npm/@acme%2fwidget no token"]);
  });

  test.each<[string, object, Answer, RegExp]>([
    [
      "other bytes",
      { integrity: sha512 },
      send("others"),
      /^What came for 1\.1\.0 is not what the registry says it is \(sha512\)\.$/,
    ],
    ["no checksum", {}, send(bytes), /doesn't say where 1\.1\.0 lies, or not what its bytes are/],
    ["a checksum of nonsense", { integrity: "sha512-" }, send(bytes), /is not what the registry says it is/],
    ["an address that is none", { tarball: "nowhere", shasum }, send(bytes), /doesn't say where 1\.1\.0 lies/],
    ["a file of the machine", { tarball: "file:///etc/passwd", shasum }, send(bytes), /isn't https/],
    ["no tarball", { shasum }, status(500), /^The registry answered 500 when asked for 1\.1\.0\.$/],
    [
      "a circle",
      { shasum },
      status(302, { location: "/npm/-/widget-1.1.0.tgz" }),
      /leads from one address to the next/,
    ],
  ])("isn't used where there is %s", async (_what, dist, answer, sentence) => {
    knows({ tarball: here(), ...dist });
    answers["/npm/-/widget-1.1.0.tgz"] = answer;
    expect(await why()).toMatch(sentence);
  });

  test("may lie elsewhere, over https only, and no token goes there", async () => {
    const elsewhere = await serve(send(bytes));
    knows({ tarball: `${elsewhere}widget.tgz`, shasum });
    expect(await why()).toBe("The registry leads to an address that isn't https, so nothing was fetched there.");
    knows({ tarball: here(), shasum });
    answers["/npm/-/widget-1.1.0.tgz"] = status(302, { location: `${elsewhere}widget.tgz` });
    expect(await why()).toBe("The registry leads to an address that isn't https, so nothing was fetched there.");
    // The registry's own, but outside of what the token is for.
    answers["/npm/-/widget-1.1.0.tgz"] = status(302, { location: "/files/widget.tgz" });
    answers["/files/widget.tgz"] = send(bytes);
    expect(await fetched()).toMatchObject({ version: "1.1.0" });
    expect(asked.filter((line) => line.includes("no token"))).toEqual(["/files/widget.tgz no token"]);
  });

  test.each<[string, Answer, RegExp]>([
    ["refuses", status(403), /^The registry answered 403 when asked for the package\.$/],
    ["is broken", status(503), /^The registry answered 503 when asked for the package\.$/],
    ["says nonsense", send("<html>"), /^The registry didn't answer\.$/],
    ["says null", send("null"), /first/],
    ["says too much", send(Buffer.alloc(26 * 1024 ** 2, " ")), /too long to be read here/],
    ["hangs up", (request) => request.socket.destroy(), /^The registry didn't answer\.$/],
  ])("isn't known where the registry %s", async (_what, answer, sentence) => {
    answers["/npm/@acme%2fwidget"] = answer;
    expect(await why()).toMatch(sentence);
  });

  test("isn't waited for longer than there is time", async () => {
    answers["/npm/@acme%2fwidget"] = () => undefined;
    const given = new AbortController();
    const waiting = fetched(given.signal);
    given.abort();
    expect(await waiting).toEqual({ why: "The registry took too long." });
  });
});
