import { Secret } from "../../src/settings/secret.ts";
import { createLog } from "../../src/settings/log.ts";
import { startCountersign } from "../../src/start.ts";
import type { Countersign } from "../../src/start.ts";
import { askWarnings } from "../../src/jobs/schedule.ts";
import type { Order, Plain } from "./instance.ts";

/** An instance in a process of its own that lives by the test's clock; see instance.ts. */
let now = 0;
let app: Countersign | null = null;

function start({ settings, secrets }: Plain): Promise<Countersign> {
  return startCountersign({
    settings,
    secrets: {
      privateKey: new Secret(secrets.privateKey),
      clientSecret: new Secret(secrets.clientSecret),
      webhookSecrets: secrets.webhookSecrets.map((one) => new Secret(one)),
      databaseUrl: new Secret(secrets.databaseUrl),
      keys: secrets.keys.map(({ id, key }) => ({ id, key: new Uint8Array(key) })),
      smtpUrl: null,
      metricsToken: null,
    },
    clock: { now: () => new Date(now) },
    log: createLog("error", { write: () => undefined }),
  });
}

process.on("message", (order: Order) => {
  now = order.now;
  void (async () => {
    if (order.start !== undefined) app = await start(order.start);
    if (order.ask === true && app !== null) await askWarnings(app.parts);
    await app?.worker.settle();
    process.send?.("settled");
  })();
});
