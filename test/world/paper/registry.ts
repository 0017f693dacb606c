import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";

/** A registry on paper: it shows what a test wrote down, and nothing can be published to it. For stories without npm. */
export interface PaperRegistry {
  url: string;
  /** Writes a version down, as `latest` or under another dist-tag. */
  write(name: string, version: string, tag?: string): void;
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
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? "/", "http://paper").pathname.slice(1));
    const found = packages.get(name);
    response.writeHead(fail.status ?? (found === undefined ? 404 : 200), { "content-type": "application/json" });
    response.end(JSON.stringify(fail.status === null && found !== undefined ? found : { error: "no" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fail,
    write(name, version, tag = "latest") {
      const entry = packages.get(name) ?? { name, "dist-tags": {}, versions: {} };
      entry["dist-tags"][tag] = version;
      entry.versions[version] = {
        dist: { shasum: createHash("sha1").update(`${name}@${version}`).digest("hex") },
        _npmUser: { name: "alice-npm" },
      };
      packages.set(name, entry);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
