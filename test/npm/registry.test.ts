import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createRegistry } from "../../src/npm/registry.ts";
import type { RegistryOptions } from "../../src/npm/registry.ts";
import { RegistryError } from "../../src/npm/types.ts";
import type { Registry } from "../../src/npm/types.ts";
import { webOrigins } from "../../src/npm/web-origins.ts";

const shasum = "0123456789abcdef0123456789abcdef01234567";
const document = {
  name: "@acme/widget",
  "dist-tags": { latest: "1.1.0", next: "2.0.0-rc.1", odd: 3 },
  versions: {
    "1.0.0": {},
    "1.1.0": {
      dist: { shasum: shasum.toUpperCase(), integrity: "sha512-x" },
      _npmUser: { name: "ada", email: "a@b.c" },
    },
    "2.0.0-rc.1": { dist: { shasum }, _npmUser: "ada <a@b.c>" },
  },
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let asked: string[] = [];
let headers: IncomingMessage["headers"] = {};

/** A registry that answers as it is told, and the client that reads it. */
async function registry(handler: Handler, options: RegistryOptions = {}): Promise<Registry & { host: string }> {
  asked = [];
  const made = createServer((request, response) => {
    asked.push(request.url ?? "");
    headers = request.headers;
    handler(request, response);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(made.address() as AddressInfo).port}`;
  return { ...createRegistry({ defaultRegistry: `http://${host}/`, ...options }), host };
}

const json =
  (status: number, body: unknown): Handler =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RegistryError)) throw new Error(`not a RegistryError: ${String(error)}`);
  return error;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe("a registry", () => {
  test("tells versions and dist-tags, past every cache and without a login", async () => {
    const it = await registry(json(200, document));
    expect(await it.package("@acme/widget")).toEqual({
      versions: ["1.0.0", "1.1.0", "2.0.0-rc.1"],
      tags: { latest: "1.1.0", next: "2.0.0-rc.1" },
    });
    expect(asked).toEqual(["/@acme%2fwidget?write=true"]);
    expect(headers["cache-control"]).toBe("no-cache");
    expect(headers.authorization).toBeUndefined();
    await it.package("@acme/widget");
    expect(asked).toHaveLength(2);
  });

  test("tells the bytes and the publisher of a version, also where an older one is broken", async () => {
    const it = await registry(json(200, document));
    expect(await it.version("@acme/widget", "1.1.0")).toEqual({
      ...{ shasum, integrity: "sha512-x", publisher: "ada", trusted: false, approver: null },
      tags: ["latest"],
    });
    expect(await it.version("@acme/widget", "2.0.0-rc.1")).toMatchObject({ shasum, integrity: null, publisher: null });
    expect((await failure(it.version("@acme/widget", "1.0.0"))).message).toContain("lists 1.0.0 without a checksum");
    for (const absent of ["9.9.9", "constructor", "__proto__"])
      expect(await it.version("@acme/widget", absent)).toBeNull();
  });

  test("doesn't know a package that was never published", async () => {
    const it = await registry(json(404, { error: "Not found" }));
    expect(await it.package("nothing")).toBeNull();
    expect(await it.version("nothing", "1.0.0")).toBeNull();
  });

  test("may stand below a path, and be another one for one package", async () => {
    const it = await registry(json(200, document), { defaultRegistry: "http://127.0.0.1:1/" });
    await it.package("left-pad", `http://${it.host}/npm/group//`);
    expect(asked).toEqual(["/npm/group/left-pad?write=true"]);
  });

  test("that wants a login for the fresh document is asked for the plain one", async () => {
    const it = await registry((request, response) =>
      request.url?.includes("write") === true
        ? json(401, {})(request, response)
        : json(200, document)(request, response),
    );
    expect((await it.package("left-pad"))?.tags["latest"]).toBe("1.1.0");
    expect(asked).toEqual(["/left-pad?write=true", "/left-pad"]);
  });

  test.each([401, 403])("that refuses (%d) is told with its host", async (status) => {
    const it = await registry(json(status, { error: "npm_secretToken is not allowed" }));
    const error = await failure(it.package("left-pad"));
    expect(error.code).toBe("refused");
    expect(error.message).toBe(
      `The registry ${it.host} doesn't show this package without a login (${status}); Countersign reads it as anybody would.`,
    );
  });

  test.each([429, 500, 502])("that fails (%d) is asked once, and its words aren't repeated", async (status) => {
    const it = await registry(json(status, { error: "npm_secretToken" }));
    const error = await failure(it.package("left-pad"));
    expect(error.code).toBe("unavailable");
    expect(error.message).toBe(`The registry ${it.host} can't be read at the moment (${status}).`);
    expect(asked).toHaveLength(1);
  });

  test.each(["<html>", "", "[]", "null", '{"versions":[]}', '"x"'])("that answers %j is unexpected", async (body) => {
    const it = await registry((_, response) => response.writeHead(200).end(body));
    expect((await failure(it.package("left-pad"))).code).toBe("unexpected");
  });

  test.each<[string, Handler]>([
    ["never answers", () => undefined],
    ["never ends", (_, response) => void response.writeHead(200).write('{"versions":')],
  ])("that %s runs out of time", async (_, handler) => {
    const it = await registry(handler, { timeoutMs: 150 });
    const error = await failure(it.package("left-pad"));
    expect(error.code).toBe("unavailable");
    expect(error.message).toBe(`The registry ${it.host} can't be read at the moment (no answer within 0.15 s).`);
  });

  test("that answers with too much is cut off", async () => {
    const endless: Handler = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      response.writeHead(200);
      more();
    };
    const it = await registry(endless, { maxBytes: 1_000_000 });
    expect((await failure(it.package("left-pad"))).message).toContain("more than 1000000 bytes");
  });

  test("that isn't there, or breaks off, is unavailable", async () => {
    const it = await registry((request) => request.socket.destroy());
    expect((await failure(it.package("left-pad"))).code).toBe("unavailable");
    const nobody = await failure(it.package("left-pad", "http://127.0.0.1:1/"));
    expect(nobody.message).toBe("The registry 127.0.0.1:1 can't be read at the moment (ECONNREFUSED).");
  });

  test.each(["", ".", "..", "\ud800"])("isn't asked for a package called %j", async (name) => {
    const it = await registry(json(200, document));
    expect((await failure(it.package(name))).code).toBe("unexpected");
    expect(asked).toEqual([]);
  });

  test("isn't asked for anything but the package, whatever its name holds", async () => {
    const it = await registry(json(404, {}));
    await it.package("../-/whoami?x#y");
    expect(asked).toEqual(["/..%2f-%2Fwhoami%3Fx%23y?write=true"]);
  });
});

describe("the pages of a registry", () => {
  const npm = "https://registry.example.org/";

  test.each([
    [
      "https://registry.acme.example/",
      ["https://registry.acme.example", "https://www.acme.example", "https://acme.example"],
    ],
    ["https://npm.acme.example:8443/path", ["https://npm.acme.example:8443"]],
    ["https://registry.local", ["https://registry.local"]],
    ["http://127.0.0.1:4873/", ["http://127.0.0.1:4873"]],
    ["http://[::1]:4873", ["http://[::1]:4873"]],
    ["http://registry.acme.example/", []],
    ["http://localhost:1@evil.example/", []],
    ["ftp://x.example", []],
    ["nonsense", []],
  ])("of %s are at its own site", (address, origins) => {
    expect(webOrigins(address, npm)).toEqual(origins);
  });

  test("of npm's own are at npm's website, which has another domain", () => {
    expect(createRegistry().webOrigins()).toContain("https://www.npmjs.com");
    expect(createRegistry().webOrigins("https://registry.acme.example")).not.toContain("https://www.npmjs.com");
    expect(createRegistry({ defaultRegistry: "http://127.0.0.1:4873" }).webOrigins()).toEqual([
      "http://127.0.0.1:4873",
    ]);
  });
});
