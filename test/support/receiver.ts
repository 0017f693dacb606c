import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { SMTPServerOptions } from "smtp-server";

/** A request as it came over the wire. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What takes messages: keeps each, and answers as a test wants. */
export interface Receiver {
  url: string;
  received: Received[];
  /** For all that follow. */
  answer: (response: ServerResponse) => void;
  /** Cuts all connections, those that wait for an answer too. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Answers with a status, a body and headers. */
export function says(status: number, body = "", headers: Record<string, string> = {}): Receiver["answer"] {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** A receiver on loopback that takes everything, as Slack does where all is well. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      receiver.received.push({ method, path, headers, body });
      receiver.answer(response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: says(200, "ok"),
    hangUp: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return receiver;
}

/** A letter as a mail server got it. */
export interface Letter {
  from: string;
  to: string[];
  raw: string;
}

/** A real mail server on loopback; options bend it. */
export async function startMailServer(
  options: SMTPServerOptions = {},
): Promise<{ port: number; letters: Letter[]; close(): Promise<void> }> {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      let raw = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => (raw += chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({ from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map((one) => one.address), raw });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    close: async () => await new Promise<void>((done) => server.close(() => done())),
  };
}
