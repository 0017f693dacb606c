import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/settings/settings.ts";
import { variables, variablesTable } from "../../src/settings/variables.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const good = {
  PUBLIC_URL: "https://countersign.example.com/",
  APP_ID: "123",
  PRIVATE_KEY: privateKey,
  CLIENT_ID: "Iv1.abc",
  CLIENT_SECRET: "a-client-secret",
  WEBHOOK_SECRET: "0123456789abcdef",
};

function settingsOf(env: Record<string, string>) {
  const read = readSettings({ ...good, ...env });
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return read;
}

function problemsOf(env: Record<string, string | undefined>): string[] {
  const read = readSettings({ ...good, ...env });
  return read.ok ? [] : read.problems;
}

describe("settings", () => {
  test("need six variables, and have a default for the rest", () => {
    const { settings, secrets } = settingsOf({});
    expect(settings).toEqual({
      publicUrl: "https://countersign.example.com",
      githubUrl: "https://github.com",
      oidcIssuer: "https://token.actions.githubusercontent.com",
      appId: 123,
      clientId: "Iv1.abc",
      host: "127.0.0.1",
      port: 3000,
      logLevel: "info",
      dataFolder: ".countersign",
      registry: null,
      action: null,
      mailFrom: null,
    });
    expect(secrets.smtpUrl).toBeNull();
    expect(secrets.metricsToken).toBeNull();
    expect(secrets.keys).toBeNull();
    expect(secrets.databaseUrl).toBeNull();
  });

  test("report all problems together, each with its variable's name and what to do", () => {
    const read = readSettings({ PORT: "x", LOG_LEVEL: "loud", GITHUB_URL: "github" });
    expect(read.ok).toBe(false);
    const problems = read.ok ? [] : read.problems;
    const names = problems.map((sentence) => sentence.split(" ")[0]);
    expect(names.toSorted()).toEqual(
      [
        "PORT",
        "LOG_LEVEL",
        "GITHUB_URL",
        ...variables.filter((one) => one.otherwise === null).map((one) => one.name),
      ].toSorted(),
    );
    for (const sentence of problems) expect(sentence).toMatch(/^[A-Z_]+ .*: .+\.$/);
  });

  test("show no value of a secret, however they are printed", () => {
    const read = settingsOf({ DATABASE_URL: "postgres://u:hunter22@h/d", COUNTERSIGN_KEYS: `a:${key(7)}` });
    const shown =
      inspect(read, { depth: 20, showHidden: true }) + JSON.stringify(read) + String(read.secrets.clientSecret);
    expect(shown).not.toMatch(/a-client-secret|0123456789abcdef|hunter22|BEGIN|BwcH|7, 7/);
    expect(shown).toContain("[secret]");
    expect(read.secrets.clientSecret.reveal()).toBe("a-client-secret");
    expect(read.secrets.keys?.[0]?.key).toEqual(new Uint8Array(32).fill(7));
  });

  test("never throw, and never repeat a value in a problem", () => {
    const names = variables.map(({ name }) => name);
    const value = fc.string({ unit: fc.constantFrom(..."abC9:/@,. \n-_=?#") });
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...names),
          value.map((text) => `Zq${text}Zq`),
        ),
        (env) => {
          const read = readSettings(env);
          expect(read.ok ? "" : read.problems.join()).not.toContain("Zq");
        },
      ),
    );
  });

  test("are described in docs/settings.md as they are", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/settings.md"), "utf8");
    expect(page).toContain(variablesTable());
  });
});

describe("PUBLIC_URL", () => {
  test.each(["http://127.0.0.1:3000", "http://localhost", "http://[::1]:80", "https://x.example:8443"])(
    "may be %s",
    (url) => expect(problemsOf({ PUBLIC_URL: url })).toEqual([]),
  );
  test.each([
    "http://countersign.example.com",
    "countersign.example.com",
    "ftp://127.0.0.1",
    "https://x.example/countersign",
    "https://x.example/?a=b",
    "https://user:pass@x.example",
    "http://127.0.0.1.example.com",
  ])("may not be %s", (url) =>
    expect(problemsOf({ PUBLIC_URL: url })).toEqual([expect.stringMatching(/^PUBLIC_URL /)]),
  );
});

describe("GITHUB_URL", () => {
  test.each([
    ["https://github.com/", "https://token.actions.githubusercontent.com"],
    ["https://acme.ghe.com", "https://token.actions.acme.ghe.com"],
    ["https://github.acme.example", "https://github.acme.example/_services/token"],
  ])("%s has the issuer %s", (url, issuer) => expect(settingsOf({ GITHUB_URL: url }).settings.oidcIssuer).toBe(issuer));
  test("an issuer of one's own wins", () =>
    expect(settingsOf({ OIDC_ISSUER: "https://x.example/a/" }).settings.oidcIssuer).toBe("https://x.example/a"));
  test("is not the API's address", () => expect(problemsOf({ GITHUB_URL: "https://api.github.com" })).toHaveLength(1));
});

