import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

/** What looks like a credential, wherever it turns up in a line: npm, GitHub, JWT, a private key's body. */
const looksSecret =
  /npm_[A-Za-z0-9]{20,}|gh[a-z]_[A-Za-z0-9_]{16,}|github_pat_\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN[^-]*KEY-----[^-]*/g;

/** Replaces everything that looks like a credential. */
export function scrub(text: string): string {
  return text.replace(looksSecret, "[secret]");
}

/**
 * The only logger. Objects given to it hold ids, codes and times; as a second fence, fields with telling names are left out and
 * every line is scrubbed of what looks like a credential before it is written.
 */
export function createLog(level: string, destination: { write(line: string): void } = process.stdout): Logger {
  const stream: DestinationStream = { write: (line: string) => void destination.write(scrub(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          "token",
          "code",
          "secret",
          "authorization",
          "cookie",
          "password",
          "body",
          "headers",
          "request",
          "response",
          "event",
          "*.token",
          "*.authorization",
          "*.cookie",
          "*.headers",
          "*.request",
          "*.response",
        ],
        remove: true,
      },
      serializers: {
        err: (error: unknown) => ({
          type: error instanceof Error ? error.name : "unknown",
          message: error instanceof Error ? error.message : "",
        }),
      },
    },
    stream,
  );
}
