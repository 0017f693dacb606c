import { StepError } from "../step-error.ts";
import { mayBeManifest, packagePath } from "./package-path.ts";
import { readTarball } from "./read-tarball.ts";
import { TarballError } from "./tarball-error.ts";

/** Bytes of a package.json that is read; npm's own largest have some hundred kilobytes. */
const most = 4 * 1024 * 1024;
/** No size is refused here: what is too large to be described is still published, and has one package.json all the same. */
const all = { packed: Infinity, unpacked: Infinity, ratio: Infinity, something: Infinity, entries: Infinity };

/** A tarball's own package.json, and how many entries the tarball has. */
export interface OwnManifest {
  text: string;
  entries: number;
}

/**
 * A tarball's own package.json. npm, the registry, `tar` and people have to find one and the same, since it says what is
 * published: where a second one may count, or the one isn't where all look for it, nothing is published.
 * @throws StepError
 */
export async function ownManifest(file: string, place: string): Promise<OwnManifest> {
  const found: Array<{ plain: boolean; bytes: number }> = [];
  const parts: Buffer[] = [];
  let keeps = false;
  let entries = 0;
  await readTarball(
    file,
    {
      begin({ name, kind, bytes }) {
        entries += 1;
        if (!mayBeManifest(name)) return;
        const { path, outside } = packagePath(name);
        found.push({ plain: path === "package.json" && !outside && kind === "file", bytes });
        keeps = found.length === 1 && bytes <= most;
      },
      data: (bytes) => void (keeps && parts.push(Buffer.from(bytes))),
      end: () => void (keeps = false),
    },
    { limits: all },
  ).catch((error: unknown) => {
    const why = error instanceof TarballError ? `: ${error.message}` : "";
    throw new StepError(`${place} can't be read as npm reads it${why}. Pack it anew with npm. Nothing was published.`);
  });
  const [only] = found;
  if (only === undefined) throw new StepError(`${place} has no package.json: pack it anew. Nothing was published.`);
  if (found.length > 1)
    throw new StepError(
      `${place} has more than one file that may count as its package.json, and programs differ on which does: look at what is packed. Nothing was published.`,
    );
  if (!only.plain)
    throw new StepError(
      `The package.json of ${place} isn't a file in the package's folder, so programs differ on whether it counts: pack it anew with npm. Nothing was published.`,
    );
  if (only.bytes > most)
    throw new StepError(`The package.json of ${place} is larger than 4 MB: make it smaller. Nothing was published.`);
  return { text: Buffer.concat(parts).toString("utf8"), entries };
}
