import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { runServer } from "verdaccio";

/** Verdaccio in this process, on a port nobody else is told: it stores the packages and knows nothing of npm's rules. */
export async function startStore(): Promise<{ url: string; close(): Promise<void> }> {
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
  return {
    url: `http://127.0.0.1:${(app.address() as AddressInfo).port}`,
    async close() {
      app.closeAllConnections();
      await new Promise<void>((done) => app.close(() => done()));
      await rm(storage, { recursive: true, force: true });
    },
  };
}
