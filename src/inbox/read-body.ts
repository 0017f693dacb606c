/** GitHub sends no payload larger than this (25 MB, "Webhook events and payloads", section "Payload cap"). */
export const largestBody = 25 * 1024 * 1024;

/** How much may be on its way into memory at once, over all requests. */
const largestTotal = 8 * largestBody;

export type BodyRead =
  { kind: "read"; bytes: Uint8Array } | { kind: "too-large" } | { kind: "too-busy" } | { kind: "broken" };

/** Reads bodies to the end, never more of one than `largest`, nor of all together than `total`. */
export function makeBodyReader(largest = largestBody, total = largestTotal): (request: Request) => Promise<BodyRead> {
  let underWay = 0;
  return async (request) => {
    if (Number(request.headers.get("content-length") ?? "0") > largest) return { kind: "too-large" };
    if (request.body === null) return { kind: "read", bytes: new Uint8Array() };
    const chunks: Uint8Array[] = [];
    const reader = request.body.getReader();
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        size += value.length;
        underWay += value.length;
        if (size > largest || underWay > total) {
          await reader.cancel();
          return { kind: size > largest ? "too-large" : "too-busy" };
        }
        chunks.push(value);
      }
    } catch {
      return { kind: "broken" };
    } finally {
      underWay -= size;
    }
    return { kind: "read", bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) };
  };
}
