import { Refusal } from "../domain/errors.ts";
import { confirmRun } from "./adopt.ts";
import { readAudit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { readChanges } from "./changes.ts";
import { coachOf } from "./coach.ts";
import { examine } from "./doctor/examine.ts";
import { readInside } from "./inside.ts";
import { learnInstalled } from "./repositories.ts";
import { listRepositories, repositoryWithPolicy } from "./repository-views.ts";
import { acknowledgeOne } from "./out-of-band/acknowledge.ts";
import { createQueue } from "./queue.ts";
import { reviewAsPerson } from "./review.ts";
import { setUpOf } from "./set-up/index.ts";
import { askStage } from "./stage/ask.ts";
import { stuckSecrets } from "./stuck.ts";
import { createTokenDesk } from "./tokens/index.ts";
import type { DeskForWeb, DeskParts, ReleaseView } from "./types.ts";
import { abilities, viewRelease } from "./view.ts";
import { giveWord } from "./word.ts";

/** The use cases that pages call, bound to their parts. */
export function createDesk(parts: DeskParts): DeskForWeb {
  const view = async (releaseId: string): Promise<ReleaseView> => {
    const found = await viewRelease(parts, releaseId);
    if (found === null) throw new Refusal("no-release", "There is no such release.");
    return found;
  };
  return {
    ...createTokenDesk(parts),
    async decide(input) {
      const { accessToken, seenSha, ...word } = input;
      await giveWord(parts, { ...word, sha: seenSha, source: "dashboard" });
      if (input.verdict === "approved" && accessToken !== null)
        await reviewAsPerson(parts, input.releaseId, accessToken);
      return await view(input.releaseId);
    },
    async cancel(input) {
      await cancel(parts, input);
      return await view(input.releaseId);
    },
    async decideStage({ releaseId, person, verb, seenShasum }) {
      const purpose = `${verb}-stage` as const;
      const asked = await askStage(parts, { releaseId, person, purpose, commentId: null, seenShasum });
      return await view(asked.id);
    },
    stageDecisions: async (releaseId) => await parts.store.releases.ofStage(releaseId),
    async confirm(input) {
      await confirmRun(parts, input);
      return await view(input.releaseId);
    },
    view: async (releaseId) => await viewRelease(parts, releaseId),
    abilities: async (seen, person) => await abilities(parts, seen, person),
    queue: createQueue(parts),
    changes: async (seen) => await readChanges(parts, seen),
    contents: async (seen, packageName) => await readInside(parts, seen, packageName),
    installed: async (installationId) => await learnInstalled(parts, installationId),
    repositories: async (ids) => await listRepositories(parts, ids),
    repository: async (id) => await repositoryWithPolicy(parts, id),
    alarms: async (ids) => await parts.store.sightings.open(ids),
    acknowledge: async (input) => await acknowledgeOne(parts, input),
    examine: async (id) => await examine(parts, id),
    coach: async (person, id, name) => await coachOf(parts, person, id, name),
    setUp: async (person, id, draft) => await setUpOf(parts, person, id, draft),
    stuckSecrets: async (ids, person) => await stuckSecrets(parts, ids, person),
    ended: async (repositoryIds, filter, limit) => await parts.store.releases.ended(repositoryIds, filter, limit),
    audit: async (ask) => await readAudit(parts, ask),
  };
}
