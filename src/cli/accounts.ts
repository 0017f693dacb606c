import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** A sign-in as it is kept: what proves us to the server and to GitHub, for hours. */
const signIn = z.object({
  login: z.string(),
  /** For the server's API. */
  bearer: z.string(),
  /** For GitHub, to read an environment's key. */
  githubToken: z.string(),
  expiresAt: z.iso.datetime({ offset: true }),
});
export type SignIn = z.infer<typeof signIn>;

const server = z.object({
  /** The GitHub that this server worked with at the first sign-in. */
  githubUrl: z.string(),
  signIn: z.nullable(signIn),
});
export type Server = z.infer<typeof server>;

const file = z.object({ version: z.literal(1), last: z.nullable(z.string()), servers: z.record(z.string(), server) });
type File = z.infer<typeof file>;

/** What is remembered between two commands, by the server's address. */
export interface Accounts {
  /** The server that was used last. */
  last(): string | null;
  get(url: string): Server | null;
  /** Writes it down, readable for this user alone, and remembers the server as the last one. */
  put(url: string, server: Server): void;
}

/** The accounts of this user: `countersign/accounts.json` below XDG_CONFIG_HOME, or below `~/.config`. */
export function openAccounts({ env }: Pick<Io, "env">): Accounts {
  const base = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  const folder = join(base, "countersign");
  const path = join(folder, "accounts.json");
  return {
    last: () => read(path).last,
    get: (url) => read(path).servers[url] ?? null,
    put(url, one) {
      const { servers } = read(path);
      write(folder, path, { version: 1, last: url, servers: { ...servers, [url]: one } });
    },
  };
}

function read(path: string): File {
  let text: string;
  try {
    // What others may have read isn't ours alone any more, but it ends within hours: it is closed, and used.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { version: 1, last: null, servers: {} };
    throw new Failure("config-unreadable", `${path} can't be read: look at its owner and rights.`);
  }
  const parsed = file.safeParse(json(text));
  if (!parsed.success)
    throw new Failure("config-unreadable", `${path} is not as this program wrote it: delete it and sign in again.`);
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a command that is interrupted leaves what was there. */
function write(folder: string, path: string, content: File): void {
  const fresh = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, path);
  } catch {
    throw new Failure("config-unwritable", `${path} can't be written: look at the folder's owner and rights.`);
  }
}
