import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** Bytes below which it isn't worth it: they fit into one packet. */
const least = 1_000;

/**
 * A page gzipped, where the browser takes that; everything else goes as it is, streams above all. Pages hold no secret beside what a
 * stranger could have put there: forms are proven by where they come from, and a cookie isn't sent with other sites' requests.
 */
export async function gzipped(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/html") || !/\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.append("vary", "accept-encoding");
  if (bytes.byteLength < least) return new Response(bytes, { status: response.status, headers });
  headers.set("content-encoding", "gzip");
  return new Response(new Uint8Array(await compress(bytes)), { status: response.status, headers });
}
