import type { z } from "zod";
import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import { readAtMost } from "../forms.ts";

/** A body that is too large to be read. */
export class TooLarge extends Error {}

/**
 * What a request brings, as a route wants it: the query of a GET, the JSON body of others.
 * @throws Refusal that names the field, never what was in it
 * @throws TooLarge
 */
export async function readInput(request: Request, url: URL, schema: z.ZodType, limit: number): Promise<unknown> {
  if (request.method === "GET") return read(schema, Object.fromEntries(url.searchParams), "query");
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? ""))
    throw new Refusal("bad-input", "The body isn't JSON: send it with `content-type: application/json`.");
  const text = await readAtMost(request, limit);
  if (text === null) throw new TooLarge();
  // What is sealed is base64, which has no underscore: this is a token in clear, wherever it stands.
  if (carriesToken(text))
    throw new Refusal(
      "bad-input",
      "There is an npm token in the body that was not sealed. Nothing was kept: revoke that token at npm and make a new one.",
    );
  return read(schema, parsed(text), "body");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal("bad-input", "The body isn't JSON.");
  }
}

function read(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where =
    issue === undefined || issue.path.length === 0 ? `The ${part}` : `\`${issue.path.join(".")}\` in the ${part}`;
  throw new Refusal("bad-input", `${where} is not of the form that this API knows.`);
}
