import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createBench } from "./bench.ts";
import type { Bench, Scene } from "./bench.ts";

/** The bench on a loopback port, for a real browser. GitHub's sign-in is a page that comes straight back as `who.login`. */
export async function serveBench(
  scene: Partial<Scene>,
): Promise<{ bench: Bench; who: { login: string }; url: string; close(): Promise<void> }> {
  const who = { login: "alice" };
  let bench: Bench | null = null;
  const server = createServer(
    // Node ignores what a listener returns; this one answers by itself.
    getRequestListener((request) => {
      const url = new URL(request.url);
      if (url.pathname === "/fake-github")
        return Response.redirect(
          `${url.origin}/sign-in/callback?code=${who.login}&state=${url.searchParams.get("state") ?? ""}`,
        );
      return bench?.app.fetch(request) ?? new Response(null, { status: 503 });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bench = createBench(scene, { publicUrl: url });
  return {
    bench,
    who,
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
