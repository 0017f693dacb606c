import { Refusal } from "../domain/errors.ts";
import { carriesToken } from "../domain/npm-token.ts";

/** Bytes that a form of ours may have: a sealed token of GitHub's limit fits, nothing much larger. */
export const formLimit = 200_000;

/** A form's fields, each with one value. */
export type Fields = ReadonlyMap<string, string>;

/** Fields that hold what was sealed; every other field is looked at for secrets that got there by mistake. */
const sealedFields = /^(?:sealed|ciphertext(?:-\d+)?)$/;

/**
 * Reads a posted form.
 * @throws Refusal where it is too large, of another type, or carries a token in clear
 */
export async function readForm(request: Request): Promise<Fields> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded"))
    throw new Refusal("bad-input", "That was not sent by a form of this site: open the page again.");
  const text = await readAtMost(request, formLimit);
  if (text === null) throw new Refusal("bad-input", "That is too much for this form: shorten it and send it again.");
  const fields = new Map(new URLSearchParams(text));
  for (const [name, value] of fields)
    if (!sealedFields.test(name) && carriesToken(value))
      throw new Refusal(
        "bad-input",
        "There is an npm token in a field that is not for it, and it was sent as it is. Nothing was kept: revoke that token at npm.",
      );
  return fields;
}

/** A field that has to be there. */
export function required(fields: Fields, name: string, what: string): string {
  const value = (fields.get(name) ?? "").trim();
  if (value === "") throw new Refusal("bad-input", `${what} is missing.`);
  return value;
}

/** What nobody sees and would only turn the text around it: control characters but for the line's end, marks of direction. */
const unseen = /(?:(?!\n)[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069])+/gu;

/** A line or a few of free text, without what nobody sees; null where nothing was written. */
export function words(fields: Fields, name: string, what: string): string | null {
  const value = (fields.get(name) ?? "").replace(/\r\n/g, "\n").replace(unseen, " ").trim();
  if (value.length > 1_000) throw new Refusal("bad-input", `${what} is too long: use at most 1,000 characters.`);
  return value === "" ? null : value;
}

/** A whole number that GitHub gave as an id. */
export function idOf(text: string | null | undefined): number | null {
  return /^[1-9]\d{0,15}$/.test(text ?? "") ? Number(text) : null;
}

/** A body's text; null where it is larger. */
export async function readAtMost(request: Request, limit: number): Promise<string | null> {
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    size += next.value.byteLength;
    if (size > limit) {
      await reader?.cancel();
      return null;
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}
