import { createPrivateKey } from "node:crypto";
import { Secret } from "./secret.ts";

/** What the server is told that anybody may know. */
export interface Settings {
  /** How people and runners reach us, without a slash at the end. */
  publicUrl: string;
  githubUrl: string;
  /** Issuer of GitHub's OIDC tokens. */
  oidcIssuer: string;
  appId: number;
  clientId: string;
  host: string;
  port: number;
  logLevel: "debug" | "info" | "warn" | "error";
  /** Folder of the embedded database and of the keys made for it. */
  dataFolder: string;
  /** npm registry's base URL where it is not npm's own. */
  registry: string | null;
}

/** What the server is told that nobody else may know. */
export interface Secrets {
  privateKey: Secret;
  clientSecret: Secret;
  /** One, or two while it is being changed. */
  webhookSecrets: Secret[];
  databaseUrl: Secret | null;
  /** null: made in the data folder. */
  keys: Array<{ id: string; key: Uint8Array }> | null;
}

export type Read = { ok: true; settings: Settings; secrets: Secrets } | { ok: false; problems: string[] };

type Env = Readonly<Record<string, string | undefined>>;

/** Every variable that is read, for docs/settings.md and `--help`. */
export const variables: ReadonlyArray<{ name: string; what: string; needed: boolean }> = [
  {
    name: "PUBLIC_URL",
    what: "how people and runners reach Countersign, e.g. `https://countersign.example.com`",
    needed: true,
  },
  { name: "APP_ID", what: "the GitHub App's id", needed: true },
  { name: "PRIVATE_KEY", what: "the app's private key: PEM, PEM with `\\n`, or base64 of it", needed: true },
  { name: "CLIENT_ID", what: "the app's client id", needed: true },
  { name: "CLIENT_SECRET", what: "the app's client secret", needed: true },
  {
    name: "WEBHOOK_SECRET",
    what: "the webhook secret, 16 characters or more; two with a comma while it is changed",
    needed: true,
  },
  { name: "GITHUB_URL", what: "GitHub's web address; default `https://github.com`", needed: false },
  { name: "OIDC_ISSUER", what: "issuer of GitHub's OIDC tokens; default derived from `GITHUB_URL`", needed: false },
  { name: "COUNTERSIGN_DATA", what: "folder of the embedded database; default `.countersign`", needed: false },
  {
    name: "COUNTERSIGN_KEYS",
    what: "`id:base64` list (32 bytes each), the first encrypts; made by itself beside the embedded database",
    needed: false,
  },
  { name: "DATABASE_URL", what: "a PostgreSQL server, for several instances; default: embedded", needed: false },
  { name: "NPM_REGISTRY", what: "an npm registry other than npm's own", needed: false },
  { name: "HOST", what: "address to listen on; default `127.0.0.1`", needed: false },
  { name: "PORT", what: "port to listen on; default 3000, 0 for any", needed: false },
  { name: "LOG_LEVEL", what: "`debug`, `info`, `warn` or `error`; default `info`", needed: false },
];

/** Reads the environment once. All problems are reported together, each with the variable's name and what to do. */
export function readSettings(env: Env): Read {
  const problems: string[] = [];
  const problem = (sentence: string): void => void problems.push(sentence);
  for (const { name, what, needed } of variables)
    if (needed && (env[name] ?? "") === "") problem(`${name} is missing: set it to ${what}.`);
  const githubUrl = address(env, "GITHUB_URL", "https://github.com", problem);
  const settings: Settings = {
    publicUrl: address(env, "PUBLIC_URL", "", problem),
    githubUrl,
    oidcIssuer: address(
      env,
      "OIDC_ISSUER",
      githubUrl === "https://github.com"
        ? "https://token.actions.githubusercontent.com"
        : `${githubUrl}/_services/token`,
      problem,
    ),
    appId: wholeNumber(env, "APP_ID", 0, problem),
    clientId: env["CLIENT_ID"] ?? "",
    host: env["HOST"] || "127.0.0.1",
    port: wholeNumber(env, "PORT", 3000, problem),
    logLevel: level(env["LOG_LEVEL"], problem),
    dataFolder: env["COUNTERSIGN_DATA"] || ".countersign",
    registry: (env["NPM_REGISTRY"] ?? "") === "" ? null : address(env, "NPM_REGISTRY", "", problem),
  };
  const databaseUrl = databaseOf(env, problem);
  const secrets: Secrets = {
    privateKey: new Secret(privateKey(env["PRIVATE_KEY"] ?? "", problem)),
    clientSecret: new Secret(env["CLIENT_SECRET"] ?? ""),
    webhookSecrets: webhookSecrets(env["WEBHOOK_SECRET"] ?? "", problem),
    databaseUrl,
    keys: keys(env["COUNTERSIGN_KEYS"] ?? "", databaseUrl !== null, problem),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings, secrets };
}

