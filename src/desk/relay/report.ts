import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import type { Release, RunnerReport, RunnerSession } from "../../domain/release-types.ts";
import { isActive } from "../../domain/release.ts";
import { partOf, withPart } from "../../domain/several.ts";
import { showStatus } from "../after.ts";
import { refuseOtherBytes } from "../bytes.ts";
import { withRelease } from "../end.ts";
import { forgetRevoked, forgetUnrevoked } from "../tokens/revocation.ts";
import type { DeskParts } from "../types.ts";
import { present } from "../../domain/present.ts";

/**
 * What the step saw is kept beside what the registry and GitHub tell. It ends the release where it tells of other bytes than were told
 * before, and decides nothing else by itself.
 */
export async function report(parts: DeskParts, session: RunnerSession, told: RunnerReport): Promise<void> {
  if ((session.step === "post") !== (told.revoked !== undefined))
    throw new Refusal("bad-input", "A post step reports on the token, every other step on the publish.");
  if (carriesToken(JSON.stringify(told)))
    throw new Refusal("bad-input", "There is an npm token in the report. Nothing was kept: revoke that token at npm.");
  const kept = await withRelease(parts, session.releaseId, async (release) => {
    const saved = await keep(parts, session, release, told);
    // What npm holds, or what was packed, isn't what people were shown: nothing of it counts any more. What several packages were packed
    // as is told before what is inside: a step that is run again packs anew.
    if (isActive(saved.state) && told.packed === undefined) await refuseOtherBytes(parts, saved);
    return true;
  });
  if (kept === undefined) throw new Refusal("no-release", "There is no such release any more.");
}

async function keep(parts: DeskParts, session: RunnerSession, release: Release, told: RunnerReport): Promise<Release> {
  const patch = release.packages === null ? whole(release, told) : reported(release, told);
  return await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      ...{ at: parts.clock.now(), what: "runner.reported", actor: "runner" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: {
        ...{ step: session.step, ...told },
        ...(told.packed === undefined ? {} : { packed: told.packed.map((one) => one.package) }),
      },
    });
    const inside = { ...parts, store };
    if (told.revoked === "revoked") await forgetRevoked(inside, release);
    if (told.revoked === "failed") await forgetUnrevoked(inside, release);
    await showStatus(inside, saved);
    return saved;
  });
}

function whole(release: Release, told: RunnerReport): Partial<Release> {
  if (told.package !== undefined || told.packed !== undefined)
    throw new Refusal("bad-input", "This release is of one package: report on it without naming it.");
  return { runnerReport: { ...release.runnerReport, ...told } };
}

/** Of several packages a report names the one that it is about; what names none is about the job as a whole, and says nothing of bytes. */
function reported(release: Release, told: RunnerReport): Partial<Release> {
  const { package: name, packed = [], shasum, integrity, stageId, heldShasum, ...rest } = told;
  const strange = [...(name === undefined ? [] : [name]), ...packed.map((one) => one.package)].find(
    (one) => partOf(release, one) === undefined,
  );
  if (strange !== undefined)
    throw new Refusal("bad-input", "The report is about a package that this release doesn't publish.");
  const parts = packed.reduce(
    (all, one) => withPart(all, one.package, { shasum: one.shasum, integrity: one.integrity }),
    release.packages ?? [],
  );
  if (name === undefined) return { packages: parts, runnerReport: { ...release.runnerReport, ...rest } };
  const { outcome: state, message: text } = told;
  if (state === "approved" || state === "rejected")
    throw new Refusal("bad-input", "This run publishes: it approves and rejects nothing.");
  const bytes = present({ shasum, integrity, stageId, heldShasum });
  return { packages: withPart(parts, name, { ...bytes, ...present({ state, text }) }) };
}
