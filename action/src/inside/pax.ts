import { twoWays } from "./tar-header.ts";
import { TarballError } from "./tarball-error.ts";

/** What a pax header says of the next entry; what we have no use for is left out. */
export interface Extended {
  path?: string;
  size?: number;
  /** Of a link. */
  target?: string;
}

/**
 * Reads records of the form `27 path=package/index.js\n`, where the number counts all bytes of the record (POSIX.1-2001, pax). A value may
 * hold line ends, so they are counted. npm searches them: where it would find something else in that way, nothing is read.
 * @throws TarballError
 */
export function readPax(bytes: Buffer): Extended {
  const found: Extended = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank < 0 || blank - at > 8 ? "" : bytes.toString("latin1", at, blank);
    const end = at + Number(digits);
    if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || end <= blank + 1 || bytes[end - 1] !== 0x0a)
      throw new TarballError("an extended header in it is damaged");
    const record = bytes.toString("utf8", blank + 1, end - 1);
    const sign = record.indexOf("=");
    if (sign < 1) throw new TarballError("an extended header in it is damaged");
    take(found, record.slice(0, sign), record.slice(sign + 1));
    at = end;
  }
  const lines = asLines(bytes.toString("utf8"));
  for (const [key, own] of [
    ["path", "path"],
    ["size", "size"],
    ["linkpath", "target"],
  ] as const)
    if (lines.get(key) !== (found[own] === undefined ? undefined : String(found[own]))) throw twoWays();
  return found;
}

/** The records as node-tar finds them: lines whose number is right. */
function asLines(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const length = Number.parseInt(line, 10);
    if (length !== Buffer.byteLength(line) + 1) continue;
    const [key = "", ...value] = line.slice(`${length} `.length).split("=");
    found.set(key, value.join("="));
  }
  return found;
}

function take(found: Extended, name: string, value: string): void {
  if (name === "path") found.path = value;
  if (name === "linkpath") found.target = value;
  if (name === "size") {
    if (!/^(?:0|[1-9]\d{0,14})$/.test(value)) throw new TarballError("a header in it has an impossible size");
    found.size = Number(value);
  }
  // The one way to have holes in a file that others would fill otherwise.
  if (name.startsWith("GNU.sparse.")) throw new TarballError("it has a file with holes");
}
