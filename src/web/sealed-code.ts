import { Refusal } from "../domain/errors.ts";

/** A sealed box has 48 bytes more than its text; codes have 6 to 64 characters. @throws Refusal */
export function refuseUnsealed(sealed: string): void {
  const bytes = Buffer.from(sealed, "base64");
  const fits = bytes.length >= 48 + 6 && bytes.length <= 48 + 100 && bytes.toString("base64") === sealed;
  if (!fits)
    throw new Refusal(
      "bad-input",
      "That is not a sealed code. Open the page again, with JavaScript allowed, and type the code there.",
    );
}
