import { Hono } from "hono";
import { secured } from "../headers.ts";
import type { WebParts } from "../parts.ts";
import type { Visible } from "../visible.ts";
import { answer, failed } from "./answer.ts";
import { openApi } from "./openapi.ts";
import { apiRoutes } from "./routes.ts";

/** The API for people's programs; mount it at `/api/v1`. What it doesn't know is a 404 in JSON; what it knows stands in `openapi.json`. */
export function createApi(parts: WebParts, visible: Visible): Hono {
  const app = new Hono();
  for (const route of apiRoutes)
    app.on(route.method, route.path, (context) =>
      answer(parts, visible, route, context.req.raw, { ...context.req.param() }),
    );
  const document = JSON.stringify(openApi());
  app.get("/openapi.json", () =>
    secured(new Response(document, { headers: { "content-type": "application/json" } }), parts.publicUrl),
  );
  app.all("*", () =>
    secured(failed({ status: 404, code: "not-found", message: "There is nothing here." }), parts.publicUrl),
  );
  return app;
}
