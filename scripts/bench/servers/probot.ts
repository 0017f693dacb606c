import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createNodeMiddleware, Probot } from "probot";
import type { Probot as App } from "probot";

// Probot's own middleware with a handler that does nothing and stores nothing.
const [secret = ""] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const probot = new Probot({ appId: 1, privateKey, secret, logLevel: "fatal" });
const middleware = await createNodeMiddleware((app: App) => void app.on("workflow_job", () => undefined), {
  probot,
  webhooksPath: "/",
});
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
