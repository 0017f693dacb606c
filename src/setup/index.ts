import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { join } from "node:path";
import { Hono } from "hono";
import { registrationFile } from "../settings/files.ts";
import { loadAssets } from "../web/assets.ts";
import { keepIn } from "./keep.ts";
import { Door } from "./door.ts";
import { setupRoutes } from "./routes.ts";

export interface SetupOptions {
  /** What is set already: PUBLIC_URL and GITHUB_URL, or "". */
  publicUrl: string;
  githubUrl: string;
  host: string;
  port: number;
  /** Folders: of the embedded database, and the one that the server was started in. */
  dataFolder: string;
  folder: string;
  /** 32 bytes as base64url. */
  random: () => string;
  /** Hears the address at which the operator goes on. */
  ready: (link: string) => void;
}

/** How long the last page may take to the browser, in milliseconds: it may hold the only copy of the app's secrets. */
const lastPageMs = 30_000;

/**
 * Serves the set-up and nothing else, until an app was registered; then the port is free again. Returns the settings that were
 * won, by the names of their variables.
 */
export async function setUp(options: SetupOptions): Promise<Record<string, string>> {
  const door = new Door(options.random);
  const places = { data: join(options.dataFolder, registrationFile), env: join(options.folder, ".env") };
  const won = Promise.withResolvers<Record<string, string>>();
  const app = new Hono();
  app.route(
    "/",
    setupRoutes({
      door,
      random: options.random,
      given: { publicUrl: options.publicUrl, githubUrl: options.githubUrl },
      frame: { assets: loadAssets(), places },
      keep: (where, variables) => keepIn(places[where], variables),
      registered: won.resolve,
    }),
  );
  const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port });
  server.once("error", won.reject);
  server.once("listening", () => {
    const { port } = server.address() as AddressInfo;
    const host = ["0.0.0.0", "::"].includes(options.host) ? "localhost" : options.host;
    const here =
      options.publicUrl === "" ? `http://${host.includes(":") ? `[${host}]` : host}:${port}` : options.publicUrl;
    options.ready(`${here}/setup/${door.link}`);
  });
  try {
    return await won.promise;
  } finally {
    // The last page is on its way: connections end by themselves, and no new one is taken.
    await new Promise<void>((done) => {
      server.close(() => done());
      setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), lastPageMs).unref();
    });
  }
}
