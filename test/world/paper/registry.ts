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
    how?: { trusted?: boolean; publisher?: string; approver?: string; bytes?: string },
  ): void;
  /** How versions stand, by `name@version`: what isn't here isn't told. */
  statuses: Map<string, string>;
  /** Every request is answered with this status while it isn't null. */
  fail: { status: number | null };
  close(): Promise<void>;
}

export async function startPaperRegistry(): Promise<PaperRegistry> {
  const packages = new Map<
    string,
    { name: string; "dist-tags": Record<string, string>; versions: Record<string, unknown> }
  >();
  const fail: PaperRegistry["fail"] = { status: null };
  const statuses = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://paper").pathname.slice(1));
    const [, of, version] = /^-\/package\/(.+)\/version\/([^/]+)\/status$/.exec(path) ?? [];
    const status = statuses.get(`${of}@${version}`);
    const found = of === undefined ? packages.get(path) : status === undefined ? undefined : { status };
    response.writeHead(fail.status ?? (found === undefined ? 404 : 200), { "content-type": "application/json" });
    response.end(JSON.stringify(fail.status === null && found !== undefined ? found : { error: "no" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fail,
    statuses,
    write(
      name,
      version,
      tag = "latest",
      { trusted = false, publisher = "alice-npm", approver, bytes = `${name}@${version}` } = {},
    ) {
      const entry = packages.get(name) ?? { name, "dist-tags": {}, versions: {} };
      entry["dist-tags"][tag] = version;
      entry.versions[version] = {
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
