import { expect, test } from "vitest";
import { readCode } from "../../src/domain/one-time-code.ts";

test.each([
  ["493817", "493817"],
  [" 493 817\n", "493817"],
  ["12345678", "12345678"],
  ["0123456789abcdef", "0123456789abcdef"],
  ["a1b2c3d4e5f6a7b8".repeat(4), "a1b2c3d4e5f6a7b8".repeat(4)],
])("%j is a code", (text, code) => {
  expect(readCode(text)).toEqual({ code });
});

test.each([
  ["", "Type the code"],
  ["12345", "6 or 8 digits; this has 5"],
  ["1234567", "this has 7"],
  ["JBSWY3DPEHPK3PXP", "seed"],
  ["JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", "seed"],
  ["ABCDEF2345672345", "seed"],
  ["otpauth://totp/npm?secret=JBSWY3DPEHPK3PXP", "seed"],
  [`npm_${"a".repeat(36)}`, "npm token"],
  ["not a code", "not a code"],
])("%j is refused", (text, words) => {
  expect(readCode(text)).toEqual({ problem: expect.stringContaining(words) as string });
});