type Complain = (sentence: string) => void;

function address(env: Env, name: string, otherwise: string, problem: Complain): string {
  const text = (env[name] ?? "") === "" ? otherwise : (env[name] ?? "");
  if (text === "") return "";
  const url = URL.parse(text);
  const loopback = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)))
    problem(
      `${name} is not an address that begins with https:// (http only on loopback): write it like \`https://countersign.example.com\`.`,
    );
  else if (url.search !== "" || url.hash !== "" || url.username !== "")
    problem(`${name} must be a plain address, without a query, a fragment or a user.`);
  return text.replace(/\/+$/, "");
}

function wholeNumber(env: Env, name: string, otherwise: number, problem: Complain): number {
  const text = env[name] ?? "";
  if (text === "") return otherwise;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || (name === "PORT" && value > 65_535))
    problem(`${name} is not a whole number${name === "PORT" ? " from 0 to 65535" : ""}: correct it.`);
  return value;
}

function level(text: string | undefined, problem: Complain): Settings["logLevel"] {
  const known = ["debug", "info", "warn", "error"] as const;
  if (text === undefined || text === "") return "info";
  const found = known.find((one) => one === text.toLowerCase());
  if (found === undefined) problem("LOG_LEVEL is none of debug, info, warn, error: choose one.");
  return found ?? "info";
}

/** PEM as it is, with `\n` written out, or base64 of it. */
function privateKey(text: string, problem: Complain): string {
  if (text === "") return "";
  const unfolded = text.replaceAll("\\n", "\n");
  const pem = unfolded.includes("-----BEGIN") ? unfolded : Buffer.from(unfolded, "base64").toString("utf8");
  try {
    createPrivateKey(pem);
  } catch {
    problem("PRIVATE_KEY is not a private key: give the PEM that GitHub gave you, or base64 of it.");
  }
  return pem;
}

/** Probot would take an empty secret for the word "development", which everybody knows: both are refused. */
function webhookSecrets(text: string, problem: Complain): Secret[] {
  if (text === "") return [];
  const all = text.split(",").map((one) => one.trim());
  if (all.length > 2) problem("WEBHOOK_SECRET has more than two secrets: keep the present one and the next.");
  for (const one of all) {
    if (one.toLowerCase() === "development")
      problem("WEBHOOK_SECRET is the word “development”, which everybody knows: choose a random one.");
    else if (one.length < 16)
      problem("WEBHOOK_SECRET is shorter than 16 characters: choose a longer one, e.g. with `openssl rand -hex 32`.");
  }
  return all.map((one) => new Secret(one));
}

function databaseOf(env: Env, problem: Complain): Secret | null {
  const text = env["DATABASE_URL"] ?? "";
  if (text === "") return null;
  if (!/^postgres(?:ql)?:\/\//.test(text))
    problem(
      "DATABASE_URL is not the address of a PostgreSQL server: write it like `postgresql://user:password@host/database`.",
    );
  return new Secret(text);
}

function keys(text: string, server: boolean, problem: Complain): Secrets["keys"] {
  if (text === "") {
    if (server)
      problem(
        "COUNTERSIGN_KEYS is missing: with DATABASE_URL every instance needs the same; make one with `echo key1:$(openssl rand -base64 32)`.",
      );
    return null;
  }
  const read = text.split(",").map((one) => {
    const [id = "", value = ""] = one.trim().split(":");
    return { id, key: new Uint8Array(Buffer.from(value, "base64")) };
  });
  if (read.some(({ id, key }) => !/^[\w-]{1,32}$/.test(id) || key.length !== 32))
    problem(
      "COUNTERSIGN_KEYS must be a list of `id:base64` with 32 bytes each: make one with `echo key1:$(openssl rand -base64 32)`.",
    );
  if (new Set(read.map(({ id }) => id)).size !== read.length)
    problem("COUNTERSIGN_KEYS names one id twice: give each key its own.");
  return read;
}
