import { spawnSync } from "node:child_process";
import { chown, lstat, readdir, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseTrouble } from "./trouble.ts";

/** Whose rights PostgreSQL runs with: it refuses to run as root, and as somebody whom the machine has no name for. */
export interface Account {
  /** Words put before the program, e.g. `unshare --user …`. */
  prefix: string[];
  /** Set where the process itself changes its user. */
  uid?: number;
  gid?: number;
  /** Who owns the files then. */
  owner: { uid: number; gid: number };
}

/**
 * Ourselves where that is an ordinary user. Root (or a user without a name) on Linux: ourselves, seen as `nobody` inside a user
 * namespace; where those are forbidden and we are root, `nobody` really.
 * @throws DatabaseTrouble where none of it is possible
 */
export async function chooseAccount(): Promise<Account> {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (owner.uid !== 0 && hasName()) return { prefix: [], owner };
  const nobody = await somebody();
  if (process.platform === "linux" && nobody !== null) {
    const prefix = ["unshare", "--user", `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`];
    if (spawnSync(prefix[0]!, [...prefix.slice(1), "true"], { stdio: "ignore" }).status === 0) return { prefix, owner };
  }
  if (owner.uid === 0 && nobody !== null && canBecome(nobody)) return { prefix: [], ...nobody, owner: nobody };
  throw new DatabaseTrouble(
    owner.uid === 0
      ? "PostgreSQL doesn't run as root, and this machine lets us take no other user. Run Countersign as an ordinary user, or set DATABASE_URL."
      : `PostgreSQL doesn't run as user ${owner.uid}, who has no name on this machine. Add the user, or set DATABASE_URL.`,
  );
}

/** Gives a folder and all in it to the account where somebody else owns it (after a start under other conditions). */
export async function giveTo(folder: string, { owner }: Account): Promise<void> {
  if ((await stat(folder)).uid === owner.uid || process.getuid?.() !== 0) return;
  const inside = await readdir(folder, { recursive: true });
  for (const name of [...inside.map((each) => join(folder, each)), folder]) await chown(name, owner.uid, owner.gid);
}

/** The first folder on the way to `path` that the account may not pass through; null where all may be passed. */
export async function blockedAt(path: string, account: Account): Promise<string | null> {
  if (account.uid === undefined) return null;
  const way: string[] = [];
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder)) way.unshift(folder);
  for (const folder of way) {
    const { mode, uid } = await lstat(folder);
    if ((mode & 0o001) === 0 && uid !== account.uid) return folder;
  }
  return null;
}

function hasName(): boolean {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

function canBecome(who: { uid: number; gid: number }): boolean {
  return spawnSync("true", { ...who, stdio: "ignore" }).status === 0;
}

/** `nobody`, or else any user but root that has a name here: PostgreSQL looks the name up. */
async function somebody(): Promise<{ uid: number; gid: number } | null> {
  const lines = (await readFile("/etc/passwd", "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const found = lines.find(([name]) => name === "nobody") ?? lines.find((line) => Number(line[2]) > 0);
  return found === undefined ? null : { uid: Number(found[2]), gid: Number(found[3]) };
}