describe("PRIVATE_KEY", () => {
  test.each([
    ["a PEM", privateKey],
    ["a PEM on one line", privateKey.replaceAll("\n", "\\n")],
    ["base64 of it", Buffer.from(privateKey).toString("base64")],
  ])("may be %s", (_, text) =>
    expect(settingsOf({ PRIVATE_KEY: text }).secrets.privateKey.reveal()).toContain("BEGIN RSA PRIVATE KEY"),
  );
  test("may be no other kind of key, and no text", () => {
    const other = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(problemsOf({ PRIVATE_KEY: other })).toEqual([expect.stringMatching(/^PRIVATE_KEY is not an RSA/)]);
    expect(problemsOf({ PRIVATE_KEY: "hello" })).toHaveLength(1);
  });
});

describe("WEBHOOK_SECRET", () => {
  test.each(["development", "Development", "short", "0123456789abcde", "0123456789abcdef,development", "   "])(
    "may not be %j",
    (text) => expect(problemsOf({ WEBHOOK_SECRET: text })).not.toEqual([]),
  );
  test("may be two while it is changed, and not three", () => {
    const two = settingsOf({ WEBHOOK_SECRET: "0123456789abcdef, fedcba9876543210" }).secrets.webhookSecrets;
    expect(two.map((one) => one.reveal())).toEqual(["0123456789abcdef", "fedcba9876543210"]);
    expect(problemsOf({ WEBHOOK_SECRET: "0123456789abcdef,fedcba9876543210,0123456789abcdeg" })).toHaveLength(1);
  });
});

describe("COUNTERSIGN_KEYS", () => {
  test("are needed with DATABASE_URL", () => {
    expect(problemsOf({ DATABASE_URL: "postgresql://h/d" })).toEqual([
      expect.stringMatching(/^COUNTERSIGN_KEYS is missing/),
    ]);
    expect(problemsOf({ DATABASE_URL: "postgresql://h/d", COUNTERSIGN_KEYS: `a:${key(1)}` })).toEqual([]);
  });
  test("keep their order: the first encrypts", () => {
    const { keys } = settingsOf({ COUNTERSIGN_KEYS: `new:${key(2)}, old:${key(1)}` }).secrets;
    expect(keys?.map(({ id }) => id)).toEqual(["new", "old"]);
  });
  test.each([`a:${key(1).slice(4)}`, key(1), `a:${key(1)},`, `a:${key(1)},a:${key(2)}`, `a b:${key(1)}`])(
    "may not be %s",
    (text) => expect(problemsOf({ COUNTERSIGN_KEYS: text })).toHaveLength(1),
  );
});

describe("METRICS_TOKEN", () => {
  test.each(["0123456789abcdef", "Ab-._~+/01234567=="])("may be %s", (token) =>
    expect(settingsOf({ METRICS_TOKEN: token }).secrets.metricsToken?.reveal()).toBe(token),
  );
  test.each(["short", "0123456789abcde", "with a blank in it", "0123456789abcdef\u00e9"])("may not be %s", (token) =>
    expect(problemsOf({ METRICS_TOKEN: token })).toEqual([expect.stringMatching(/^METRICS_TOKEN needs 16 .*openssl/)]),
  );
});

describe("SMTP_URL", () => {
  const from = { MAIL_FROM: "countersign@example.com" };
  test.each([
    "smtp://mail.example.com",
    "smtps://user:p%40ss@mail.example.com:465/",
    "smtp://user%40example.com:password@[::1]:25",
  ])("may be %s", (url) => expect(settingsOf({ ...from, SMTP_URL: url }).secrets.smtpUrl?.reveal()).toBe(url));
  test.each([
    "mail.example.com",
    "https://mail.example.com",
    "smtp://user@mail.example.com",
    "smtp://:password@mail.example.com",
    "smtp://u:%zz@mail.example.com",
    "smtp://mail.example.com/inbox",
    "smtp://mail.example.com?tls=no",
  ])("may not be %s", (url) =>
    expect(problemsOf({ ...from, SMTP_URL: url })).toEqual([expect.stringMatching(/^SMTP_URL /)]),
  );
  test("needs MAIL_FROM, which is one address", () => {
    expect(problemsOf({ SMTP_URL: "smtp://h" })).toEqual([expect.stringMatching(/^MAIL_FROM is missing/)]);
    for (const good of ["a@b.example", "Countersign at Acme <a@b.example>"])
      expect(settingsOf({ SMTP_URL: "smtp://h", MAIL_FROM: good }).settings.mailFrom).toBe(good);
    for (const bad of [
      "a",
      "a@b.example, c@d.example",
      "A <a@b.example> x",
      "A\nBcc: x@y <a@b.example>",
      "<a@b.example>",
    ])
      expect(problemsOf({ SMTP_URL: "smtp://h", MAIL_FROM: bad })).toHaveLength(1);
  });
  test("isn't shown, with its password", () => {
    const read = settingsOf({ ...from, SMTP_URL: "smtp://user:hunter22@h" });
    expect(inspect(read, { depth: 20, showHidden: true }) + JSON.stringify(read)).not.toContain("hunter22");
  });
});

test.each([
  { PORT: "65536" },
  { PORT: "-1" },
  { PORT: "3e3" },
  { APP_ID: "0" },
  { APP_ID: "my-app" },
  { DATABASE_URL: "mysql://h/d", COUNTERSIGN_KEYS: `a:${key(1)}` },
  { NPM_REGISTRY: "http://npm.example.com" },
])("%j is refused", (env) => expect(problemsOf(env)).toHaveLength(1));

test("port 0 takes any that is free", () => expect(settingsOf({ PORT: "0" }).settings.port).toBe(0));
