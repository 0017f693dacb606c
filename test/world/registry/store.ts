import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { runServer } from "verdaccio";
import type { PublishDocument } from "./document.ts";
import type { Packument } from "./types.ts";

/** Where the packages are kept. Its addresses are its own: whoever shows a document puts the front's in. */
export interface Store {
  url: string;
  packument(name: string): Promise<Packument | null>;
  /** A publish as npm sends it; throws where it wasn't stored. */
  put(document: PublishDocument): Promise<void>;
  /** Takes one version out, with the dist-tags that point at it. */
  remove(name: string, version: string): Promise<void>;
  close(): Promise<void>;
}

/** Verdaccio in this process, on a port nobody else is told: it stores the packages and knows nothing of npm's rules. */
export async function startStore(): Promise<Store> {
  const storage = await mkdtemp(join(tmpdir(), "countersign-registry-"));
  const configuration = {
    storage,
    self_path: storage,
    auth: { htpasswd: { file: join(storage, "htpasswd"), max_users: -1 } },
    uplinks: {},
    packages: { "**": { access: "$all", publish: "$all", unpublish: "$all" } },
    log: { type: "stdout", format: "json", level: "fatal" },
    web: { enable: false },
    publish: { allow_offline: true, check_owners: false },
    max_body_size: "100mb",
  };
  const app = (await runServer(configuration as never)) as ReturnType<typeof createServer>;
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", () => done()));
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const at = (name: string): string => `${url}/${name.replace("/", "%2f")}`;
  async function write(address: string, method: string, body?: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    const stored = await fetch(address, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!stored.ok) throw new Error(`the store refused ${method}: ${stored.status} ${await stored.text()}`);
  }
  return {
    url,
    async packument(name) {
      const found = await fetch(at(name));
      return found.ok ? ((await found.json()) as Packument) : null;
    },
    put: async (document) => await write(at(document.name), "PUT", document),
    async remove(name, version) {
      const found = (await (await fetch(`${at(name)}?write=true`)).json()) as Packument & { _rev: string };
      const gone = found.versions[version];
      if (gone === undefined) throw new Error(`There is no ${name}@${version} to remove.`);
      delete found.versions[version];
      found["dist-tags"] = Object.fromEntries(Object.entries(found["dist-tags"]).filter(([, of]) => of !== version));
      await write(`${at(name)}/-rev/${found._rev}`, "PUT", found);
      await write(`${at(name)}/-/${gone.dist.tarball.split("/").at(-1)}/-rev/${found._rev}`, "DELETE");
    },
    async close() {
      app.closeAllConnections();
      await new Promise<void>((done) => app.close(() => done()));
      await rm(storage, { recursive: true, force: true });
    },
  };
}
