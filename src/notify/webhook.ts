import { createHmac } from "node:crypto";
import type { Letter } from "./types.ts";

const prefix = "whsec_";

/** The body that generic webhooks get; docs/notifications.md says what is in it. Fields may be added; others need a new version. */
export function webhookBody({ message, at }: Letter): string {
  const { kind, ...data } = message;
  return JSON.stringify({ version: 1, type: kind, timestamp: at.toISOString(), data });
}

/** A secret as the Standard Webhooks specification writes one: `whsec_` and base64 of random bytes (24 to 64). */
export function webhookSecret(random: Uint8Array): string {
  return prefix + Buffer.from(random).toString("base64");
}

/**
 * The three headers of the Standard Webhooks specification: the signature is HMAC-SHA256 over `id.timestamp.body` with the bytes
 * of the secret. `timestamp` is when this try is made, in seconds, so that a late one isn't taken for a replay.
 */
export function signedHeaders(secret: string, id: string, now: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
