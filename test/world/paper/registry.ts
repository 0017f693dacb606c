import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";

/** A registry on paper: it shows what a test wrote down, and nothing can be published to it. For stories without npm. */
export interface PaperRegistry {
  url: string;
  /** Writes a version down, as `latest` or under another dist-tag; `how`: who published it, and which bytes. */
  write(
    name: string,
    version: string,
    tag?: string,
    how?: { trusted?: boolean; publisher?: string; approver?: string; bytes?: string; manifest?: object },
  ): void;
  /** A dist-tag is moved, or a version taken away, without anything being published. */
  tag(name: string, tag: string, version: string): void;
  unpublish(name: string, version: string): void;
  /** Statuses that package documents were answered with, in their order. */
  answered: number[];
  /** How versions stand, by `name@version`: what isn't here isn't told. */
  statuses: Map<string, string>;
  /** Every request, or `only` how versions stand, is answered with this status while it isn't null. */
  fail: { status: number | null; retryAfter?: string; only?: "statuses" };
  close(): Promise<void>;
}

export async function startPaperRegistry(): Promise<PaperRegistry> {
  const packages = new Map<
    string,
    { name: string; "dist-tags": Record<string, string>; versions: Record<string, unknown> }
  >();
  const fail: PaperRegistry["fail"] = { status: null };
  const statuses = new Map<string, string>();
  const answered: number[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://paper").pathname.slice(1));
    const [, of, version] = /^-\/package\/(.+)\/version\/([^/]+)\/status$/.exec(path) ?? [];
    const status = statuses.get(`${of}@${version}`);
    const found = of === undefined ? packages.get(path) : status === undefined ? undefined : { status };
    const failed = fail.only === undefined || of !== undefined ? fail.status : null;
    const body = JSON.stringify(failed === null && found !== undefined ? found : { error: "no" });
    const etag = `"${createHash("sha1").update(body).digest("hex")}"`;
    const same = request.headers["if-none-match"] === etag ? 304 : 200;
    const answer = failed ?? (found === undefined ? 404 : same);
    if (of === undefined) answered.push(answer);
    response.writeHead(answer, {
      "content-type": "application/json",
      ...(answer < 400 ? { etag } : {}),
      ...(fail.retryAfter === undefined ? {} : { "retry-after": fail.retryAfter }),
    });
    response.end(answer === 304 ? undefined : body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fail,
    statuses,
    answered,
    tag(name, tag, version) {
      const entry = packages.get(name);
      if (entry !== undefined) entry["dist-tags"][tag] = version;
    },
    unpublish(name, version) {
      delete packages.get(name)?.versions[version];
    },
    write(
      name,
      version,
      tag = "latest",
      { trusted = false, publisher = "alice-npm", approver, bytes = `${name}@${version}`, manifest = {} } = {},
    ) {
      const entry = packages.get(name) ?? { name, "dist-tags": {}, versions: {} };
      entry["dist-tags"][tag] = version;
      entry.versions[version] = {
        ...manifest,
        dist: { shasum: createHash("sha1").update(bytes).digest("hex") },
        _npmUser: {
          name: publisher,
          ...(trusted ? { trustedPublisher: { id: "github" } } : {}),
          ...(approver === undefined ? {} : { approver: { name: approver } }),
        },
      };
      packages.set(name, entry);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
