import { Refusal } from "../domain/errors.ts";
import type { Release } from "../domain/release-types.ts";
import { toPublish } from "../domain/several.ts";

/** The package of a release that is asked about; the first where none is named. @throws Refusal where it is none of the release's */
export function packageAsked(release: Release, name: string | null | undefined): string {
  if (name === null || name === undefined) return release.package;
  if (toPublish(release).includes(name)) return name;
  throw new Refusal("not-found", "This release doesn't publish such a package.");
}
