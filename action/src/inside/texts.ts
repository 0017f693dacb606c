import { packagePath } from "./package-path.ts";
import { readTarball } from "./read-tarball.ts";
import type { Reading } from "./read-tarball.ts";

/** Reads the text of these files, of each one the last where a name comes twice; stops where it has all of them. @throws TarballError */
export async function textsOf(
  file: string,
  wanted: ReadonlySet<string>,
  reading: Omit<Reading, "enough"> = {},
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  let current: { path: string; parts: Buffer[] } | null = null;
  if (wanted.size === 0) return texts;
  await readTarball(
    file,
    {
      begin(entry) {
        const { path } = packagePath(entry.name);
        current = entry.kind === "file" && wanted.has(path) ? { path, parts: [] } : null;
      },
      data: (bytes) => void current?.parts.push(Buffer.from(bytes)),
      end() {
        if (current !== null) texts.set(current.path, Buffer.concat(current.parts).toString("utf8"));
        current = null;
      },
    },
    { ...reading, enough: () => texts.size === wanted.size },
  );
  return texts;
}
