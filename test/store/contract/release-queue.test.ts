import { beforeEach, describe, expect, test } from "vitest";
import type { Reason } from "../../../src/domain/reason.ts";
import type { Release } from "../../../src/domain/release-types.ts";
import type { QueueAsk, Store } from "../../../src/store/types.ts";
import { aChallenge, aLease, anApproval, aRelease, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  const waits = (...names: string[]): Reason => ({
    rule: "release",
    verdict: "waiting",
    text: "",
    children: [{ rule: "approvals", verdict: "waiting", text: "", waitsFor: names }],
  });

  /** Rows of releases, each in an environment of its own, in order. */
  async function insert(...some: Array<Partial<Release>>): Promise<void> {
    for (const [index, one] of some.entries()) {
      const id = one.id ?? `r${index + 1}`;
      const ended = one.endedAt === undefined || one.endedAt === null;
      await store.releases.insert(aRelease({ id, environmentId: index, holds: ended ? `11/${index}` : null, ...one }));
    }
  }

  const bob = { id: 22, login: "Bob", teams: [] as string[] };
  async function queue(ask: Partial<QueueAsk> = {}) {
    const all = { repositoryIds: [11], person: bob, filter: {}, limit: 50, offset: 0 };
    const { releases, total, mine } = await store.releases.queue({ ...all, ...ask });
    return {
      ids: releases.map(({ release }) => release.id),
      first: releases.filter((one) => one.mine).length,
      total,
      mine,
    };
  }

  describe("the queue", () => {
    const waiting = { state: "waiting" as const };

    test("has first what waits for the person: npm's questions by their end, runs to confirm, then by name or team, oldest first", async () => {
      await insert(
        { id: "others", ...waiting, decision: waits("carol") },
        { id: "by-team", ...waiting, decision: waits("@Acme/Maintainers", "carol") },
        { id: "by-name", ...waiting, decision: waits("carol", "bob") },
        { id: "confirm", state: "unconfirmed", releaserId: 22 },
        { id: "asked-later", state: "running", releaserId: 22 },
        { id: "asked-sooner", state: "running", releaserId: 22 },
        { id: "asked-others", state: "running", releaserId: 23 },
        { id: "over", state: "published", endedAt: at(9), decision: waits("bob") },
      );
      const open = (id: string, ends: number) =>
        store.challenges.open(aChallenge({ id: `c-${id}`, releaseId: id, openFor: id, expiresAt: at(ends) }));
      await open("asked-later", 300);
      await open("asked-sooner", 200);
      await open("asked-others", 100);
      const person = { ...bob, teams: ["@acme/maintainers"] };
      expect(await queue({ person })).toEqual({
        ids: ["asked-sooner", "asked-later", "confirm", "by-team", "by-name", "others", "asked-others"],
        ...{ first: 5, total: 7, mine: 5 },
      });
      expect(await queue()).toMatchObject({ ids: expect.arrayContaining(["by-team"]) as string[], mine: 4 });
    });

    test("a question of npm's that has its answer waits for nobody", async () => {
      await insert({ id: "asked", state: "running", releaserId: 22 });
      await store.challenges.open(aChallenge({ releaseId: "asked", openFor: "asked" }));
      expect((await queue()).mine).toBe(1);
      await store.challenges.save("c1", ["open"], { state: "answered" });
      expect((await queue()).mine).toBe(0);
    });

    test("what the person has approved waits for others; what they rejected or said elsewhere doesn't count", async () => {
      await insert({ ...waiting, decision: waits("bob") }, { ...waiting, decision: waits("bob") });
      await store.approvals.add(anApproval({ releaseId: "r1" }));
      await store.approvals.add(anApproval({ id: "a2", releaseId: "r2", verdict: "rejected" }));
      await store.approvals.add(anApproval({ id: "a3", releaseId: "r2", personId: 23 }));
      expect(await queue()).toEqual({ ids: ["r2", "r1"], first: 1, total: 2, mine: 1 });
    });

    test("a release of one's own waits for oneself by name, never for one's team", async () => {
      const own = { ...waiting, releaserId: 22 };
      await insert({ ...own, decision: waits("@acme/maintainers") }, { ...own, decision: waits("bob") });
      await store.approvals.add(anApproval({ releaseId: "r2" }));
      expect(await queue({ person: { ...bob, teams: ["@acme/maintainers"] } })).toMatchObject({
        ids: ["r2", "r1"],
        mine: 1,
      });
    });

    test("what is staged waits for whom it names, whatever they approved before, until somebody has it in hand", async () => {
      const staged = (...names: string[]): Partial<Release> => ({
        ...{ state: "staged", runnerReport: { stageId: "s", stageWaitsFor: { names, at: "here" } } },
      });
      await insert(
        { id: "by-name", ...staged("Bob", "carol"), decision: waits("nobody") },
        { id: "by-team", ...staged("@Acme/Owners") },
        { id: "own", ...staged("bob"), releaserId: 22 },
        { id: "others", ...staged("carol"), decision: waits("bob") },
        { id: "in-hand", ...staged("bob") },
        { id: "decides", state: "running", purpose: "approve-stage", stageOf: "in-hand" },
        { id: "given-up", state: "failed", endedAt: at(9), purpose: "approve-stage", stageOf: "by-name" },
      );
      await store.approvals.add(anApproval({ releaseId: "by-name" }));
      const person = { ...bob, teams: ["@acme/owners"] };
      expect(await queue({ person })).toMatchObject({
        ...{ ids: ["by-name", "by-team", "own", "others", "in-hand", "decides"], mine: 3 },
      });
      expect(await store.releases.awaitedTeams([11])).toEqual([{ team: "@acme/owners", repositoryId: 11 }]);
      // What the registry tells meanwhile is written beside it, and it waits on.
      const one = (await store.releases.get("by-name")) as Release;
      await store.releases.save(one, { runnerReport: { ...one.runnerReport, stageSeen: "staged" } });
      expect((await queue({ person })).mine).toBe(3);
    });

    test("follows the decision as it is saved", async () => {
      await insert({ ...waiting, decision: waits("bob") });
      const one = await store.releases.get("r1");
      if (one === null) throw new Error("no release");
      expect(one).not.toHaveProperty("awaits");
      const saved = await store.releases.save(one, { decision: waits("carol") });
      expect((await queue()).mine).toBe(0);
      await store.releases.save(saved, { decision: { ...waits("bob"), verdict: "satisfied" } });
      expect((await queue()).mine).toBe(0);
    });

    test("comes page by page with the counts of all, also past its end", async () => {
      await insert(...Array.from({ length: 7 }, () => ({ ...waiting, decision: waits("bob") })));
      expect(await queue({ limit: 3, offset: 3 })).toEqual({ ids: ["r4", "r5", "r6"], first: 3, total: 7, mine: 7 });
      expect(await queue({ limit: 3, offset: 9 })).toEqual({ ids: [], first: 0, total: 7, mine: 7 });
    });

    test("is narrowed by repository, person and state, and never beyond the repositories given", async () => {
      await insert(
        { ...waiting },
        { state: "running", releaserId: 23 },
        { ...waiting, repositoryId: 12 },
        { ...waiting, repositoryId: 13, decision: waits("bob", "@acme/hidden") },
      );
      const repositoryIds = [11, 12];
      expect((await queue({ repositoryIds })).ids).toEqual(["r1", "r2", "r3"]);
      expect((await queue({ repositoryIds, filter: { repositoryId: 12 } })).ids).toEqual(["r3"]);
      expect((await queue({ repositoryIds, filter: { repositoryId: 13 } })).ids).toEqual([]);
      expect((await queue({ repositoryIds, filter: { releaserId: 23 } })).ids).toEqual(["r2"]);
      expect((await queue({ repositoryIds, filter: { states: ["waiting"] } })).ids).toEqual(["r1", "r3"]);
      expect((await queue({ repositoryIds, filter: { states: ["failed"] } })).ids).toEqual([]);
      expect(await queue({ repositoryIds: [] })).toEqual({ ids: [], first: 0, total: 0, mine: 0 });
      expect(await store.releases.awaitedTeams(repositoryIds)).toEqual([]);
      expect(await store.releases.awaitedTeams([13])).toEqual([{ team: "@acme/hidden", repositoryId: 13 }]);
    });
  });

  describe("what is over", () => {
    test("comes newest first, so many, narrowed; what is under way is never among it", async () => {
      const over = { endedAt: at(9) };
      await insert(
        { ...over, state: "published" },
        { ...over, state: "failed", releaserId: 23 },
        { state: "waiting" },
        { ...over, state: "published", repositoryId: 12 },
        { ...over, state: "expired", repositoryId: 13 },
      );
      const ids = async (...[of, filter, limit]: Parameters<Store["releases"]["ended"]>): Promise<string[]> =>
        (await store.releases.ended(of, filter, limit)).map(({ id }) => id);
      expect(await ids([11, 12], {}, 10)).toEqual(["r4", "r2", "r1"]);
      expect(await ids([11, 12], {}, 2)).toEqual(["r4", "r2"]);
      expect(await ids([11, 12], { repositoryId: 11 }, 10)).toEqual(["r2", "r1"]);
      expect(await ids([11, 12], { releaserId: 23 }, 10)).toEqual(["r2"]);
      expect(await ids([11, 12], { states: ["published"] }, 10)).toEqual(["r4", "r1"]);
      expect(await ids([11, 12], { releaserId: 21, states: ["waiting"] }, 10)).toEqual([]);
      expect(await ids([11], { repositoryId: 13 }, 10)).toEqual([]);
      expect(await ids([], {}, 10)).toEqual([]);
    });

    test("the one published before is of the same package and repository", async () => {
      const over = { endedAt: at(9), state: "published" as const };
      await insert(
        over,
        { ...over, package: "other" },
        { ...over, repositoryId: 12 },
        { ...over, state: "failed" },
        {},
      );
      expect(await store.releases.publishedBefore(11, "@acme/widget", 5)).toMatchObject({ id: "r1" });
      expect(await store.releases.publishedBefore(11, "@acme/widget", 1)).toBeNull();
    });
  });

  describe("what releases tell of repositories", () => {
    test("is each package with its newest release, and how many are under way", async () => {
      const over = { endedAt: at(9), state: "published" as const };
      await insert(
        { ...over, version: "1.0.0" },
        { ...over, version: "1.1.0" },
        { package: "@acme/gadget", state: "waiting", mode: "stage" },
        { ...over, repositoryId: 12, package: "left-pad" },
      );
      const found = await store.releases.summaries([11, 12, 13]);
      expect(found.get(11)).toMatchObject({
        active: 1,
        packages: [
          { package: "@acme/gadget", mode: "stage", state: "waiting" },
          { package: "@acme/widget", version: "1.1.0", state: "published" },
        ],
      });
      expect(found.get(12)).toMatchObject({ active: 0, packages: [{ package: "left-pad" }] });
      expect(found.get(13)).toEqual({ active: 0, packages: [] });
      expect(await store.releases.summaries([])).toEqual(new Map());
    });
  });

  describe("many at once", () => {
    test("approvals, leases and questions of several releases", async () => {
      await insert({}, {});
      await store.approvals.add(anApproval());
      await store.approvals.add(anApproval({ id: "a2", releaseId: "r2" }));
      await store.leases.take(aLease());
      await store.leases.take(aLease({ id: "l2", takenAt: at(20), locks: null }));
      await store.challenges.open(aChallenge());
      expect((await store.approvals.ofReleases(["r1", "r2"])).map(({ id }) => id)).toEqual(["a1", "a2"]);
      expect((await store.leases.ofReleases(["r1", "r2"])).map(({ id }) => id)).toEqual(["l2"]);
      expect((await store.challenges.pendingOf(["r1", "r2"])).map(({ id }) => id)).toEqual(["c1"]);
      expect(await store.approvals.ofReleases([])).toEqual([]);
    });
  });
});
