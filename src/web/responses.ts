import type { HtmlEscapedString } from "hono/utils/html";

/** Markup whose interpolated values were escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page. */
export async function page(markup: Html, status = 200): Promise<Response> {
  const text = `<!doctype html>\n${(await markup).toString()}`;
  return new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Another page of ours, after a form or for somebody who has to sign in. */
export function goTo(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } });
}

/** A small answer for machines. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(value, { status, headers });
}
