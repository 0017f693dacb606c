import { beforeEach, describe, expect, test } from "vitest";
import type { AuditFilter } from "../../../src/domain/audit/index.ts";
import type { Store } from "../../../src/store/types.ts";
import { aRelease, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  const note = async (second: number, what: string, actor: string, repositoryId?: number, releaseId?: string) =>
    await store.audit.add({
      ...{ at: at(second), what, actor, detail: {} },
      ...(repositoryId === undefined ? {} : { repositoryId }),
      ...(releaseId === undefined ? {} : { releaseId }),
    });

  const page = async (repositoryIds: number[], filter: AuditFilter = {}, before: number | null = null, limit = 50) =>
    await store.audit.page({ repositoryIds, filter, before, limit });

  const times = async (...ask: Parameters<typeof page>): Promise<number[]> =>
    (await page(...ask)).map((row) => (row.at.getTime() - at(0).getTime()) / 1000);

  describe("pages of the audit", () => {
    beforeEach(async () => {
      await store.releases.insert(aRelease());
      await note(1, "release.requested", "alice", 11, "r1");
      await note(2, "token.sealed", "Bob", 12);
      await note(3, "token.removed", "alice", 11);
      await note(4, "tokens.other", "countersign", 13);
      await note(5, "channel.added", "alice");
      await note(6, "token_sealed", "alice", 12, "r2");
    });

    test("hold the events of the repositories asked for and no other, the newest first", async () => {
      expect(await times([11, 12])).toEqual([6, 3, 2, 1]);
      expect(await times([13])).toEqual([4]);
      expect(await times([99])).toEqual([]);
      expect(await times([])).toEqual([]);
    });

    test("follow one another without a gap, whichever repository comes next", async () => {
      for (const limit of [1, 2, 3]) {
        const seen: number[] = [];
        let before: number | null = null;
        for (;;) {
          const rows = await page([11, 12, 13], {}, before, limit);
          seen.push(...rows.map((row) => (row.at.getTime() - at(0).getTime()) / 1000));
          before = rows.at(-1)?.seq ?? null;
          if (rows.length < limit) break;
        }
        expect(seen).toEqual([6, 4, 3, 2, 1]);
      }
      expect(await times([11, 12, 13], {}, null, 1000)).toEqual([6, 4, 3, 2, 1]);
    });

    test("name what the release publishes, where it is known", async () => {
      const [newest, ...others] = await page([11, 12]);
      expect(newest).toMatchObject({ releaseId: "r2", publishes: null });
      expect(others.at(-1)).toMatchObject({ publishes: { package: "@acme/widget", version: "1.2.0" } });
    });

    test("are narrowed by person in any case, by kind, repository, release and time", async () => {
      const all = [11, 12, 13];
      expect(await times(all, { actor: "BOB" })).toEqual([2]);
      expect(await times(all, { actor: "b%" })).toEqual([]);
      expect(await times(all, { what: "token." })).toEqual([3, 2]);
      expect(await times(all, { what: "token.sealed" })).toEqual([2]);
      expect(await times(all, { what: "tok_n" })).toEqual([]);
      expect(await times(all, { repositoryId: 12 })).toEqual([6, 2]);
      expect(await times([11], { repositoryId: 12 })).toEqual([]);
      expect(await times(all, { releaseId: "r1" })).toEqual([1]);
      expect(await times([12], { releaseId: "r1" })).toEqual([]);
      expect(await times(all, { from: at(2), to: at(4) })).toEqual([3, 2]);
      expect(await times(all, { actor: "alice", from: at(2), what: "token" }, null, 1000)).toEqual([6, 3]);
    });
  });
});
