import { Refusal } from "../../domain/errors.ts";

/** What a sealed box (libsodium's crypto_box_seal) adds to its text: a one-time public key and an authentication tag. */
const overhead = 32 + 16;

/** An npm token has 40 characters today; anything outside of this, in bytes, is something else. */
const text = { least: 20, most: 512 };

/** GitHub's limit for a secret, in bytes. */
const gitHubLimit = 48 * 1024;

/**
 * Refuses what can't be a token sealed to an environment's key. It can't be opened here, so only its form is looked at.
 * The sentence never repeats what was given.
 */
export function refuseUnsealed(ciphertext: string): void {
  if (ciphertext.length === 0)
    throw new Refusal(
      "bad-input",
      "No sealed token arrived. Sealing needs JavaScript: allow it for this page and try again.",
    );
  const bytes = Buffer.from(ciphertext, "base64");
  if (ciphertext.length > gitHubLimit || bytes.length > text.most + overhead)
    throw new Refusal("bad-input", "That is too long for a sealed npm token. Paste the token alone and seal it again.");
  if (bytes.toString("base64") !== ciphertext || bytes.length < text.least + overhead || looksPlain(bytes))
    throw new Refusal("bad-input", "That is not a sealed token. Open the page again and seal the token there.");
}

/** Something that was only encoded, not sealed, must not be stored. */
function looksPlain(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}
