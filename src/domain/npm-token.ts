/** What a person pasted where an npm token is wanted: the token, perhaps with a warning, or what is wrong with it. */
export type TokenReading = { token: string; warning?: string } | { problem: string };

/** In the checksum's base 62; whether npm counts capitals or small letters first is not documented, so both are known here. */
const alphabets = [
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
] as const;

const checksumLength = 6;

/**
 * Reads what was pasted: a token alone, in quotes, or a whole `.npmrc` (the line with the token is found). Pure; runs in the
 * person's browser, so that nothing but the sealed token leaves it. The form is npm's of 2021 (prefix `npm_`, random part, six
 * characters of checksum; GitHub blog, 2021-09-23, "Announcing npm's new access token format"). Problems and warnings never
 * repeat what was given.
 */
export function readToken(text: string): TokenReading {
  const found = tokenIn(text);
  if (found === "") return { problem: "Paste the npm token: it starts with npm_." };
  const foreign = foreignSecret(found);
  if (foreign !== null) return { problem: foreign };
  if (/^npm_(.)\1*\.{3}|^npm_\w{2,8}(\.{3}|…)/.test(found) || found.includes("…"))
    return {
      problem: "That is the shortened form that npm lists. The whole token is shown only once, when it is made.",
    };
  if (/^npm_[^A-Za-z0-9]|^npm_.*[^A-Za-z0-9]/.test(found))
    return { problem: "There is something in it that no npm token has. Copy the token again, alone." };
  if (!found.startsWith("npm_"))
    return {
      problem: "That is not an npm token: one starts with npm_. (The old kind without it was switched off by npm.)",
    };
  if (found.length < 24)
    return { problem: "That is too short for an npm token: part of it is missing. Copy it again." };
  if (found.length > 512) return { problem: "That is too long for an npm token. Paste the token alone." };
  if (checksumFits(found)) return { token: found };
  return {
    token: found,
    warning:
      "The token's checksum is wrong: most likely a character is missing or changed. Copy it again, or go on if you are sure.",
  };
}

/** True where a text carries what looks like an npm token: free text with one must never be stored. */
export function carriesToken(text: string): boolean {
  return /npm_[A-Za-z0-9]{20,}/.test(text);
}

/** The six characters that end a token of this random part. */
export function tokenChecksum(random: string, alphabet: string = alphabets[0]): string {
  let rest = crc32(random);
  let digits = "";
  while (rest > 0) {
    digits = (alphabet[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return digits.padStart(checksumLength, alphabet[0] ?? "0");
}

function checksumFits(token: string): boolean {
  const random = token.slice("npm_".length, -checksumLength);
  const given = token.slice(-checksumLength);
  return alphabets.some((alphabet) => tokenChecksum(random, alphabet) === given);
}

/** Takes the token out of an `.npmrc`, of `NPM_TOKEN=…` or of quotes. */
function tokenIn(text: string): string {
  const trimmed = text.trim();
  const line = /(?:_authToken|_TOKEN|_AUTH_TOKEN|_SECRET)\s*[=:]\s*["']?([^\s"']+)/i.exec(trimmed);
  const value = line?.[1] ?? trimmed;
  return value
    .replace(/^(?:Bearer\s+)/i, "")
    .replace(/^["'`]+|["'`,;]+$/g, "")
    .trim();
}

function foreignSecret(text: string): string | null {
  if (/^\$\{.*\}$/.test(text)) return "That is the name of a variable, not the token that is in it.";
  if (/^(gh[pousr]_|github_pat_)/.test(text))
    return "That is a GitHub token. Revoke it if it was shown to anybody, and paste the npm token: it starts with npm_.";
  if (isSeed(text))
    return "That looks like the seed of an authenticator app, not a token. It never belongs here: keep it in your authenticator.";
  if (/^\d{6}$|^\d{8}$/.test(text)) return "That is a one-time code. Here goes the npm token: it starts with npm_.";
  if (/^[0-9a-f]{64}$/.test(text))
    return "That looks like a recovery code. Here goes the npm token: it starts with npm_.";
  return null;
}

/**
 * True for the seed of an authenticator app: an `otpauth:` address, or base 32 as apps show it (in groups or not, 16 characters
 * or more). Hexadecimal text is taken for a recovery code instead.
 */
export function isSeed(text: string): boolean {
  if (/^otpauth(-migration)?:/i.test(text.trim())) return true;
  const bare = text.replace(/[\s-]/g, "").replace(/=+$/, "");
  return /^[a-z2-7]{16,128}$/i.test(bare) && !/^[0-9a-f]+$/.test(bare);
}

/** CRC-32 as zip has it (polynomial 0xEDB88320), of ASCII text. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const character of text) {
    crc ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
