import { createPrivateKey } from "node:crypto";
import { readOwnAction } from "../domain/set-up/pins.ts";
import type { OwnAction } from "../domain/set-up/pins.ts";
import { readSealingKey } from "./sealing-key.ts";
import type { SealingKey } from "./sealing-key.ts";
import { Secret } from "./secret.ts";

export type Env = Readonly<Record<string, string | undefined>>;
export type Complain = (sentence: string) => void;

const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** An address without a slash at the end; https, and http only on loopback. "" where there is none or it is no good. */
export function address(env: Env, name: string, otherwise: string, problem: Complain): string {
  const text = (env[name] || otherwise).trim();
  if (text === "") return "";
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.includes(url.hostname))))
    problem(
      `${name} is not an address that begins with https:// (http only on loopback): write it like \`https://countersign.example.com\`.`,
    );
  else if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
    problem(`${name} must be a plain address: take the query, fragment or user out of it.`);
  else return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  return "";
}

/** An address without a path: scheme, host and port alone. */
export function origin(env: Env, name: string, otherwise: string, problem: Complain): string {
  const text = address(env, name, otherwise, problem);
  if (text !== "" && new URL(text).pathname !== "/")
    problem(`${name} must be without a path: Countersign and GitHub each need a host name of their own.`);
  return text;
}

/** Where GitHub's web pages are. */
export function gitHubUrl(env: Env, problem: Complain): string {
  const text = origin(env, "GITHUB_URL", "https://github.com", problem);
  if (/^https:\/\/(?:www\.|api\.)github\.com$/.test(text))
    problem("GITHUB_URL is GitHub's web address: leave it out for `https://github.com`.");
  return text;
}

/** GitHub's documents, "OpenID Connect reference": github.com, enterprises with data residency, a server of one's own. */
export function issuerOf(url: string): string {
  if (url === "https://github.com") return "https://token.actions.githubusercontent.com";
  const resident = /^https:\/\/([\w-]+\.ghe\.com)$/.exec(url)?.[1];
  return resident === undefined ? `${url}/_services/token` : `https://token.actions.${resident}`;
}

/** A whole number from `least` to `most`. */
export function wholeNumber(
  env: Env,
  name: string,
  bounds: { otherwise: number; least: number; most: number },
  problem: Complain,
): number {
  const text = (env[name] ?? "").trim();
  if (text === "") return bounds.otherwise;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= bounds.least && value <= bounds.most) return value;
  const range =
    bounds.most === Number.MAX_SAFE_INTEGER ? `${bounds.least} or more` : `${bounds.least} to ${bounds.most}`;
  problem(`${name} is not a whole number, ${range}: correct it.`);
  return bounds.otherwise;
}

const levels = ["debug", "info", "warn", "error"] as const;

export function logLevel(env: Env, problem: Complain): (typeof levels)[number] {
  const text = (env["LOG_LEVEL"] ?? "").trim().toLowerCase();
  if (text === "") return "info";
  const found = levels.find((one) => one === text);
  if (found === undefined) problem("LOG_LEVEL is none of debug, info, warn, error: choose one.");
  return found ?? "info";
}

/** A bearer for `/metrics`: long enough not to be guessed, and of characters that a header takes (RFC 6750, `b64token`). */
export function metricsToken(env: Env, problem: Complain): Secret | null {
  const text = (env["METRICS_TOKEN"] ?? "").trim();
  if (text === "") return null;
  if (!/^[\w.~+/-]{16,}=*$/.test(text))
    problem(
      "METRICS_TOKEN needs 16 characters or more, of letters, digits and `-._~+/=`: make one with `openssl rand -hex 24`.",
    );
  return new Secret(text);
}

/** PEM as it is, with `\n` written out, or base64 of it. GitHub's keys are RSA. */
export function privateKey(env: Env, problem: Complain): Secret {
  const text = env["PRIVATE_KEY"] ?? "";
  if (text === "") return new Secret("");
  const unfolded = text.replaceAll("\\n", "\n");
  const pem = unfolded.includes("-----BEGIN") ? unfolded : Buffer.from(unfolded, "base64").toString("utf8");
  if (keyType(pem) !== "rsa")
    problem("PRIVATE_KEY is not an RSA private key: give the PEM that GitHub gave you for the app, or base64 of it.");
  return new Secret(pem);
}

function keyType(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}

/** Probot would take an empty secret for the word "development", which everybody knows: both are refused. */
export function webhookSecrets(env: Env, problem: Complain): Secret[] {
  const text = env["WEBHOOK_SECRET"] ?? "";
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

export function databaseUrl(env: Env, problem: Complain): Secret | null {
  const text = env["DATABASE_URL"] ?? "";
  if (text === "") return null;
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text))
    problem(
      "DATABASE_URL is not the address of a PostgreSQL server: write it like `postgresql://user:password@host/database`.",
    );
  return new Secret(text);
}

/** null where nobody said it. */
export function ownAction(env: Env, problem: Complain): OwnAction | null {
  const text = (env["COUNTERSIGN_ACTION"] ?? "").trim();
  const read = readOwnAction(text);
  if (text !== "" && read === null)
    problem(
      "COUNTERSIGN_ACTION is not `owner/name@commit` with a full commit of 40 digits: write it so, or leave it out.",
    );
  return read;
}

/** null: made in the data folder, which several instances don't share. */
export function sealingKeys(env: Env, problem: Complain): SealingKey[] | null {
  const text = env["COUNTERSIGN_KEYS"] ?? "";
  const how = "make one with `echo key1:$(openssl rand -base64 32)`.";
  if (text === "") {
    if ((env["DATABASE_URL"] ?? "") !== "")
      problem(`COUNTERSIGN_KEYS is missing: with DATABASE_URL every instance needs the same; ${how}`);
    return null;
  }
  const read = text.split(",").map(readSealingKey);
  const good = read.filter((key) => key !== null);
  if (good.length < read.length)
    problem(`COUNTERSIGN_KEYS must be a list of \`id:base64\` with 32 bytes each, with commas: ${how}`);
  if (new Set(good.map(({ id }) => id)).size < good.length)
    problem("COUNTERSIGN_KEYS names one id twice: give each key its own.");
  return good;
}
