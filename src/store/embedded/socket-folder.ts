import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.ts";
import { DatabaseTrouble } from "./trouble.ts";

/** Bytes of a Unix socket's address that Linux (107) and macOS (103) both take. */
const longestAddress = 103;
const socketName = ".s.PGSQL.5432";

/**
 * A new folder of ours alone (0700) for the server's socket, short enough for an address. The keeper removes it when the server
 * has ended.
 */
export async function makeSocketFolder(account: Account): Promise<string> {
  const candidates = [tmpdir(), "/tmp"].filter(
    (each) => Buffer.byteLength(join(each, "cs-XXXXXX", socketName)) <= longestAddress,
  );
  let last: unknown;
  for (const candidate of candidates) {
    try {
      const folder = await mkdtemp(join(candidate, "cs-"));
      if (account.uid !== undefined) await chown(folder, account.owner.uid, account.owner.gid);
      return folder;
    } catch (error) {
      last = error;
    }
  }
  throw new DatabaseTrouble(
    `No temporary folder with a short path can be written (tried ${candidates.join(", ") || tmpdir()}). Set TMPDIR to one.`,
    { cause: last },
  );
}

/** The same folder once more, after its server has ended. */
export async function makeSocketFolderAt(folder: string, account: Account): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  if (account.uid !== undefined) await chown(folder, account.owner.uid, account.owner.gid);
}
