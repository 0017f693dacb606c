import { beforeEach, describe, expect, test } from "vitest";
import type { Channel, Todo } from "../../../src/domain/release-types.ts";
import type { Store } from "../../../src/store/types.ts";
import { aSighting, aWatch } from "../../support/examples.ts";
import { at, aToken } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

const ids = (found: Array<{ id: string }>): string[] => found.map(({ id }) => id);

function aTodo(more: Partial<Todo> = {}): Todo {
  return {
    ...{ id: "d1", kind: "revoke-token", repositoryId: 11, personId: 21, personLogin: "alice", groupId: "g1" },
    ...{ npmUser: "alice-npm", label: "laptop", npmKey: null, why: "removed", createdAt: at(0), expiresAt: at(100) },
    ...{ closedAt: null, closedHow: null, openFor: "revoke-token/g1" },
    ...more,
  };
}

function aChannel(more: Partial<Channel> = {}): Channel {
  return {
    ...{ id: "c1", scope: "repository", repositoryId: 11, personId: null, kind: "slack", name: "ops", createdBy: 21 },
    ...{ sealedAddress: "box", sealedKeyId: "k1", shownAddress: "chat.test", createdAt: at(0), lastSentAt: null },
    ...{ lastFailedAt: null, lastError: null, removedAt: null, slot: "repository/11/ops" },
    ...more,
  };
}

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  describe("tokens that end", () => {
    beforeEach(async () => {
      for (const [id, second] of [
        ["t1", 20],
        ["t2", 10],
        ["t3", 10],
        ["t4", 90],
      ] as const)
        await store.tokens.put(aToken({ id, slot: `11/7/${id}`, warnAt: at(second), expiresAt: at(100) }));
    });

    test("are read page by page in order of when their owner is to be warned, those due by now", async () => {
      const first = await store.tokens.toWarn(at(20), 2, null);
      expect(ids(first)).toEqual(["t2", "t3"]);
      expect(ids(await store.tokens.toWarn(at(20), 2, first.at(-1) ?? null))).toEqual(["t1"]);
      expect(await store.tokens.toWarn(at(9), 2, null)).toEqual([]);
    });

    test("are warned about at the next instant that is set, never where none is, nor once they are removed", async () => {
      await store.tokens.warnNext("t2", at(30));
      await store.tokens.warnNext("t3", null);
      await store.tokens.remove("t1", "removed", at(1));
      expect(ids(await store.tokens.toWarn(at(29), 9, null))).toEqual([]);
      expect(ids(await store.tokens.toWarn(at(30), 9, null))).toEqual(["t2"]);
    });

    test("end at the earlier of two ends, and lose their ciphertext then, once", async () => {
      await store.tokens.endsEarlier("t1", at(100), at(1));
      expect(await store.tokens.get("t1")).toMatchObject({ expiresAt: at(100), warnAt: at(20) });
      await store.tokens.endsEarlier("t1", at(50), null);
      expect(await store.tokens.get("t1")).toMatchObject({ expiresAt: at(50), warnAt: null });
      expect(await store.tokens.forgetEnded(at(49))).toBe(0);
      expect(await store.tokens.forgetEnded(at(50))).toBe(1);
      expect(await store.tokens.forgetEnded(at(50))).toBe(0);
      expect(await store.tokens.get("t1")).toMatchObject({ ciphertext: "", removedAt: null });
    });

    test("are refused from the first refusal on", async () => {
      await store.tokens.refuse("t1", { at: at(1), why: "read-only" });
      await store.tokens.refuse("t1", { at: at(2), why: "other" });
      expect(await store.tokens.get("t1")).toMatchObject({ refusedAt: at(1), refusedWhy: "read-only" });
    });
  });

  describe("warnings", () => {
    test("are given once for a token and a day, by whoever comes first", async () => {
      const warning = { id: "w1", tokenId: "t1", repositoryId: 11, personId: 21, days: 7, at: at(1) };
      const given = await Promise.all([store.warnings.give(warning), store.warnings.give({ ...warning, id: "w2" })]);
      expect(given.toSorted()).toEqual([false, true]);
      expect(await store.warnings.give({ ...warning, id: "w3", days: 3, at: at(2) })).toBe(true);
      expect(await store.warnings.given(["t1", "t2"])).toEqual([
        { tokenId: "t1", days: 7, at: at(1) },
        { tokenId: "t1", days: 3, at: at(2) },
      ]);
    });

    test("have one issue of a person and repository, which keeps its id", async () => {
      const issue = { id: "i1", repositoryId: 11, personId: 21, personLogin: "alice", digest: null, changedAt: at(0) };
      await store.warnings.putIssue({ ...issue, issueNumber: null, state: "open" });
      await store.warnings.putIssue({ ...issue, id: "i2", issueNumber: 4, state: "closed" });
      expect(await store.warnings.issueOf(11, 21)).toEqual({ ...issue, issueNumber: 4, state: "closed" });
      expect(await store.warnings.issueOf(11, 22)).toBeNull();
    });
  });

  describe("watched packages and what happened to them", () => {
    test("are one a repository and name, due in the order of their time, and not at all once they are removed", async () => {
      expect(await store.watches.add(aWatch({ id: "w1", repositoryId: 11, nextAt: at(20) }))).toBe(true);
      expect(await store.watches.add(aWatch({ id: "w2", repositoryId: 11, nextAt: at(5) }))).toBe(false);
      expect(await store.watches.add(aWatch({ id: "w3", repositoryId: 12, nextAt: at(10) }))).toBe(true);
      expect(ids(await store.watches.due(at(20), 9))).toEqual(["w3", "w1"]);
      expect(ids(await store.watches.due(at(20), 1))).toEqual(["w3"]);
      expect(ids(await store.watches.due(at(9), 9))).toEqual([]);
      await store.watches.save("w3", { removedAt: at(3) });
      expect([ids(await store.watches.due(at(20), 9)), await store.watches.count()]).toEqual([["w1"], 1]);
      expect(await store.watches.of(12, "@acme/widget")).toMatchObject({ id: "w3", removedAt: at(3) });
    });

    test("are written by whoever looked first, and by nobody once they are removed", async () => {
      await store.watches.add(aWatch({ repositoryId: 11 }));
      const known = { versions: ["1.0.0"], tags: { latest: "1.0.0" } };
      expect(await store.watches.looked("w1", null, { lookedAt: at(1), known })).toBe(true);
      expect(await store.watches.looked("w1", null, { lookedAt: at(1), known: null })).toBe(false);
      expect(await store.watches.looked("w1", at(1), { lookedAt: at(2), etag: '"x"' })).toBe(true);
      expect(await store.watches.of(11, "@acme/widget")).toMatchObject({ known, lookedAt: at(2), etag: '"x"' });
      await store.watches.save("w1", { removedAt: at(3) });
      expect(await store.watches.looked("w1", at(2), { lookedAt: at(4) })).toBe(false);
    });

    test("what happened is noticed once, judged once, and acknowledged once where it is odd", async () => {
      const noticed = aSighting({ repositoryId: 11, verdict: "noticed", oddities: [] });
      expect(await store.sightings.add(noticed)).toBe(true);
      expect(await store.sightings.add({ ...noticed, id: "g2" })).toBe(false);
      const by = { acknowledgedAt: at(9), acknowledgedById: 21, acknowledgedByLogin: "alice" };
      expect(await store.sightings.acknowledge("g1", by)).toBe(false);
      const { oddities } = aSighting();
      const odd = { verdict: "odd" as const, oddities, expectedWhy: null };
      expect(await store.sightings.judge("g1", odd)).toBe(true);
      expect(await store.sightings.judge("g1", { ...odd, verdict: "expected" })).toBe(false);
      expect([ids(await store.sightings.open([11, 12])), await store.sightings.openCount()]).toEqual([["g1"], 1]);
      expect(await store.sightings.open([12])).toEqual([]);
      expect(await store.sightings.acknowledge("g1", by)).toBe(true);
      expect(await store.sightings.acknowledge("g1", by)).toBe(false);
      expect(await store.sightings.get("g1")).toEqual({ ...noticed, verdict: "odd", oddities, ...by });
      expect(await store.sightings.openCount()).toBe(0);
      expect(ids(await store.sightings.ofPackage(11, "@acme/widget", 5))).toEqual(["g1"]);
    });
  });

  test("a to-do is open once, closed once, and again possible after that; what ended by itself expires", async () => {
    expect(await store.todos.open(aTodo())).toBe(true);
    expect(await store.todos.open(aTodo({ id: "d2" }))).toBe(false);
    expect(await store.todos.close("d1", "done", at(5))).toBe(true);
    expect(await store.todos.close("d1", "done", at(6))).toBe(false);
    expect(await store.todos.get("d1")).toEqual(aTodo({ closedAt: at(5), closedHow: "done", openFor: null }));
    expect(await store.todos.open(aTodo({ id: "d2", createdAt: at(6) }))).toBe(true);
    expect(await store.todos.open(aTodo({ id: "d3", openFor: "revoke-token/g2", createdAt: at(1) }))).toBe(true);
    expect(ids(await store.todos.openOf(21))).toEqual(["d3", "d2"]);
    expect(ids(await store.todos.openOfRepositories([11, 12]))).toEqual(["d3", "d2"]);
    expect(await store.todos.expire(at(99))).toBe(0);
    expect(await store.todos.expire(at(100))).toBe(2);
    expect(await store.todos.openOf(21)).toEqual([]);
  });

  test("a channel's name is its owner's once while it is there; its address goes with it", async () => {
    expect(await store.channels.add(aChannel())).toBe(true);
    expect(await store.channels.add(aChannel({ id: "c2" }))).toBe(false);
    await store.channels.failed("c1", at(1), "Not found.");
    expect(await store.channels.get("c1")).toEqual(aChannel({ lastFailedAt: at(1), lastError: "Not found." }));
    await store.channels.sent("c1", at(2));
    await store.channels.reseal("c1", "new box", "k2");
    const now = aChannel({ lastSentAt: at(2), sealedAddress: "new box", sealedKeyId: "k2" });
    expect(await store.channels.ofRepository(11)).toEqual([now]);
    expect(await store.channels.sealedOtherwise("k2")).toEqual([]);
    expect(await store.channels.sealedOtherwise("k3")).toEqual([now]);
    expect(await store.channels.remove("c1", at(3))).toBe(true);
    expect(await store.channels.remove("c1", at(4))).toBe(false);
    expect(await store.channels.get("c1")).toEqual({ ...now, removedAt: at(3), slot: null, sealedAddress: "" });
    expect(await store.channels.ofRepository(11)).toEqual([]);
    expect(await store.channels.add(aChannel({ id: "c2" }))).toBe(true);
  });
});
