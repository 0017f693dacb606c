/** Serves the dashboard, and beside it a bare page of Hono that streams: a process of its own, whose memory is that of a server. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import { createWeb } from "../../src/web/index.ts";
import { beginSession } from "../../src/web/session.ts";
import { ensureAssets } from "../build-assets.ts";
import { webParts } from "./web-parts.ts";
import type { Answers } from "./web-parts.ts";

/** What the server is asked for, and what it answers. */
export type Order =
  { begin: { databaseUrl: string; people: number } & Omit<Answers, "now"> & { now: string } } | "weigh" | "end";
export type Reply = { port: number; cookies: string[] } | { megabytes: number; held: number; listeners: number };

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;
let size = (): number => 0;
let stop = (): Promise<void> => Promise.resolve();

async function begin({ databaseUrl, people, ...of }: Exclude<Order, string>["begin"]): Promise<Reply> {
  await ensureAssets();
  const store = await openStore({ databaseUrl, log: quiet });
  const answers = { ...of, now: new Date(of.now) };
  const parts = webParts(store, answers);
  const expiresAt = new Date(answers.now.getTime() + 8 * 3_600_000);
  const cookies: string[] = [];
  for (let id = 1; id <= people; id += 1) {
    const cookie = await beginSession(parts, { id, login: `person-${id}` }, { accessToken: `x${id}`, expiresAt });
    cookies.push(cookie.split(";")[0] ?? "");
  }
  const app = new Hono();
  app.get("/bare", (context) =>
    context.body(bareStream(context.req.raw.signal), 200, { "content-type": "text/event-stream" }),
  );
  app.route("/", createWeb(parts));
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  size = () => parts.live.size();
  stop = async () => {
    parts.live.close();
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    await store.close();
  };
  return { port: (server.address() as AddressInfo).port, cookies };
}

function bareStream(signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("data:\n\n"));
      signal.addEventListener("abort", () => controller.close());
    },
    cancel: () => undefined,
  });
}

function weigh(): Reply {
  for (let round = 0; round < 4; round += 1) collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { megabytes: rss / 1024 ** 2, held: (heapUsed + external) / 1024 ** 2, listeners: size() };
}

process.on("message", (order: Order) => {
  void (async () => {
    if (order === "end") {
      await stop();
      process.disconnect();
    } else process.send?.(order === "weigh" ? weigh() : await begin(order.begin));
  })();
});
