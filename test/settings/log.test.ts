import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLog, scrub } from "../../src/settings/log.ts";
import { Secret } from "../../src/settings/secret.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const word = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const jwt = fc.tuple(word(20), word(60), word(43)).map(([a, b, c]) => `eyJ${a}.${b}.${c}`);
const credentials = fc.oneof(
  word(36).map((text) => `npm_${text}`),
  word(36).map((text) => `ghs_${text}`),
  word(76).map((text) => `ghr_${text}`),
  word(80).map((text) => `github_pat_${text}`),
  jwt,
  jwt.map((text) => `ghs_123456_${text}`),
);

function written(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog("debug", { write: (line) => void lines.push(line) }));
  return lines.join("");
}

describe("the log", () => {
  test("writes no credential, wherever in a line it stands", () => {
    const around = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(credentials, around, around, (credential, before, after) => {
        const text = `${before}\n${credential} ${after}`;
        const line = written((log) => log.info({ detail: { deep: [text] }, [text]: 1 }, text));
        // No part of it either that is long enough to be of use.
        for (const part of credential.split(/[_.]/).filter((one) => one.length > 19)) expect(line).not.toContain(part);
        expect(() => JSON.parse(line) as unknown).not.toThrow();
      }),
    );
  });

  test.each([
    ["postgres://user:hunter2@host/db", "postgres://user:[secret]@host/db"],
    ["GET /sign-in/callback?code=abc123&state=xyz", "GET /sign-in/callback?code=[secret]&state=[secret]"],
    ["-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----", "[secret]"],
    ["release 42 at https://host:8443/releases/x", "release 42 at https://host:8443/releases/x"],
  ])("writes %j as %j", (text, clean) => expect(scrub(text)).toBe(clean));

  test("leaves out fields that hold exchanges, and shows an error as type and sentence", () => {
    const error = Object.assign(new TypeError("it broke"), { request: { body: "swordfish" }, response: "swordfish" });
    const line = written((log) => {
      log.error({ err: error, headers: { cookie: "swordfish" }, body: "swordfish", run: 9 }, "Failed.");
      log.warn({ inner: { headers: "swordfish", request: "swordfish" }, secret: new Secret("swordfish") }, "Failed.");
    });
    expect(line).not.toContain("swordfish");
    expect(line).toContain('"run":9');
    expect(line).toContain('"err":{"type":"TypeError","message":"it broke"}');
  });

  test("is quiet below its level", () => {
    const lines: string[] = [];
    createLog("warn", { write: (line) => void lines.push(line) }).info({}, "no");
    expect(lines).toEqual([]);
  });
});
