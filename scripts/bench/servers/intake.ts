import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createIntake } from "../../../src/inbox/intake.ts";
import { quiet } from "../../../src/store/log.ts";
import { openStore } from "../../../src/store/open.ts";

// Our intake on a database, as the app mounts it; nobody works on what it stores.
const [databaseUrl = "", secret = ""] = process.argv.slice(2);
const store = await openStore({ databaseUrl, log: quiet });
const intake = createIntake({ store, secrets: [secret], clock: { now: () => new Date() }, log: quiet });
const server = createServer(getRequestListener(intake.fetch));
process.on("message", () => process.exit(0));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
