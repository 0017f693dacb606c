import { carriesToken, isSeed } from "./npm-token.ts";

/** What a person typed where npm's one-time code is wanted. */
export type CodeReading = { code: string } | { problem: string };

/**
 * Reads a code of 6 digits (authenticator), 8 (mail), or a recovery code (16 or 64 characters); blanks are dropped. Pure; runs in
 * the person's browser, before sealing. A problem never repeats what was given.
 */
export function readCode(text: string): CodeReading {
  const code = text.replace(/[\s\u200b]/g, "");
  if (code === "") return { problem: "Type the code that your authenticator shows, or a recovery code." };
  if (carriesToken(code)) return { problem: "That is an npm token, not a code. It never belongs here." };
  if (/^otpauth/i.test(code)) return { problem: seed };
  if (/^\d{6}$|^\d{8}$|^[0-9a-f]{16}$|^[0-9a-f]{64}$/i.test(code) && !isShoutedSeed(code)) return { code };
  if (isSeed(code)) return { problem: seed };
  if (/^[0-9a-z]{16}$/i.test(code)) return { code };
  if (/^\d+$/.test(code)) return { problem: `A code has 6 or 8 digits; this has ${code.length}.` };
  return { problem: "That is not a code: 6 or 8 digits, or a recovery code of 16 or 64 characters." };
}

const seed =
  "That is the seed of your authenticator, not a code. Keep it secret: with it, anybody can make your codes. Type the code that the app shows.";

/** Apps show seeds in capitals; npm's recovery codes are in small letters. */
function isShoutedSeed(code: string): boolean {
  return /^[A-F2-7]{16,}$/.test(code) && /[A-F]/.test(code);
}
