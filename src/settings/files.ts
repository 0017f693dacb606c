import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** The environment, with what `.env` adds to it: the environment wins. */
export function environmentWith(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): Record<string, string | undefined> {
  const path = join(folder, ".env");
  if (!existsSync(path)) return { ...env };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  return { ...parseEnv(readFileSync(path, "utf8")), ...given };
}

/** The key that encrypts access tokens at rest beside the embedded database: made once, readable by its owner alone. */
export function ownKeys(dataFolder: string): Array<{ id: string; key: Uint8Array }> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const path = join(dataFolder, "keys");
  if (!existsSync(path))
    writeFileSync(path, `own:${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  return readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [id = "", value = ""] = line.split(":");
      return { id, key: new Uint8Array(Buffer.from(value, "base64")) };
    });
}
