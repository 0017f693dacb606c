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
   * SHA-1 of other bytes that are, or were, published for this release: as npm's question, the step or the registry name them. null:
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
  const part = partOf(release, packageName);
  const told =
    release.packages === null
      ? await store.contents.of(release.id)
      : await store.packageContents.of(release.id, packageName);
  if (told === null) return null;
  const contents = readContents(told.document);
  const asked = challenge?.subject.name === packageName ? challenge.subject.shasum : undefined;
  const known =
    release.packages === null
      ? [challenge?.subject.shasum, release.runnerReport?.shasum, release.shasum]
      : [asked, part?.shasum];
  const other = known.find((shasum) => typeof shasum === "string" && shasum !== told.shasum) ?? null;
  return { toldAt: told.toldAt, contents, points: contents === null ? [] : notable(contents), otherBytes: other };
}
