import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { permits } from "../judge/index.ts";
import type { Verdict } from "../judge/index.ts";
import { callerOf } from "./auth.ts";
import type { Core } from "./core.ts";
import type { Engine } from "./engine.ts";
import { Answer, forbidden } from "./errors.ts";
import { handlers } from "./handlers/index.ts";
import type { Caller, Reply } from "./handlers/types.ts";
import { signInPages } from "./oauth.ts";
import type { Webhooks } from "./webhooks.ts";

/** Listens on a random loopback port: GitHub's API at `/` and `/api/v3`, its sign-in pages below `/login`. */
export async function serve(core: Core, engine: Engine, hooks: Webhooks): Promise<{ close(): Promise<void> }> {
  const pages = signInPages(core);
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", core.url);
    const text = await textOf(request);
    if (await pages(request, response, url, text)) return;
    await answerCall(core, engine, hooks, request, response, url, text);
  }
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  core.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { close: async () => await close(server) };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function answerCall(
  core: Core,
  engine: Engine,
  hooks: Webhooks,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  text: string,
): Promise<void> {
  const method = request.method ?? "GET";
  const body = parseBody(text);
  const call = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    ...(body === undefined ? {} : { body }),
  };
  const verdict = core.judge.request(call);
  const line = {
    at: core.now(),
    method,
    path: url.pathname,
    operationId: verdict.operationId,
    auth: "none" as Caller["kind"],
    status: 0,
  };
  core.log.push(line);
  const fault = verdict.operationId === null ? null : core.faults.of(verdict.operationId);
  await fault?.before?.();
  let reply: Reply & { headers?: Record<string, string> };
  try {
    const caller = callerOf(core, request.headers.authorization);
    line.auth = caller.kind;
    if (fault?.status !== undefined)
      throw new Answer(
        fault.status,
        fault.message ?? "Injected fault",
        fault.headers === undefined ? {} : { headers: fault.headers },
      );
    reply = await perform({ core, engine, hooks }, verdict, caller, url, body);
  } catch (error) {
    if (!(error instanceof Answer)) throw error;
    reply = { status: error.status, body: error.body, headers: error.headers };
  }
  line.status = reply.status;
  await fault?.after?.();
  core.changed();
  if (fault?.dropAnswer === true) return void request.socket.destroy();
  if (verdict.operationId !== null) core.judge.reply(verdict.operationId, reply.status, reply.body);
  send(response, reply);
}

async function perform(
  parts: { core: Core; engine: Engine; hooks: Webhooks },
  verdict: Verdict,
  caller: Caller,
  url: URL,
  body: unknown,
): Promise<Reply> {
  const { operationId } = verdict;
  const handler = operationId === null ? undefined : handlers[operationId];
  if (operationId === null || handler === undefined)
    throw new Answer(501, `The simulated GitHub doesn't have ${operationId ?? url.pathname}`);
  if (verdict.violations.length > 0) throw new Answer(422, verdict.violations.join("; "));
  if (caller.kind === "installation" && !verdict.enabledForGitHubApps) throw forbidden();
  if ((caller.kind === "installation" || caller.kind === "person") && !permits(caller.app.permissions, operationId))
    throw forbidden();
  return await handler({
    ...parts,
    caller,
    path: verdict.parameters,
    query: url.searchParams,
    body: (body ?? {}) as Record<string, unknown>,
  });
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

let asked = 0;

function send(response: ServerResponse, reply: Reply & { headers?: Record<string, string> }): void {
  asked += 1;
  const reset = String(Math.floor(Date.now() / 1000) + 3600);
  response.writeHead(reply.status, {
    "content-type": "application/json; charset=utf-8",
    "x-github-request-id": `WORLD:${asked}`,
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(Math.max(1, 5000 - asked)),
    "x-ratelimit-used": String(asked),
    "x-ratelimit-reset": reset,
    "x-ratelimit-resource": "core",
    ...reply.headers,
  });
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
}
