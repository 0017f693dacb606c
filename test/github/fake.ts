import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Repository } from "../../src/domain/release-types.ts";
import { createGitHub } from "../../src/github/app.ts";
import type { GitHubApp, GitHubRepository } from "../../src/github/types.ts";
import { createLog } from "../../src/settings/log.ts";

export interface Asked {
  /** `GET /api/v3/…` with the query, as it came over the wire. */
  line: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** The connection is dropped instead. */
  drop?: boolean;
  /** Never answered. */
  hang?: boolean;
}

/** Says what comes back for a request; undefined: 404. */
export type Answering = (asked: Asked, nth: number) => Answer | undefined;

export const acme: Repository = {
  id: 7,
  installationId: 1,
  owner: "acme",
  ownerId: 70,
  ownerType: "Organization",
  name: "widget",
  private: false,
  defaultBranch: "main",
};

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** A server that answers as a test says, and our client for it. */
export class Fake {
  readonly asked: Asked[] = [];
  readonly verbs: string[] = [];
  readonly logLines: string[] = [];
  /** What is asked for beyond the installation's token. */
  answer: Answering = () => undefined;
  /** The answer to the request for an installation's token. */
  token: Answer = { status: 201, body: { token: "ghs_fake", expires_at: "2099-01-01T00:00:00Z", permissions: {} } };
  now = new Date("2026-11-02T10:00:00Z");
  url = "";
  github!: GitHubApp;
  close: () => Promise<void> = () => Promise.resolve();

  get widget(): GitHubRepository {
    return this.github.repository(acme);
  }

  /** Method and path of what was asked, without the requests for tokens. */
  get lines(): string[] {
    return this.asked.map(({ line }) => line.replace("/api/v3", "")).filter((line) => !line.includes("/access_tokens"));
  }

  static async start(answer?: Answering): Promise<Fake> {
    const fake = new Fake();
    if (answer !== undefined) fake.answer = answer;
    const server = createServer((request, response) => void fake.#handle(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    fake.close = async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    };
    fake.github = createGitHub({
      appId: 5,
      privateKey: () => privateKey,
      clientId: "Iv1.client",
      clientSecret: () => "the-client-secret",
      webhookSecret: () => "a-webhook-secret-of-32-characters",
      githubUrl: fake.url,
      now: () => fake.now,
      log: createLog("debug", { write: (line) => void fake.logLines.push(line) }),
      onCall: (verb) => void fake.verbs.push(verb),
    }).github;
    return fake;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked: Asked = {
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    this.asked.push(asked);
    const minting = asked.line.endsWith("/access_tokens");
    const given = minting ? this.token : this.answer(asked, this.asked.filter((one) => one.line === asked.line).length);
    const { status, body, headers, drop, hang } = given ?? { status: 404, body: { message: "Not Found" } };
    if (hang === true) return;
    if (drop === true) return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body ?? {}));
  }
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error("it should have failed");
    },
    (error: unknown) => error,
  );
}
