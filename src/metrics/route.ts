import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Metrics } from "./index.ts";

/** `GET /`: all figures, for whoever brings the token (`Authorization: Bearer …`); 401 for everybody else. Mount it at `/metrics`. */
export function metricsRoute(metrics: Pick<Metrics, "text">, token: string): Hono {
  const expected = digest(token);
  return new Hono().get("/", async (context) => {
    const [, given = ""] = /^bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "") ?? [];
    const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
    if (!timingSafeEqual(digest(given), expected))
      return context.text("Metrics are read with `Authorization: Bearer` and METRICS_TOKEN.\n", 401, {
        ...headers,
        "www-authenticate": "Bearer",
      });
    const { type, text } = await metrics.text();
    return context.body(text, 200, { ...headers, "content-type": type });
  });
}

/** Of one length whatever is given, so that comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
