import type { IncomingMessage, ServerResponse } from "node:http";

export async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A refusal: npm's API description calls its sentence `message`, while npm's CLI shows `error` (npm-registry-fetch, `errors.js`). */
export function refuse(response: ServerResponse, status: number, sentence: string, more: Record<string, unknown> = {}) {
  answer(response, status, { error: sentence, message: sentence, ...more });
}

export function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>npm, simulated</title>${body}</html>`);
}

export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
