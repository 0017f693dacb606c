import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether `header` (`x-hub-signature-256`) is the HMAC-SHA256 of the raw bytes under one of the secrets. All are tried, and in
 * constant time, so that nothing is learnt from how long it took. An empty secret never matches.
 */
export function signatureHolds(body: Uint8Array, header: string, secrets: readonly string[]): boolean {
  if (!/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  const given = Buffer.from(header.slice("sha256=".length), "hex");
  let holds = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const matches = timingSafeEqual(createHmac("sha256", secret).update(body).digest(), given);
    holds ||= matches;
  }
  return holds;
}
