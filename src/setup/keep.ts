import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Answers } from "./answers.ts";
import type { Registered } from "./convert.ts";

/** The settings that an app's registration gives, by the names of their variables. */
export function variablesOf(app: Registered, { publicUrl, githubUrl }: Answers): Record<string, string> {
  return {
    PUBLIC_URL: publicUrl,
    ...(githubUrl === "https://github.com" ? {} : { GITHUB_URL: githubUrl }),
    APP_ID: String(app.appId),
    CLIENT_ID: app.clientId,
    CLIENT_SECRET: app.clientSecret.reveal(),
    WEBHOOK_SECRET: app.webhookSecret.reveal(),
    PRIVATE_KEY: app.privateKey.reveal().trimEnd().replaceAll("\r\n", "\n").replaceAll("\n", "\\n"),
  };
}

/** Those settings as lines of an environment file. */
export function linesOf(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${/^[\w.:/@+-]*$/.test(value) ? value : `"${value}"`}\n`)
    .join("");
}

/**
 * Writes settings into an environment file that only its owner may read, whole or not at all. Lines that are there stay, but for
 * those of the same names.
 * @throws Error where the file can't be written
 */
export function keepIn(path: string, variables: Record<string, string>): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const others = before
    .split("\n")
    .filter((line) => !Object.hasOwn(variables, /^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ""))
    .join("\n");
  const aside = `${path}.${process.pid}`;
  try {
    const gap = others === "" || others.endsWith("\n") ? "" : "\n";
    writeFileSync(aside, `${others}${gap}${linesOf(variables)}`, { mode: 0o600, flag: "wx" });
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}
