import { bytesOf, bytesOfPart, otherBytes } from "../domain/bytes.ts";
import { notable } from "../domain/inside/points.ts";
import type { Point } from "../domain/inside/points.ts";
import type { Contents } from "../domain/inside/types.ts";
import { readContents } from "../domain/inside/wire.ts";
import { partOf } from "../domain/several.ts";
import type { DeskParts, ReleaseView } from "./types.ts";

/** What is in a release's tarball, as a page shows it. */
export interface Inside {
  toldAt: Date;
  /** null: it was told in a form that this version doesn't know. */
  contents: Contents | null;
  points: Point[];
  /**
   * SHA-1 of other bytes that are, or were, published for this release: as npm's question, the step, npm's stage or the registry name them. null:
   * none other is known. A description of other bytes is worth nothing.
   */
  otherBytes: string | null;
}

/** What was told, held against what else is known of the bytes. */
export async function readInside(
  { store }: Pick<DeskParts, "store">,
  { release, challenge }: ReleaseView,
  packageName: string = release.package,
): Promise<Inside | null> {
  // Whoever decides about a stage sees what the run that staged it told.
  const told =
    release.packages === null
      ? await store.contents.of(release.stageOf ?? release.id)
      : await store.packageContents.of(release.id, packageName);
  if (told === null) return null;
  const contents = readContents(told.document);
  const asked = challenge?.subject.name === packageName ? challenge : null;
  const other = otherBytes(
    release.packages === null
      ? bytesOf(release, { described: told.shasum, challenge })
      : bytesOfPart(partOf(release, packageName), { described: told.shasum, challenge: asked }),
  );
  return {
    ...{ toldAt: told.toldAt, contents, points: contents === null ? [] : notable(contents) },
    otherBytes: other?.other.shasum ?? null,
  };
}
