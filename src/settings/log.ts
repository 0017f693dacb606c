import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

/**
 * What looks like a credential, wherever it turns up in a line: tokens of npm, GitHub's (the newer ones hold a JWT, with dots),
 * JWTs, a private key's body, passwords in addresses, and what sign-in puts into a query.
 */
const looksSecret: ReadonlyArray<[RegExp, string]> = [
  [/npm_[A-Za-z0-9]{20,}/g, "[secret]"],
  [/gh[a-z]_[\w.-]{16,}/g, "[secret]"],
  [/github_pat_\w{20,}/g, "[secret]"],
  [/eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, "[secret]"],
  [/-----BEGIN[^-]*KEY-----[^-]*(?:-----END[^-]*-----)?/g, "[secret]"],
  [/(:\/\/[^\s:/@"]*:)[^\s@/"]+@/g, "$1[secret]@"],
  [/([?&](?:code|state|token|access_token|client_secret|code_verifier)=)[^&\s"\\]+/g, "$1[secret]"],
];

/** Replaces everything that looks like a credential. */
export function scrub(text: string): string {
  return looksSecret.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
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
