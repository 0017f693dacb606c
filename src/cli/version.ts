import { readFileSync } from "node:fs";

/** Put in when the command line is built to one file. */
declare const COUNTERSIGN_VERSION: string | undefined;

/** The version of this command line. */
export function ownVersion(): string {
  if (typeof COUNTERSIGN_VERSION === "string") return COUNTERSIGN_VERSION;
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
