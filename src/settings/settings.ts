import type { OwnAction } from "../domain/set-up/pins.ts";
import { defaultDataFolder } from "./files.ts";
import { mailFrom, smtpUrl } from "./mail.ts";
import { Secret } from "./secret.ts";
import type { Env } from "./values.ts";
import * as values from "./values.ts";
import { variables } from "./variables.ts";

/** What the server is told that anybody may know. */
export interface Settings {
  /** How people and runners reach us: an origin, without a slash at the end. */
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
  /** Where workflows get our step from; null: it wasn't said. */
  action: OwnAction | null;
  /** Sender of mail; null where no mail is sent. */
  mailFrom: string | null;
}

/** What the server is told that nobody else may know. */
export interface Secrets {
  privateKey: Secret;
  clientSecret: Secret;
  /** One, or two while it is being changed. */
  webhookSecrets: Secret[];
  databaseUrl: Secret | null;
  /** null: made in the data folder. */
  keys: Array<{ readonly id: string; readonly key: Uint8Array }> | null;
  /** The mail server, with user and password; null: no mail is sent. */
  smtpUrl: Secret | null;
  /** What `/metrics` is read with; null: it isn't served. */
  metricsToken: Secret | null;
}

export type Read =
  | { ok: true; settings: Settings; secrets: Secrets }
  | {
      ok: false;
      problems: string[];
      /** What is known all the same, where nothing is wrong but that no app is registered yet; null otherwise. */
      unregistered: Settings | null;
    };

/** What GitHub gives when an app is registered. */
const registration = ["APP_ID", "PRIVATE_KEY", "CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_SECRET"];

/** Reads the environment once. All problems are reported together, each with the variable's name and what to do. */
export function readSettings(env: Env): Read {
  const problems: string[] = [];
  const problem = (sentence: string): void => void problems.push(sentence);
  for (const { name, what, otherwise } of variables)
    if (otherwise === null && (env[name] ?? "").trim() === "") problem(`${name} is missing: set it to ${what}.`);
  const settings = readPublic(env, problem);
  const secrets: Secrets = {
    privateKey: values.privateKey(env, problem),
    clientSecret: new Secret(env["CLIENT_SECRET"] ?? ""),
    webhookSecrets: values.webhookSecrets(env, problem),
    databaseUrl: values.databaseUrl(env, problem),
    keys: values.sealingKeys(env, problem),
    smtpUrl: smtpUrl(env, problem),
    metricsToken: values.metricsToken(env, problem),
  };
  if (problems.length === 0) return { ok: true, settings, secrets };
  const lacks = [...registration, "PUBLIC_URL"].filter((name) => (env[name] ?? "").trim() === "");
  const isUnregistered = registration.every((name) => lacks.includes(name)) && problems.length === lacks.length;
  return { ok: false, problems, unregistered: isUnregistered ? settings : null };
}

function readPublic(env: Env, problem: values.Complain): Settings {
  const githubUrl = values.gitHubUrl(env, problem);
  const id = { otherwise: 0, least: 1, most: Number.MAX_SAFE_INTEGER };
  return {
    publicUrl: values.origin(env, "PUBLIC_URL", "", problem),
    githubUrl,
    oidcIssuer: values.address(env, "OIDC_ISSUER", githubUrl === "" ? "" : values.issuerOf(githubUrl), problem),
    appId: values.wholeNumber(env, "APP_ID", id, problem),
    clientId: (env["CLIENT_ID"] ?? "").trim(),
    host: env["HOST"] || "127.0.0.1",
    port: values.wholeNumber(env, "PORT", { otherwise: 3000, least: 0, most: 65_535 }, problem),
    logLevel: values.logLevel(env, problem),
    dataFolder: env["COUNTERSIGN_DATA"] || defaultDataFolder,
    registry: values.address(env, "NPM_REGISTRY", "", problem) || null,
    action: values.ownAction(env, problem),
    mailFrom: mailFrom(env, problem),
  };
}
