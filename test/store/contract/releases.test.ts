import { beforeEach, describe, expect, test } from "vitest";
import { StaleRow, type Store } from "../../../src/store/types.ts";
import { aLease, anApproval, aRelease, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  describe("releases", () => {
    test("a release comes back as it was put in, with a number of its own", async () => {
      const release = aRelease({
        runId: 9_007_199_254_740_991,
        decision: { rule: "all", verdict: "waiting", text: "Not yet." },
      });
      const inserted = await store.releases.insert(release);
      expect(inserted).toEqual({ ...release, number: 1 });
      expect(await store.releases.get("r1")).toEqual(inserted);
      expect(await store.releases.byNumber(1)).toEqual(inserted);
      expect(await store.releases.byRun(9_007_199_254_740_991)).toEqual(inserted);
      expect(await store.releases.holding(11, 7)).toEqual(inserted);
      expect(await store.releases.get("none")).toBeNull();
    });

    test("one of several packages is found by each of them", async () => {
      const packages = ["@acme/widget", "@acme/gadget"].map((name) => ({ name, state: "waiting" as const }));
      await store.releases.insert(aRelease({ packages, state: "published", holds: null }));
      await store.releases.insert(aRelease({ id: "r2", package: "@acme/gadget", version: "1.3.0" }));
      const ofVersion = async (name: string) => (await store.releases.ofVersion(11, name, "1.2.0")).map(({ id }) => id);
      expect(await ofVersion("@acme/gadget")).toEqual(["r1"]);
      expect(await ofVersion("@acme/widget")).toEqual(["r1"]);
      expect(await ofVersion("widget")).toEqual([]);
      expect((await store.releases.publishedBefore(11, "@acme/gadget", 2))?.packages).toEqual(packages);
    });

    test("those that have not ended are counted by state", async () => {
      expect(await store.releases.counts()).toEqual({});
      for (const [index, state] of (["waiting", "waiting", "running", "published", "failed"] as const).entries())
        await store.releases.insert(aRelease({ id: `c${index}`, holds: null, state }));
      expect(await store.releases.counts()).toEqual({ waiting: 2, running: 1 });
    });

    test("a second release can't hold the environment, and the refusal leaves the transaction usable", async () => {
      await store.releases.insert(aRelease());
      const answer = await store.transaction(async (inside) => {
        const second = await inside.releases.insert(aRelease({ id: "r2" }));
        await inside.people.see({ id: 1, login: "alice" }, at(0));
        return second;
      });
      expect(answer).toBe(false);
      expect(await store.people.get(1)).toEqual({ id: 1, login: "alice" });
    });

    test("of twenty that want the environment at once, one gets it", async () => {
      const tries = Array.from({ length: 20 }, (_, index) => store.releases.insert(aRelease({ id: `r${index}` })));
      expect((await Promise.all(tries)).filter((answer) => answer !== false)).toHaveLength(1);
    });

    test("a write moves the row's version on, and one that names an old version is refused and changes nothing", async () => {
      const first = (await store.releases.insert(aRelease())) as Exclude<
        Awaited<ReturnType<Store["releases"]["insert"]>>,
        false
      >;
      const second = await store.releases.save(first, {
        state: "waiting",
        runId: 77,
        runnerReport: { outcome: "published" },
      });
      expect(second).toEqual({
        ...first,
        state: "waiting",
        runId: 77,
        runnerReport: { outcome: "published" },
        rowVersion: 1,
      });
      await expect(store.releases.save(first, { state: "failed" })).rejects.toThrow(StaleRow);
      expect(await store.releases.get("r1")).toEqual(second);
      expect((await store.releases.save(second, { runnerReport: null })).runnerReport).toBeNull();
    });

    test("a patch can't change id, number or version", async () => {
      const first = await store.releases.insert(aRelease());
      if (first === false) throw new Error("not inserted");
      const saved = await store.releases.save(first, { id: "other", number: 99, rowVersion: 50, version: "1.2.1" });
      expect(saved).toEqual({ ...first, version: "1.2.1", rowVersion: 1 });
    });

    test("lists: active oldest first, an issue's newest first, recent ones of given repositories", async () => {
      await store.releases.insert(aRelease({ id: "r1", state: "published", holds: null }));
      await store.releases.insert(aRelease({ id: "r2", holds: "11/8" }));
      await store.releases.insert(aRelease({ id: "r3", holds: "12/9", repositoryId: 12 }));
      const ids = (found: Array<{ id: string }>) => found.map(({ id }) => id);
      expect(ids(await store.releases.active())).toEqual(["r2", "r3"]);
      expect(ids(await store.releases.activeInRepository(12))).toEqual(["r3"]);
      expect(ids(await store.releases.inIssue(11, 4))).toEqual(["r2", "r1"]);
      expect(ids(await store.releases.ofVersion(11, "@acme/widget", "1.2.0"))).toEqual(["r2", "r1"]);
      expect(ids(await store.releases.ofVersion(11, "@acme/widget", "1.3.0"))).toEqual([]);
      expect(ids(await store.releases.recent([11], 1))).toEqual(["r2"]);
      expect(await store.releases.recent([], 10)).toEqual([]);
    });
  });

  describe("what decides about a stage", () => {
    test("is found by the release that staged it, and is no release of that version", async () => {
      await store.releases.insert(aRelease({ id: "r1", state: "staged", holds: null }));
      const about = { purpose: "approve-stage", stageOf: "r1", stageId: "s-1" } as const;
      await store.releases.insert(aRelease({ id: "r2", state: "failed", holds: null, ...about }));
      await store.releases.insert(aRelease({ id: "r3", state: "done", holds: null, ...about }));
      const ids = (found: Array<{ id: string }>) => found.map(({ id }) => id);
      expect(ids(await store.releases.ofStage("r1"))).toEqual(["r3", "r2"]);
      expect(ids(await store.releases.ofStage("r2"))).toEqual([]);
      expect(ids(await store.releases.ofVersion(11, "@acme/widget", "1.2.0"))).toEqual(["r1"]);
      expect((await store.releases.summaries([11])).get(11)?.packages.map(({ id }) => id)).toEqual(["r1"]);
      expect((await store.releases.get("r3"))?.stageId).toBe("s-1");
    });
  });

  describe("approvals", () => {
    test("the same evidence counts once", async () => {
      await store.releases.insert(aRelease());
      expect(await store.approvals.add(anApproval())).toBe(true);
      expect(await store.approvals.add(anApproval({ id: "a2" }))).toBe(false);
      expect(await store.approvals.add(anApproval({ id: "a3", evidence: "902", givenAt: at(2) }))).toBe(true);
      expect((await store.approvals.of("r1")).map(({ id }) => id)).toEqual(["a1", "a3"]);
      expect((await store.approvals.of("r1"))[0]).toEqual(anApproval());
    });
  });

  describe("leases", () => {
    beforeEach(async () => void (await store.releases.insert(aRelease())));

    test("an environment has one lease, also where many want it at once", async () => {
      const tries = Array.from({ length: 10 }, (_, index) => store.leases.take(aLease({ id: `l${index}` })));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await store.leases.locking(11, 7)).toMatchObject({ releaseId: "r1" });
    });

    test("a lease changes only from a state that it is in", async () => {
      await store.leases.take(aLease());
      expect(await store.leases.get("l1")).toEqual(aLease());
      expect(await store.leases.save("l1", ["armed"], { state: "disarming" })).toBeNull();
      const armed = await store.leases.save("l1", ["arming"], { state: "armed", armedAt: at(12) });
      expect(armed).toEqual(aLease({ state: "armed", armedAt: at(12) }));
      expect(await store.leases.save("none", ["armed"], { state: "disarming" })).toBeNull();
    });

    test("of two that change it from one state, one does", async () => {
      await store.leases.take(aLease());
      const change = () => store.leases.save("l1", ["arming"], { state: "disarming" });
      const both = await Promise.all([change(), change()]);
      expect(both.filter((answer) => answer !== null)).toHaveLength(1);
    });

    test("a lease is open until it is closed and no longer locks", async () => {
      await store.leases.take(aLease());
      await store.leases.save("l1", ["arming"], { state: "closed" });
      expect(await store.leases.open()).toHaveLength(1);
      await store.leases.save("l1", ["closed"], { locks: null });
      expect(await store.leases.open()).toEqual([]);
      expect(await store.leases.locking(11, 7)).toBeNull();
      expect(await store.leases.ofRelease("r1")).toMatchObject({ id: "l1" });
    });
  });
});
