import { createServer, request as ask } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A load balancer in its simplest form. */
export interface Balancer {
  url: string;
  port: number;
  /** Nobody listens any more: connections are refused. */
  shut(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
}

/**
 * Passes requests on to one target after another, no sticky sessions. Where a target refuses the connection the next one is asked; where
 * one dies in the middle the answer is 502, since nobody knows what it had done.
 */
export async function startBalancer(targets: () => string[], port = 0): Promise<Balancer> {
  let turn = 0;
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      turn += 1;
      const all = targets();
      const order = all.map((_, index) => all[(turn + index) % all.length] ?? "");
      pass(request, response, body, order);
    });
  });
  const open = async (on: number): Promise<void> =>
    await new Promise<void>((done) => server.listen(on, "127.0.0.1", () => done()));
  await open(port);
  const at = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${at}`,
    port: at,
    open: async () => await open(at),
    async shut() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // Whoever asked is gone; the answer goes nowhere.
  }
  return Buffer.concat(chunks);
}

function pass(request: IncomingMessage, response: ServerResponse, body: Buffer, targets: string[]): void {
  const [target, ...others] = targets;
  if (target === undefined) return void response.writeHead(502).end();
  const { method, url, headers } = request;
  const asked = ask(new URL(url ?? "/", target), { method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  asked.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED") return pass(request, response, body, others);
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  asked.end(body);
}
