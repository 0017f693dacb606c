import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/store/types.ts";
import { aChallenge, aRepository, aRunnerSession, aToken, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  describe("repositories and people", () => {
    test("a repository is found by id and by name in any case; an underscore is no wildcard", async () => {
      await store.repositories.see(aRepository(), at(0));
      await store.repositories.see(aRepository({ id: 12, name: "widgetXkit" }), at(1));
      expect(await store.repositories.get(11)).toEqual(aRepository());
      expect(await store.repositories.byName("ACME", "Widget_Kit")).toEqual(aRepository());
      expect(await store.repositories.byName("acme", "other")).toBeNull();
      expect((await store.repositories.all()).map(({ id }) => id)).toEqual([11, 12]);
    });

    test("a removed one is known by id only, until it is seen again", async () => {
      await store.repositories.see(aRepository(), at(0));
      await store.repositories.removed(11, at(1));
      expect(await store.repositories.get(11)).toEqual(aRepository());
      expect(await store.repositories.byName("acme", "widget_kit")).toBeNull();
      expect(await store.repositories.all()).toEqual([]);
      await store.repositories.see(aRepository({ name: "renamed" }), at(2));
      expect(await store.repositories.byName("acme", "renamed")).toEqual(aRepository({ name: "renamed" }));
    });

    test("a login that passed to another person names the one who was seen with it last", async () => {
      await store.people.see({ id: 1, login: "alice" }, at(0));
      await store.people.see({ id: 2, login: "Alice" }, at(1));
      expect(await store.people.byLogin("ALICE")).toEqual({ id: 2, login: "Alice" });
      await store.people.see({ id: 2, login: "bob" }, at(2));
      expect(await store.people.get(2)).toEqual({ id: 2, login: "bob" });
      expect(await store.people.byLogin("nobody")).toBeNull();
    });
  });

  describe("sealed tokens", () => {
    test("a new token takes the slot; the old one is marked as replaced and its ciphertext forgotten", async () => {
      await store.tokens.put(aToken());
      await store.tokens.put(aToken({ id: "t2", sealedAt: at(5) }));
      expect(await store.tokens.live(11, 7, 21)).toEqual(aToken({ id: "t2", sealedAt: at(5) }));
      const old = { slot: null, ciphertext: "", removedAt: at(5), removedWhy: "replaced" as const };
      expect(await store.tokens.get("t1")).toEqual(aToken(old));
      expect((await store.tokens.ofPerson(21)).map(({ id }) => id)).toEqual(["t2", "t1"]);
      expect(await store.tokens.ofRepository(11)).toHaveLength(2);
    });

    test("of many put at once one is left, and none fails", async () => {
      await Promise.all(Array.from({ length: 8 }, (_, index) => store.tokens.put(aToken({ id: `t${index}` }))));
      const all = await store.tokens.ofPerson(21);
      expect(all.filter(({ slot }) => slot !== null)).toHaveLength(1);
      expect(all.filter(({ ciphertext }) => ciphertext !== "")).toHaveLength(1);
    });

    test("removing empties the slot once; use is noted", async () => {
      await store.tokens.put(aToken());
      await store.tokens.used("t1", at(3));
      expect(await store.tokens.remove("t1", "revoked", at(4))).toBe(true);
      expect(await store.tokens.remove("t1", "removed", at(5))).toBe(false);
      const gone = { lastUsedAt: at(3), slot: null, ciphertext: "", removedAt: at(4), removedWhy: "revoked" as const };
      expect(await store.tokens.get("t1")).toEqual(aToken(gone));
      expect(await store.tokens.live(11, 7, 21)).toBeNull();
    });
  });

  describe("the runner's sessions and challenges", () => {
    test("a jti opens one session", async () => {
      expect(await store.runnerSessions.open(aRunnerSession())).toBe(true);
      expect(await store.runnerSessions.open(aRunnerSession({ id: "s2", bearerHash: "h2" }))).toBe(false);
      expect(await store.runnerSessions.byBearer("h1")).toEqual(aRunnerSession());
      expect(await store.runnerSessions.byBearer("h2")).toBeNull();
      expect(await store.runnerSessions.get("s1")).toEqual(aRunnerSession());
    });

    test("a release has one open challenge, answered once, and then room for the next", async () => {
      expect(await store.challenges.open(aChallenge())).toBe(true);
      expect(await store.challenges.open(aChallenge({ id: "c2" }))).toBe(false);
      const answer = () => store.challenges.save("c1", ["open"], { state: "answered", sealed: "box", answeredBy: 21 });
      const answers = await Promise.all([answer(), answer()]);
      expect(answers.filter((each) => each !== null)).toEqual([
        aChallenge({ state: "answered", sealed: "box", answeredBy: 21 }),
      ]);
      expect(await store.challenges.pending("r1")).toMatchObject({ id: "c1" });
      await store.challenges.save("c1", ["answered"], { state: "taken", sealed: null, openFor: null });
      expect(await store.challenges.pending("r1")).toBeNull();
      expect(await store.challenges.open(aChallenge({ id: "c2", try: 2, openedAt: at(9) }))).toBe(true);
      expect((await store.challenges.ofRelease("r1")).map(({ id }) => id)).toEqual(["c1", "c2"]);
      expect(await store.challenges.get("c1")).toMatchObject({ state: "taken", sealed: null });
    });
  });

  describe("what is inside", () => {
    test("is kept for a release as it was told last", async () => {
      const told = {
        ...{ releaseId: "r1", sessionId: "s1", shasum: "e".repeat(40), toldAt: at(1) },
        document: { form: 1, files: [{ path: "index.js", bytes: 12, was: null }] },
      };
      expect(await store.contents.of("r1")).toBeNull();
      await store.contents.put(told);
      expect(await store.contents.of("r1")).toEqual(told);
      const again = { ...told, sessionId: "s2", toldAt: at(2), document: { form: 1, files: [] } };
      await store.contents.put(again);
      expect(await store.contents.of("r1")).toEqual(again);
      expect(await store.contents.of("r2")).toBeNull();
    });

    test("is kept for each package where a release has several", async () => {
      const told = { releaseId: "r1", sessionId: "s1", shasum: "e".repeat(40), toldAt: at(1), document: { form: 1 } };
      await store.packageContents.put({ ...told, package: "@acme/widget" });
      await store.packageContents.put({ ...told, package: "left-pad", shasum: "f".repeat(40) });
      await store.packageContents.put({ ...told, package: "left-pad", toldAt: at(2) });
      expect(await store.packageContents.of("r1", "@acme/widget")).toEqual(told);
      expect(await store.packageContents.of("r1", "left-pad")).toEqual({ ...told, toldAt: at(2) });
      expect(await store.packageContents.of("r2", "left-pad")).toBeNull();
      expect(await store.packageContents.sweep(at(2))).toBe(1);
      expect(await store.packageContents.of("r1", "@acme/widget")).toBeNull();
      expect(await store.packageContents.of("r1", "left-pad")).not.toBeNull();
    });

    test("goes with the sweep once it is old enough, and so does the second build, whose first word stands", async () => {
      const told = { releaseId: "r1", shasum: "e".repeat(40), toldAt: at(1), document: { form: 1, files: [] } };
      await store.contents.put({ ...told, sessionId: "s1" });
      await store.contents.put({ ...told, releaseId: "r2", sessionId: "s2", toldAt: at(5) });
      expect(await store.contents.sweep(at(5))).toBe(1);
      expect(await store.contents.of("r1")).toBeNull();
      expect(await store.contents.of("r2")).not.toBeNull();
      const built = { ...told, checkRunId: "99" };
      expect(await store.secondBuilds.add(built)).toBe(true);
      expect(await store.secondBuilds.add({ ...built, shasum: "f".repeat(40) })).toBe(false);
      expect(await store.secondBuilds.of("r1")).toEqual(built);
      expect(await store.secondBuilds.sweep(at(1))).toBe(0);
      expect(await store.secondBuilds.sweep(at(2))).toBe(1);
      expect(await store.secondBuilds.of("r1")).toBeNull();
    });
  });

  describe("sessions, sign-ins, audit", () => {
    const session = {
      personId: 21,
      personLogin: "alice",
      sealedToken: null,
      tokenKeyId: null,
      createdAt: at(0),
      lastSeenAt: at(0),
    };

    test("a session is put, touched, ended, and swept when it is over", async () => {
      await store.sessions.put({ id: "a", ...session, expiresAt: at(10) });
      await store.sessions.put({ id: "b", ...session, expiresAt: at(20) });
      await store.sessions.put({ id: "c", ...session, personId: 22, expiresAt: at(20) });
      await store.sessions.touch("b", at(5));
      expect(await store.sessions.get("b")).toEqual({ id: "b", ...session, lastSeenAt: at(5), expiresAt: at(20) });
      expect(await store.sessions.sweep(at(15))).toBe(1);
      expect(await store.sessions.get("a")).toBeNull();
      await store.sessions.put({ id: "d", ...session, createdAt: at(3), sealedToken: "box", expiresAt: at(20) });
      const mine = await store.sessions.ofPerson(21);
      expect(mine.map(({ id, sealedToken }) => [id, sealedToken])).toEqual([
        ["d", "box"],
        ["b", null],
      ]);
      expect((await store.sessions.endAllOf(21)).toSorted((one, other) => (one.id < other.id ? 1 : -1))).toEqual(mine);
      expect(await store.sessions.ofPerson(21)).toEqual([]);
      await store.sessions.end("c");
      expect(await store.sessions.get("c")).toBeNull();
    });

    test("a sign-in's state is good once, also for two who come at once", async () => {
      await store.signIns.put({ id: "x", verifier: "v", returnTo: "/", createdAt: at(0) });
      const taken = await Promise.all([store.signIns.take("x"), store.signIns.take("x")]);
      expect(taken.filter((each) => each !== null)).toEqual([{ verifier: "v", returnTo: "/", createdAt: at(0) }]);
    });

    test("sign-ins that nobody came back from go with the sweep", async () => {
      await store.signIns.put({ id: "x", verifier: "v", returnTo: "/", createdAt: at(0) });
      await store.sessions.sweep(at(7200));
      expect(await store.signIns.take("x")).toBeNull();
    });

    test("the audit keeps the order in which things were said", async () => {
      const event = {
        at: at(1),
        what: "release.requested",
        actor: "alice",
        releaseId: "r1",
        detail: { version: "1.2.0" },
      };
      await store.audit.add({ ...event, actorId: 21, repositoryId: 11 });
      await store.audit.add({ ...event, at: at(0), what: "lease.taken", actor: "countersign", detail: {} });
      const { releaseId: _, ...rest } = event;
      expect(await store.audit.ofRelease("r1")).toEqual([
        { ...rest, releaseId: "r1", actorId: 21, repositoryId: 11 },
        { ...rest, releaseId: "r1", at: at(0), what: "lease.taken", actor: "countersign", detail: {} },
      ]);
    });
  });
});
