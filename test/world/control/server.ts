import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { answer, read } from "../registry/http.ts";
import type { Verb } from "./verbs.ts";

/** Where a world is told what to do: `POST /<verb>` with JSON and `Authorization: Bearer <key>`. */
export interface Control {
  url: string;
  key: string;
  close(): Promise<void>;
}

/** Listens on a random port of loopback. Bad input gets 400 or 404 with a sentence, and changes nothing. */
export async function startControl(verbs: Record<string, Verb>): Promise<Control> {
  const key = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    void serve(request, verbs, key)
      .catch((error: unknown) => ({
        status: 500,
        body: { error: error instanceof Error ? error.message : String(error) },
      }))
      .then(({ status, body }) => answer(response, status, body, { connection: "close" }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    key,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  verbs: Record<string, Verb>,
  key: string,
): Promise<{ status: number; body: unknown }> {
  const text = (await read(request)).toString();
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${key}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { status: 401, body: { error: "Give the key of the world's first line as a bearer token." } };
  const name = (request.url ?? "/").slice(1);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (request.method !== "POST" || verb === undefined)
    return {
      status: 404,
      body: { error: `There is no ${request.method} /${name}: POST to one of ${Object.keys(verbs).join(", ")}.` },
    };
  try {
    return { status: 200, body: (await verb(text === "" ? {} : JSON.parse(text))) ?? {} };
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 400, body: { error: `${name}: the body is not JSON.` } };
    if (error instanceof z.ZodError) return { status: 400, body: { error: `${name}: ${z.prettifyError(error)}` } };
    return { status: 409, body: { error: `${name}: ${error instanceof Error ? error.message : String(error)}` } };
  }
}
