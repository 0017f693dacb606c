import { Refusal } from "../../domain/errors.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import type { Release, RunnerReport, RunnerSession } from "../../domain/release-types.ts";
import { isActive } from "../../domain/release.ts";
import { showStatus } from "../after.ts";
import { refuseOtherBytes } from "../bytes.ts";
import { withRelease } from "../end.ts";
import { forgetRevoked, forgetUnrevoked } from "../tokens/revocation.ts";
import type { DeskParts } from "../types.ts";

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
    // What npm holds, or what was packed, isn't what people were shown: nothing of it counts any more.
    if (isActive(saved.state)) await refuseOtherBytes(parts, saved);
    return true;
  });
  if (kept === undefined) throw new Refusal("no-release", "There is no such release any more.");
}

async function keep(parts: DeskParts, session: RunnerSession, release: Release, told: RunnerReport): Promise<Release> {
  return await parts.store.transaction(async (store) => {
    const runnerReport = { ...release.runnerReport, ...told };
    const saved = await store.releases.save(release, { runnerReport });
    await store.audit.add({
      ...{ at: parts.clock.now(), what: "runner.reported", actor: "runner" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: { step: session.step, ...told },
    });
    const inside = { ...parts, store };
    if (told.revoked === "revoked") await forgetRevoked(inside, release);
    if (told.revoked === "failed") await forgetUnrevoked(inside, release);
    await showStatus(inside, saved);
    return saved;
  });
}
