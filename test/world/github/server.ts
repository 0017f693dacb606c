import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Verdict } from "../judge/index.ts";
import { refuseUnlessAllowed } from "./access.ts";
import { callerOf } from "./auth.ts";
import type { Core, LogLine } from "./core.ts";
import type { Engine } from "./engine.ts";
import { Answer } from "./errors.ts";
import type { Handled, RequestFault } from "./faults.ts";
import { handlers } from "./handlers/index.ts";
import type { Reply } from "./handlers/types.ts";
import type { Page } from "./page.ts";
import { pages as pagesOf } from "./pages.ts";
import type { Hands } from "./register.ts";
import type { Webhooks } from "./webhooks.ts";

/** What every request needs. */
interface Parts {
  core: Core;
  engine: Engine;
  hooks: Webhooks;
}

/** GitHub's API, on a port or called in this process. */
export interface Served {
  /** The same API without a port: a request that is dropped fails as one over a broken connection does. */
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** Listens on a random loopback port: GitHub's API at `/` and `/api/v3`, its sign-in pages below `/login`. */
export async function serve(hands: Hands, engine: Engine, hooks: Webhooks): Promise<Served> {
  const { core } = hands;
  const pages = pagesOf(hands);
  const parts = { core, engine, hooks };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", core.url);
    const text = await textOf(request);
    const method = request.method ?? "GET";
    const page = pages({ method, url, text, cookie: request.headers.cookie ?? "" });
    if (page !== null) return await answerPage(core, request, response, url, page);
    const answer = await answerCall(parts, { method, headers: request.headers, url, text });
    if (answer === dropped) return drop(request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  core.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    close: async () => await close(server),
    async fetch(request) {
      const { method } = request;
      const headers = Object.fromEntries(request.headers);
      const answer = await answerCall(parts, {
        method,
        headers,
        url: new URL(request.url),
        text: await request.text(),
      });
      if (answer === dropped) throw new TypeError("fetch failed");
      const { body, status, headers: told } = answer;
      return new Response(status === 204 || status === 304 ? null : body, { status, headers: told });
    },
  };
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

/** Pages and sign-in, with the faults that a test wants there. */
async function answerPage(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  make: () => Page,
): Promise<void> {
  const method = request.method ?? "GET";
  const asked: Handled = { operationId: null, method, path: url.pathname, route: null };
  const fault = core.faults.of(asked);
  await fault?.before?.(asked);
  if (fault?.dropRequest === true) return drop(request);
  const failed = fault?.status === undefined ? null : { status: fault.status, body: "Injected fault", headers: {} };
  const page = failed ?? make();
  await fault?.after?.(asked);
  core.changed();
  if (fault?.dropAnswer === true) return drop(request);
  response.writeHead(page.status, page.headers).end(page.body);
}

/** Whoever asked doesn't learn what became of the request. */
const dropped = Symbol("dropped");

interface Answered {
  status: number;
  headers: Record<string, string>;
  body: string;
}

async function answerCall(
  parts: Parts,
  { method, headers: given, url, text }: { method: string; headers: IncomingHttpHeaders; url: URL; text: string },
): Promise<Answered | typeof dropped> {
  const { core } = parts;
  const body = parseBody(text);
  const asked = { method, path: url.pathname, query: url.searchParams, headers: given };
  const verdict = core.judge.request({ ...asked, ...(body === undefined ? {} : { body }) });
  const { operationId, route } = verdict;
  const line: LogLine = { at: core.now(), method, path: url.pathname, operationId, auth: "none", status: 0 };
  core.log.push(line);
  const handled: Handled = { operationId, method, path: url.pathname, route };
  const fault = core.faults.of(handled);
  await fault?.before?.(handled);
  if (fault?.dropRequest === true) return dropped;
  const headers: Record<string, string> = {};
  let reply: Reply;
  try {
    reply = await perform(parts, {
      verdict,
      line,
      fault,
      headers,
      authorization: given.authorization,
      url,
      body,
    });
  } catch (error) {
    reply = failure(core, verdict, error);
  }
  if (fault?.statusAfter !== undefined) reply = replyOf(injected(fault, fault.statusAfter));
  line.status = reply.status;
  await fault?.after?.(handled);
  core.changed();
  if (fault?.dropAnswer === true) return dropped;
  if (operationId !== null) core.judge.reply(operationId, reply.status, reply.body);
  return written(core, { ...reply, headers: { ...headers, ...reply.headers } });
}

/** The connection breaks: whoever asked doesn't learn what became of the request. */
function drop(request: IncomingMessage): void {
  request.socket.destroy();
}

function injected(fault: RequestFault, status: number): Answer {
  return new Answer(status, fault.message ?? "Injected fault", { headers: fault.headers ?? {} });
}

const replyOf = ({ status, body, headers }: Answer): Reply => ({ status, body, headers });

/** GitHub's own refusals are answers; anything else is a fault of this simulator, which must not pass for one of GitHub's. */
function failure(core: Core, { operationId }: Verdict, error: unknown): Reply {
  if (error instanceof Answer) return replyOf(error);
  const trouble = error instanceof Error ? (error.stack ?? error.message) : String(error);
  core.judge.reply(`the simulated GitHub itself fails in ${operationId ?? "a request"}: ${trouble}`, 500, undefined);
  return replyOf(new Answer(500, `The simulated GitHub itself fails: ${String(error)}`));
}

interface Asked {
  verdict: Verdict;
  line: LogLine;
  fault: RequestFault | null;
  /** Filled with what every answer says about limits. */
  headers: Record<string, string>;
  authorization: string | undefined;
  url: URL;
  body: unknown;
}

async function perform(parts: Parts, asked: Asked): Promise<Reply> {
  const { core } = parts;
  const { verdict, line, fault, authorization, url, body } = asked;
  const { operationId } = verdict;
  const caller = callerOf(core, authorization);
  line.auth = caller.kind;
  const { headers, refusal } = core.limits.count(caller, line.method, operationId, core.now());
  Object.assign(asked.headers, headers);
  if (fault?.status !== undefined) throw injected(fault, fault.status);
  if (refusal !== null) throw refusal;
  const handler = operationId === null ? undefined : handlers[operationId];
  if (operationId === null || handler === undefined)
    throw new Answer(501, `The simulated GitHub doesn't have ${line.method} ${url.pathname}`);
  if (verdict.violations.length > 0) throw new Answer(422, verdict.violations.join("; "));
  const moved = redirect(core, verdict, line);
  if (moved !== null) return moved;
  refuseUnlessAllowed(core, caller, verdict);
  refuseWhereArchived(core, verdict, line.method);
  return await handler({
    ...parts,
    caller,
    token: authorization?.split(" ")[1] ?? "",
    path: verdict.parameters,
    url,
    query: url.searchParams,
    body: (body ?? {}) as Record<string, unknown>,
  });
}

/** From a repository's former name to its id: 301 for what is read, 307 for the rest (docs, "Best practices for using the REST API"). */
function redirect(core: Core, { parameters: { owner = "", repo = "" } }: Verdict, line: LogLine): Reply | null {
  const repository = core.formerlyNamed(owner, repo);
  if (repository === undefined) return null;
  const rest = line.path.replace(/^(?:\/api\/v3)?\/repos\/[^/]+\/[^/]+/, "");
  const location = `${core.url}/api/v3/repositories/${repository.id}${rest}`;
  const body = { message: "Moved Permanently", url: location, documentation_url: "https://docs.github.com/rest" };
  return { status: line.method === "GET" ? 301 : 307, body, headers: { location } };
}

/** An archived repository takes no changes (docs, "Archiving repositories"). */
function refuseWhereArchived(core: Core, { parameters: { owner, repo } }: Verdict, method: string): void {
  if (method === "GET" || owner === undefined || repo === undefined) return;
  if (core.repositoryNamed(owner, repo)?.archived === true)
    throw new Answer(403, "Repository was archived so is read-only.");
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function written(core: Core, reply: Reply): Answered {
  const base = { "content-type": "application/json; charset=utf-8", "x-github-request-id": core.requestId() };
  return {
    status: reply.status,
    headers: { ...base, "x-github-media-type": "github.v3; format=json", ...reply.headers },
    body: reply.body === undefined ? "" : JSON.stringify(reply.body),
  };
}
