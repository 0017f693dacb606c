import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { readSealingKey } from "./sealing-key.ts";
import type { SealingKey } from "./sealing-key.ts";

/** Name of the file in the data folder that the set-up keeps an app's registration in. */
export const registrationFile = "app.env";

/** Where the data is, if nobody says otherwise. */
export const defaultDataFolder = ".countersign";

/**
 * The environment, with what `.env` adds to it, and what the set-up kept in the data folder: the environment wins, then `.env`.
 */
export function environmentWith(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string | undefined> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const told = { ...fileOf(join(folder, ".env")), ...given };
  const dataFolder = resolve(folder, told["COUNTERSIGN_DATA"] || defaultDataFolder);
  return { ...env, ...fileOf(join(dataFolder, registrationFile)), ...told };
}

function fileOf(path: string): Record<string, string | undefined> {
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
}

/**
 * The keys that encrypt access tokens at rest beside the embedded database: made once, readable by their owner alone.
 * @throws Error with a sentence for the operator where the file holds something else
 */
export function ownKeys(dataFolder: string): SealingKey[] {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, "keys");
  if (!existsSync(path)) makeKeys(path);
  // It may have been copied or restored with other rights.
  chmodSync(path, 0o600);
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const keys = lines.map(readSealingKey);
  const good = keys.filter((key) => key !== null);
  if (good.length === 0 || good.length < keys.length)
    throw new Error(
      `${path} isn't a list of keys (lines of id:base64 with 32 bytes each): put it back from a backup, or remove it; people then have to sign in again.`,
    );
  return good;
}

/** Written aside and linked, so that it is there whole or not at all, and once where two start at the same time. */
function makeKeys(path: string): void {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `own:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
