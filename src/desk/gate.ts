import type { Release } from "../domain/release-types.ts";
import { adopt } from "./adopt.ts";
import { after } from "./after.ts";
import { withRelease } from "./end.ts";
import { NotYet } from "./not-yet.ts";
import { refuseGate } from "./refuse-gate.ts";
import type { GateAsked } from "./refuse-gate.ts";
import type { DeskParts } from "./types.ts";

/**
 * GitHub asks our rule about a run. For a release of ours it is looked at; a run that nobody asked us for is adopted or refused
 * with a reason; a re-run is always refused, since it is not the release.
 */
export async function gateAsked(parts: DeskParts, asked: GateAsked): Promise<void> {
  const github = parts.github.repository(asked.repository);
  const release = await parts.store.releases.byRun(asked.runId);
  if (release === null) {
    const waiting = await parts.store.releases.activeInRepository(asked.repository.id);
    if (waiting.some((one) => one.state === "dispatching" || one.state === "requested"))
      throw new NotYet(`the release of run ${asked.runId}`);
    return await adopt(parts, github, asked);
  }
  if (asked.environment.toLowerCase() !== release.environmentName.toLowerCase())
    return await refuseGate(
      github,
      asked,
      `This release goes through \`${release.environmentName}\`; no other environment of its run is opened.`,
    );
  if (release.state === "waiting" || release.state === "unconfirmed") return await noteAsked(parts, release);
  if (release.state === "arming" || release.state === "dispatching")
    throw new NotYet(`what became of run ${asked.runId}`);
  const run = await github.run(asked.runId);
  if (run !== null && run.attempt === 1 && release.gateApprovedAt !== null) return; // the same question, delivered twice
  const why =
    run !== null && run.attempt > 1
      ? "A re-run is not the release: ask for a new one with `/release`."
      : `This release is over (${release.state}): ask for a new one with \`/release\`.`;
  await refuseGate(github, asked, why);
}

async function noteAsked(parts: DeskParts, release: Release): Promise<void> {
  await withRelease(parts, release.id, async (fresh) => {
    if (fresh.gateAskedAt === null) await parts.store.releases.save(fresh, { gateAskedAt: parts.clock.now() });
  });
  await after(parts, "evaluate", release.id, "gate-asked");
}
