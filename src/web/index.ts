import { Hono } from "hono";
import type { Context } from "hono";
import { policyJsonSchema } from "../domain/policy.ts";
import { loadAssets, serveAsset, serveFile } from "./assets.ts";
import { answer, missing } from "./answer.ts";
import { createApi } from "./api/index.ts";
import { secured } from "./headers.ts";
import type { Probe, WebParts } from "./parts.ts";
import { json } from "./responses.ts";
import { routes } from "./routes.ts";
import { sprite } from "./sprite.ts";
import { createVisible } from "./visible.ts";

export type { LiveSession, Probe, Sealer, WebParts } from "./parts.ts";

const schema = policyJsonSchema();

/**
 * The pages as one Hono app. Mount it last (`app.route("/", createWeb(parts))`): it answers every address that nobody before it
 * took, with a 404. The built scripts and styles are read at once; `ensureAssets()` has to have been awaited before.
 * @throws Error where they weren't built
 */
export function createWeb(given: Omit<WebParts, "assets"> & Partial<Pick<WebParts, "assets">>): Hono {
  const parts: WebParts = { ...given, assets: given.assets ?? loadAssets() };
  const visible = createVisible(parts);
  const app = new Hono();
  app.get("/healthz", async () => secured(await probe(parts.probes?.healthz), parts.publicUrl));
  app.get("/readyz", async () => secured(await probe(parts.probes?.readyz), parts.publicUrl));
  // For editors, which sign in nowhere; the same for all.
  app.get("/policy.schema.json", () =>
    secured(json(schema, 200, { "cache-control": "public, max-age=3600" }), parts.publicUrl),
  );
  app.get("/assets/:hash/:name", async (context) => {
    const { hash, name } = context.req.param();
    const file = serveAsset(parts.assets, hash, name, context.req.header("accept-encoding") ?? "");
    return file === null ? await missing(parts, visible, context.req.raw) : secured(file, parts.publicUrl);
  });
  app.get(sprite.path, (context) =>
    secured(serveFile(sprite.file, context.req.header("accept-encoding") ?? ""), parts.publicUrl),
  );
  app.route("/api/v1", createApi(parts, visible));
  for (const route of routes)
    app.on(route.method, route.path, (context) => answer(parts, visible, route, context.req.raw, params(context)));
  app.all("*", (context) => missing(parts, visible, context.req.raw));
  return app;
}

function params(context: Context): Record<string, string> {
  return { ...context.req.param() };
}

async function probe(ask: (() => Probe | Promise<Probe>) | undefined): Promise<Response> {
  const { ok, detail } = (await ask?.()) ?? { ok: true };
  return json({ ok, ...detail }, ok ? 200 : 503);
}
