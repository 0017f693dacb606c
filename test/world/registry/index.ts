/**
 * An npm registry on loopback: Verdaccio stores the packages, and a front before it has npm's own rules, each with its source where it
 * stands: tokens of every kind, second factors, stages, trusted publishers, publishing access, version statuses, provenance.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Accounts, digest } from "./accounts.ts";
import { Candidates } from "./candidates.ts";
import { controlsOf } from "./controls.ts";
import type { Ask, Front } from "./front.ts";
import { answer, read } from "./http.ts";
import { operationOf } from "./operations.ts";
import type { Operation } from "./operations.ts";
import { Attestations } from "./provenance.ts";
import { route } from "./route.ts";
import { startStore } from "./store.ts";
import { TrustBook } from "./trust.ts";
import type { RegistryFaults, RegistryHabits, RegistryLine } from "./types.ts";

export type { StageItem } from "./candidates.ts";
export type { Elsewhere } from "./controls.ts";
export type { OperationName } from "./operations.ts";
export type { VersionStatus } from "./packages.ts";
export type { Trust, TrustConfig } from "./trust.ts";
export type { Packument, PersonAtNpm, RegistryFaults, RegistryHabits, RegistryLine } from "./types.ts";

const usual: RegistryHabits = {
  listsTokens: false,
  forgets: true,
  stagesNew: false,
  stageOnlyApproves: true,
  disallowedAsOtp: false,
  tellsStatus: true,
  showsPublic: false,
  attaches: true,
  answersAgain: false,
};

export async function startRegistry(options: { now?: () => Date } = {}) {
  const now = options.now ?? ((): Date => new Date());
  const log: RegistryLine[] = [];
  const faults: RegistryFaults = { down: false, hold: null, status: null, unanswered: new Map() };
  const front: Front = {
    now,
    origin: "",
    server: "https://github.com",
    accounts: new Accounts(now),
    store: await startStore(),
    candidates: new Candidates(),
    trusted: new TrustBook(),
    attestations: new Attestations(),
    habits: { ...usual },
    settings: new Map(),
    rights: new Map(),
    everPublic: new Set(),
    held: new Set(),
  };

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 500, { error: String(error) });
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", front.origin);
    const body = await read(request);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    await faults.hold?.(request.method ?? "", url.pathname);
    const token = bearer === "" ? null : front.accounts.live(bearer);
    const ask = { request, response, url, body, bearer, token };
    const operation = operationOf(request.method ?? "", decodeURIComponent(url.pathname));
    const line = noted(ask, operation);
    response.on("finish", () => void (line.status = response.statusCode));
    if (faults.down) return void request.socket.destroy();
    const bad = typeof faults.status === "function" ? faults.status(line.method, line.path) : faults.status;
    if (bad !== null) return answer(response, bad, { error: "the registry has a bad day" });
    const unanswered = operation === null ? undefined : faults.unanswered.get(operation.name);
    if (unanswered === "before") return;
    if (unanswered === "after") mute(response);
    await route(front, ask, operation);
  }

  function noted({ request, url, bearer, token }: Ask, operation: Operation | null): RegistryLine {
    const otp = request.headers["npm-otp"];
    const line: RegistryLine = {
      at: now(),
      method: request.method ?? "",
      path: url.pathname.replace(/npm_\w+/g, "npm_…"),
      operation: operation?.name ?? null,
      user: token?.owner ?? null,
      otp: otp !== undefined,
      otpDigest: otp === undefined ? null : digest(String(otp)),
      token: bearer === "" ? null : digest(bearer),
      status: 0,
    };
    log.push(line);
    return line;
  }

  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  front.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${front.origin}/`,
    log,
    faults,
    habits: front.habits,
    ...controlsOf(front),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((ended) => server.close(() => ended()));
      await front.store.close();
    },
  };
}

/** Whatever is answered gets lost. */
function mute(response: ServerResponse): void {
  response.writeHead = () => response;
  response.end = () => response;
}
