import { reconcile as reconcileAll } from "../../src/desk/reconcile.ts";
import type { DeskParts } from "../../src/desk/types.ts";
import type { GitHubRepository } from "../../src/github/types.ts";
import { quiet } from "../../src/store/log.ts";
import type { Store } from "../../src/store/types.ts";
import { aLease, aRelease } from "../../test/support/examples.ts";
import { policy } from "../../test/world/cast.ts";
import { withStore } from "./database.ts";
import { memoryAbove, timed } from "./figure.ts";
import type { Bench, Figure } from "./figure.ts";

const sizes: ReadonlyArray<readonly [repositories: number, leases: number]> = [
  [200, 10],
  [2_000, 100],
  [20_000, 1_000],
];
const now = new Date("2027-03-01T09:00:00Z");

export const reconcile: Bench = {
  name: "reconcile",
  about:
    "one pass over every open lease and its running release, GitHub answering at once: our own time, memory and calls",
  async run() {
    const figures: Figure[] = [];
    for (const [repositories, leases] of sizes) figures.push(...(await pass(repositories, leases)));
    return figures;
  },
};

async function pass(repositories: number, leases: number): Promise<Figure[]> {
  return await withStore(async (store) => {
    await fill(store, repositories, leases);
    const asked = { calls: 0 };
    const parts = partsOf(store, asked);
    await reconcileAll(parts);
    asked.calls = 0;
    globalThis.gc?.();
    const { result, megabytes } = await memoryAbove(async () => await timed(async () => await reconcileAll(parts)));
    if (result.result.failed > 0 || result.result.leases !== leases) throw new Error("the pass didn't see every lease");
    const name = `${repositories.toLocaleString("en")} repositories, ${leases.toLocaleString("en")} open leases`;
    const largest = repositories === 20_000;
    return [
      { what: `${name}: own time`, value: result.ms, unit: "ms", ...(largest ? { below: 5_000 } : {}) },
      { what: `${name}: own time for each lease`, value: result.ms / leases, unit: "ms" },
      { what: `${name}: memory above idle`, value: megabytes, unit: "MB" },
      // GitHub allows an installation 5,000 to 12,500 calls an hour; these are of a thousand installations' leases together.
      { what: `${name}: GitHub calls for each lease`, value: asked.calls / leases, unit: "calls", below: 2.01 },
    ];
  });
}

/** Releases that run with their secret armed, each in a repository of its own. */
async function fill(store: Store, repositories: number, leases: number): Promise<void> {
  const ids = Array.from({ length: repositories }, (_, index) => index + 1);
  const owner = {
    owner: "acme",
    ownerId: 1,
    ownerType: "Organization",
    private: false,
    defaultBranch: "main",
  } as const;
  for (let from = 0; from < ids.length; from += 100)
    await Promise.all(
      ids
        .slice(from, from + 100)
        .map((id) =>
          store.repositories.see({ ...owner, id, installationId: Math.ceil(id / 20), name: `widget-${id}` }, now),
        ),
    );
  for (const id of ids.slice(0, leases)) {
    const place = { repositoryId: id, environmentId: id, installationId: Math.ceil(id / 20) };
    const key = `${id}/${id}`;
    await store.releases.insert(
      aRelease({
        ...{ ...place, id: `r${id}`, state: "running", runId: id, jobId: id, holds: key },
        ...{ gateAskedAt: now, gateApprovedAt: now, jobStartedAt: now },
      }),
    );
    const expiresAt = new Date(now.getTime() + 900_000);
    const times = { takenAt: now, armedAt: now, putDeadline: now, expiresAt, releasedAt: now };
    await store.leases.take(
      aLease({ ...place, ...times, id: `l${id}`, releaseId: `r${id}`, runId: id, state: "armed", locks: key }),
    );
  }
}

function partsOf(store: Store, asked: { calls: number }): DeskParts {
  const sha = aRelease().sha;
  const answers: Partial<Record<keyof GitHubRepository, (id: number) => unknown>> = {
    // The policy at the release's commit: read once, and kept (src/github/file-cache.ts).
    file: () => ({ text: policy, blob: "b" }),
    run: (id) => ({ id, attempt: 1, status: "in_progress", conclusion: null, headSha: sha }),
    jobs: (id) => [
      {
        ...{ id, name: aRelease().jobName, attempt: 1, status: "in_progress", conclusion: null },
        ...{ checkRunUrl: "", startedAt: now, completedAt: null },
      },
    ],
  };
  const repository = new Proxy({} as GitHubRepository, {
    get(_target, verb) {
      // Whoever waits for it asks whether it is a promise.
      if (verb === "then") return undefined;
      return async (id: number) => {
        if (verb !== "file") asked.calls += 1;
        const answer = answers[verb as keyof GitHubRepository];
        if (answer === undefined) throw new Error(`the bench has no answer to ${String(verb)}`);
        return await Promise.resolve(answer(id));
      };
    },
  });
  return {
    ...{ store, clock: { now: () => now }, log: quiet, publicUrl: "https://countersign.example.com" },
    github: { repository: () => repository } as unknown as DeskParts["github"],
    ids: { next: () => crypto.randomUUID() },
    registry: {} as DeskParts["registry"],
  };
}
