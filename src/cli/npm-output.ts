import * as z from "zod/mini";

/** What npm said of a token that it made, as far as it said it. */
export interface Made {
  /** The token, or the text in which it is. */
  text: string;
  name: string | null;
  /** npm's own id of it. */
  key: string | null;
  /** ISO */
  expiresAt: string | null;
  bypass2fa: boolean;
}

const made = z.object({
  token: z.string(),
  name: z.nullish(z.string()),
  key: z.nullish(z.string()),
  id: z.nullish(z.string()),
  // The registry says `expiry`; the command line of npm 11 looks for `expires`.
  expiry: z.nullish(z.string()),
  expires: z.nullish(z.string()),
  bypass_2fa: z.nullish(z.boolean()),
});

const starred =
  "npm has put stars in place of the token: npm 11 does so with --json and --parseable. The token can't be had any more: revoke it, run the command without them, and give what it prints.";

/**
 * Reads what was given on standard input or at the prompt: what `npm token create` printed (as JSON or in words), or the token in
 * whatever else `readToken` finds it in. Problems never repeat what was given.
 */
export function readNpmOutput(given: string): Made | { problem: string } {
  if (/npm_\*{3}|\[REDACTED_NPM_SECRET\]/.test(given)) return { problem: starred };
  const words = /Created token (\S+)/.exec(given)?.[1];
  if (words !== undefined) return { ...nothing, text: words, expiresAt: instant(/^expires: (.+)$/m.exec(given)?.[1]) };
  const start = given.indexOf("{");
  // A variable's name in an .npmrc has a brace, too.
  if (start < 0 || given[start - 1] === "$") return { ...nothing, text: given };
  const read = made.safeParse(json(given.slice(start)));
  if (!read.success)
    return { problem: "That is not the JSON of `npm token create --json`: a text `token` is missing in it." };
  const { token, name, key, id, expiry, expires, bypass_2fa } = read.data;
  return {
    text: token,
    name: name ?? null,
    key: key ?? id ?? null,
    expiresAt: instant(expiry ?? expires),
    bypass2fa: bypass_2fa ?? false,
  };
}

const nothing = { name: null, key: null, expiresAt: null, bypass2fa: false };

function instant(text: string | null | undefined): string | null {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
