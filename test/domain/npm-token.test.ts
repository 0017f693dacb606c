import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carriesToken, isSeed, readToken, tokenChecksum } from "../../src/domain/npm-token.ts";

const random = fc.string({ unit: fc.constantFrom(..."ABCxyz0189Qq"), minLength: 30, maxLength: 30 });
const good = `npm_${"a".repeat(30)}${tokenChecksum("a".repeat(30))}`;

test("the checksum is CRC-32 in base 62, as in a token that GitHub's documentation shows", () => {
  expect(tokenChecksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ")).toBe("0mLq17");
});

describe("a token", () => {
  test("is taken with a right checksum, whatever the order of its alphabet", () => {
    const other = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    fc.assert(
      fc.property(random, (body) => {
        for (const token of [`npm_${body}${tokenChecksum(body)}`, `npm_${body}${tokenChecksum(body, other)}`])
          expect(readToken(token)).toEqual({ token });
      }),
    );
  });

  test("with one character changed is warned of", () => {
    fc.assert(
      fc.property(random, fc.nat(29), (body, at) => {
        const token = `npm_${body}${tokenChecksum(body)}`;
        const changed = `${token.slice(0, 4 + at)}${token[4 + at] === "Z" ? "Y" : "Z"}${token.slice(5 + at)}`;
        expect(readToken(changed)).toEqual({ token: changed, warning: expect.stringContaining("checksum") as string });
      }),
    );
  });

  test.each([
    `  ${good}\n`,
    `"${good}"`,
    `//registry.test/:_authToken=${good}`,
    `registry=https://registry.test/\n//registry.test/:_authToken="${good}"\nalways-auth=true\n`,
    `NPM_TOKEN=${good}`,
    `export NODE_AUTH_TOKEN='${good}'`,
    `Bearer ${good}`,
  ])("is found in %j", (text) => {
    expect(readToken(text)).toEqual({ token: good });
  });
});

test.each([
  ["", "Paste the npm token"],
  [`ghp_${"a".repeat(36)}`, "GitHub token"],
  [`github_pat_${"a".repeat(80)}`, "GitHub token"],
  ["ghs_1_abc.def", "GitHub token"],
  ["JBSWY3DPEHPK3PXP", "seed"],
  ["jbsw y3dp ehpk 3pxp jbsw y3dp", "seed"],
  ["otpauth://totp/npm:alice?secret=JBSWY3DPEHPK3PXP", "seed"],
  ["493817", "one-time code"],
  ["0123456789abcdef".repeat(4), "recovery code"],
  ["//registry.test/:_authToken=${NPM_TOKEN}", "variable"],
  ["npm_aBcD...7890", "shortened"],
  ["npm_abc", "too short"],
  [`npm_${"a".repeat(600)}`, "too long"],
  [`npm_abc def ${"a".repeat(40)}`, "no npm token has"],
  ["11111111-2222-3333-4444-555555555555", "not an npm token"],
])("%j is refused", (text, words) => {
  expect(readToken(text)).toEqual({ problem: expect.stringContaining(words) as string });
});

test("what it says never repeats what was given", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ minLength: 12 }),
        random.map((body) => `npm_${body}AAAAAA`),
        random.map((body) => `ghp_${body}`),
      ),
      (given) => {
        const read = readToken(given);
        const said = "problem" in read ? read.problem : (read.warning ?? "");
        expect(said.includes(given.trim()) && given.trim() !== "").toBe(false);
      },
    ),
  );
});

test("free text with a token in it is noticed", () => {
  expect(carriesToken(`use ${good} please`)).toBe(true);
  expect(carriesToken("npm_config_registry and npm_lifecycle_event")).toBe(false);
});

test("hexadecimal text is no seed", () => {
  expect(isSeed("abcdef2345672345")).toBe(false);
  expect(isSeed("GEZD GNBV GY3T QOJQ")).toBe(true);
});
