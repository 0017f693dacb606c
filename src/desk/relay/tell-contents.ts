import { isPending } from "../../domain/challenge.ts";
import { Refusal } from "../../domain/errors.ts";
import { notable } from "../../domain/inside/points.ts";
import type { Point } from "../../domain/inside/points.ts";
import type { Contents } from "../../domain/inside/types.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import type { Release, RunnerSession } from "../../domain/release-types.ts";
import { partOf, withPart } from "../../domain/several.ts";
import { withRelease } from "../end.ts";
import type { DeskParts } from "../types.ts";
import { settle } from "./settle.ts";

/**
 * Keeps what the step tells of the tarball that it is about to publish. Another description takes the place of the first, since a step
 * may be run again, but not while somebody is asked: what they look at stays what it is.
 */
export async function tellContents(
  parts: DeskParts,
  session: RunnerSession,
  document: Contents,
  packageName?: string,
): Promise<void> {
  if (session.step !== "publish") throw new Refusal("not-allowed", "Only a `publish` step tells what is inside.");
  // Somebody has packed one. It would stand in our tables, and on a page.
  if (carriesToken(JSON.stringify(document)))
    throw new Refusal(
      "bad-input",
      "There is an npm token in the package. Nothing was kept: stop the release, and revoke that token at npm.",
    );
  const found = await withRelease(parts, session.releaseId, async (release) => {
    await refuseLate(parts, release);
    if (release.packages !== null) refuseStranger(release, packageName);
    const at = parts.clock.now();
    const points = notable(document);
    const detail = {
      ...{ session: session.id, shasum: document.shasum, state: document.state },
      ...(document.state === "read" ? { files: document.now.files, beside: document.before.state } : {}),
      dangers: points.filter(({ weight }) => weight === "danger").map(({ code }) => code),
      ...(release.packages === null ? {} : { package: packageName }),
    };
    const told = { releaseId: release.id, sessionId: session.id, shasum: document.shasum, toldAt: at, document };
    await parts.store.transaction(async (store) => {
      if (release.packages === null) await store.contents.put(told);
      else await tellPart({ ...parts, store }, release, { ...told, package: packageName ?? "" }, points);
      await store.audit.add({
        ...{ at, what: "runner.contents", actor: "runner", repositoryId: release.repositoryId },
        ...{ releaseId: release.id, detail },
      });
    });
    return true;
  });
  if (found === undefined) throw new Refusal("no-release", "There is no such release any more.");
}

/** Of a release of several each package has its own description, and the release says how many of its points want looking at. */
async function tellPart(
  { store }: Pick<DeskParts, "store">,
  release: Release,
  told: Parameters<DeskParts["store"]["packageContents"]["put"]>[0],
  points: readonly Point[],
): Promise<void> {
  await store.packageContents.put(told);
  const count = (weight: Point["weight"]): number => points.filter((one) => one.weight === weight).length;
  const inside = { dangers: count("danger"), looks: count("look") };
  await store.releases.save(release, { packages: withPart(release.packages ?? [], told.package, { inside }) });
}

function refuseStranger(release: Release, packageName: string | undefined): void {
  if (packageName !== undefined && partOf(release, packageName) !== undefined) return;
  throw new Refusal("bad-input", "This is none of the packages that the release publishes.");
}

async function refuseLate(parts: DeskParts, release: Release): Promise<void> {
  if (release.state !== "running") throw new Refusal("not-now", `This release is not running (${release.state}).`);
  const found = await parts.store.challenges.pending(release.id);
  const pending = found === null ? null : await settle(parts, found, release);
  if (pending !== null && isPending(pending.state))
    throw new Refusal("not-now", "Somebody is asked about this release already: what they look at stays what it is.");
}
