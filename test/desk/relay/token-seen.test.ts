import { afterEach, describe, expect, it } from "vitest";
import { checkToken } from "../../../src/domain/checks.ts";
import { doTask } from "../../../src/desk/tasks.ts";
import { aToken } from "../../support/rows.ts";
import { published, relayBench, subject, untold } from "./bench.ts";
import type { BenchOptions, Opened, RelayBench } from "./bench.ts";

let bench: RelayBench;
afterEach(async () => await bench.close());

const day = 86_400_000;
const inDays = (days: number): string => new Date(bench.clock.now().getTime() + days * day).toISOString();
const told = { npmUser: "alice-npm", mayWrite: true, expiresAt: null, bypass2fa: false };

/** A publish step that has told nothing yet. */
async function job(policy: BenchOptions["policy"] = {}): Promise<Opened> {
  bench = await relayBench({ policy });
  return await bench.session("publish", null);
}
const ask = async ({ session }: Opened) =>
  await bench.relay.openChallenge({ session, kind: "code", authUrl: null, subject });

describe("what the step saw of the token", () => {
  it("is kept with the token and the release, as far as the registry tells", async () => {
    const { session } = await job();
    await bench.relay.tokenSeen(session, { ...untold, npmUser: "alice-npm" });
    const seen = {
      ...{ at: bench.clock.now().toISOString(), releaseId: "r1", npmUser: "alice-npm" },
      ...{ mayWrite: null, expiresAt: null, bypass2fa: null },
    };
    expect((await bench.token()).seen).toEqual(seen);
    expect(await bench.release()).toMatchObject({ state: "running", runnerReport: { seen, npmUser: "alice-npm" } });
    expect(await bench.audit()).toEqual(["runner.session", "token.seen"]);
    expect(await bench.todos()).toEqual([]);
  });

  it("stops nobody where the registry tells nothing, which isn't taken for fine", async () => {
    const { session } = await job();
    await bench.relay.tokenSeen(session, untold);
    expect(await bench.token()).toMatchObject({ refusedAt: null, seen: { npmUser: null, bypass2fa: null } });
    expect((await bench.release()).state).toBe("running");
  });

  it.each([
    [{ npmUser: "mallory-npm" }, "It belongs to npm user mallory-npm, and was sealed as one of alice-npm."],
    [{ npmUser: "Alice-npm" }, "was sealed as one of alice-npm (npm tells capitals apart)."],
    [{ npmUser: "](//evil|`x`" }, "It belongs to another npm user, and was sealed"],
    [{ bypass2fa: true }, "It bypasses 2FA, as npm says, which isn't allowed for @acme/widget."],
    [{ mayWrite: false }, "It may read @acme/widget but not write it, as npm says."],
    [{ dead: true }, "npm doesn't know it any more (401)"],
  ])("%j ends the release before anything is published, and the token isn't used again", async (more, why) => {
    const opened = await job();
    const report = { ...untold, ...told, ...more };
    await expect(bench.relay.tokenSeen(opened.session, report)).rejects.toMatchObject({ code: "token-refused" });
    const release = await bench.release();
    expect(release).toMatchObject({ state: "failed", endCode: "token-refused", holds: null });
    expect(release.endText).toContain(`alice's npm token was refused before the step published @acme/widget@1.2.0. `);
    expect(release.endText).toContain(why);
    expect(release.endText).toMatch(
      /alice seals another one at https:\/\/countersign\.example\/tokens\/new\?\S+ and asks again with \/release\.$/,
    );
    expect(await bench.audit()).toEqual(["runner.session", "token.seen", "token.refused", "release.failed"]);
    const token = await bench.token();
    expect(token.refusedWhy).toContain(why);
    const rules = { maxDays: 90, keep: "until-expiry" as const, bypass2fa: null, revoke: false, limits: [] };
    const check = checkToken({ token, keyId: token.keyId, rules }, "alice", bench.clock.now());
    expect(check).toMatchObject({
      verdict: "refused",
      text: expect.stringContaining("was refused at its last use: "),
    });
    // The clean-up of the end removes the secret.
    const tasks = await bench.store.tasks.claim("test", 10, bench.clock.now(), bench.clock.now());
    expect(tasks.map(({ kind }) => kind)).toContain("clean-up");
    await expect(ask(opened)).rejects.toMatchObject({ code: "not-now" });
  });

  it("is answered alike when it is told twice, since the first answer may have got lost", async () => {
    const { session } = await job();
    const report = { ...untold, npmUser: "mallory-npm" };
    const answers = [];
    for (const _ of [1, 2])
      answers.push(await bench.relay.tokenSeen(session, report).catch((error: unknown) => String(error)));
    expect(answers[0]).toContain("mallory-npm");
    expect(answers[1]).toBe(answers[0]);
    expect((await bench.audit()).filter((what) => what === "token.refused")).toHaveLength(1);
  });

  it("asks the owner to revoke a token that was refused, unless npm doesn't know it any more", async () => {
    const { session } = await job();
    await expect(bench.relay.tokenSeen(session, { ...untold, bypass2fa: true })).rejects.toThrow();
    expect(await bench.todos()).toMatchObject([{ why: "refused", label: "laptop", npmUser: "alice-npm" }]);
    await bench.close();
    const second = await job();
    await expect(bench.relay.tokenSeen(second.session, { ...untold, dead: true })).rejects.toThrow();
    expect(await bench.todos()).toEqual([]);
  });

  it("may tell of a bypass where the policy gives a reason for it, and the organisation has nothing against it", async () => {
    const { session } = await job({ bypass2fa: "the mirror has no second factor" });
    await bench.relay.tokenSeen(session, { ...untold, ...told, bypass2fa: true });
    expect(await bench.token()).toMatchObject({ refusedAt: null, seen: { bypass2fa: true } });
    await bench.close();
    const strict = await job({
      bypass2fa: "the mirror has no second factor",
      organization: ["token: { bypass2fa: false }"],
    });
    await expect(bench.relay.tokenSeen(strict.session, { ...untold, bypass2fa: true })).rejects.toThrow("bypasses 2FA");
  });

  it("refuses a token that lives longer than policy or organisation allow, or that has ended", async () => {
    for (const policy of [{ maxDays: 30 }, { organization: ["token: { maxDays: 30 }"] }]) {
      const { session } = await job(policy);
      await bench.relay.tokenSeen(session, { ...untold, expiresAt: inDays(31) });
      await expect(bench.relay.tokenSeen(session, { ...untold, expiresAt: inDays(32) })).rejects.toThrow(
        "longer than the 30 days that a token may live for @acme/widget.",
      );
      await bench.close();
    }
    const { session } = await job();
    await expect(bench.relay.tokenSeen(session, { ...untold, expiresAt: inDays(-1) })).rejects.toThrow(
      "It ended on 2026-11-22, as npm says.",
    );
  });

  it("takes the earlier of two ends, in every place of the same npm token, and warns by it", async () => {
    const { session } = await job();
    const { sealedAt, expiresAt } = await bench.token();
    const other = { id: "t2", environmentId: 8, environmentName: "mirror", slot: "11/8/21" };
    await bench.store.tokens.put(aToken({ ...other, sealedAt, expiresAt }));
    await bench.relay.tokenSeen(session, { ...untold, expiresAt: inDays(10) });
    for (const id of ["t1", "t2"]) {
      const token = (await bench.store.tokens.get(id))!;
      expect(token.expiresAt.toISOString()).toBe(inDays(10));
      // Nobody is warned in the first half of a life, so not 7 days before the end but 3.
      expect(token.warnAt?.getTime()).toBeGreaterThan(new Date(inDays(6)).getTime());
      expect(token.warnAt?.getTime()).toBeLessThan(new Date(inDays(8)).getTime());
    }
    await bench.relay.tokenSeen(session, { ...untold, expiresAt: inDays(20) });
    expect((await bench.token()).expiresAt.toISOString()).toBe(inDays(10));
  });

  it("refuses another user's token wherever it is sealed, and a rule's only where the rule holds", async () => {
    for (const [more, everywhere] of [
      [{ npmUser: "mallory-npm" }, true],
      [{ bypass2fa: true }, false],
    ] as const) {
      const { session } = await job();
      const { sealedAt, expiresAt } = await bench.token();
      await bench.store.tokens.put(aToken({ id: "t2", environmentId: 8, slot: "11/8/21", sealedAt, expiresAt }));
      await expect(bench.relay.tokenSeen(session, { ...untold, ...more })).rejects.toThrow();
      expect((await bench.store.tokens.get("t2"))?.refusedAt !== null).toBe(everywhere);
      // Where it may still be used it isn't to be revoked.
      expect(await bench.todos()).toHaveLength(everywhere ? 1 : 0);
      await bench.close();
    }
    await job();
  });

  it("names the mending step of a repository that keeps no token", async () => {
    const { session } = await job({ keep: "never" });
    await expect(bench.relay.tokenSeen(session, { ...untold, dead: true })).rejects.toThrow(
      "Ask again with /release, and seal another one for that release.",
    );
  });

  it("is neither a post step's to tell, nor a place for a token", async () => {
    const { session } = await job();
    const npmUser = `npm_${"a1B2".repeat(9)}`;
    await expect(bench.relay.tokenSeen(session, { ...untold, npmUser })).rejects.toMatchObject({ code: "bad-input" });
    const post = await bench.session("post");
    await expect(bench.relay.tokenSeen(post.session, untold)).rejects.toMatchObject({ code: "bad-input" });
    expect(JSON.stringify([await bench.store.audit.ofRelease("r1"), await bench.release()])).not.toContain(npmUser);
  });

  it("has to be told before anybody is asked for a code: a step of another version is refused", async () => {
    const opened = await job();
    await expect(ask(opened)).rejects.toThrow("use the `publish` step of Countersign's own version");
    await bench.relay.tokenSeen(opened.session, untold);
    await expect(ask(opened)).resolves.toMatchObject({ state: "open" });
    // What another step told is not this one's word.
    const second = await bench.session("publish", null);
    await expect(ask(second)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("a token after its run", () => {
  const over = async (): Promise<void> => {
    const now = bench.clock.now();
    await bench.change({ state: "published", endedAt: now, holds: null, jobStartedAt: now });
  };
  const other = async (): Promise<void> => {
    const { sealedAt, expiresAt } = await bench.token();
    await bench.store.tokens.put(aToken({ id: "t2", environmentId: 8, slot: "11/8/21", sealedAt, expiresAt }));
  };
  const post = async (revoked: "revoked" | "failed" | "not-asked"): Promise<void> =>
    await bench.relay.report((await bench.session("post")).session, { revoked });

  it("that npm refuses now is forgotten in every place, and there is nothing to do", async () => {
    await job({ revoke: true });
    await other();
    await post("revoked");
    for (const id of ["t1", "t2"])
      expect(await bench.store.tokens.get(id)).toMatchObject({ removedWhy: "revoked", ciphertext: "", slot: null });
    await over();
    await doTask(bench.parts, "revocation", "r1");
    expect(await bench.todos()).toEqual([]);
  });

  it("that couldn't be revoked is forgotten too, and its owner is asked to revoke it, once", async () => {
    await job({ revoke: true });
    await other();
    await post("failed");
    expect(await bench.token()).toMatchObject({ removedWhy: "left-behind", ciphertext: "" });
    expect(await bench.todos()).toMatchObject([{ why: "revoke-failed", label: "laptop" }]);
    await over();
    await doTask(bench.parts, "revocation", "r1");
    expect(await bench.todos()).toHaveLength(1);
  });

  it("of which nobody heard, though the organisation wants it revoked, is the owner's to revoke", async () => {
    await job({ organization: ["revoke: true"] });
    await bench.relay.report((await bench.session()).session, published);
    await doTask(bench.parts, "revocation", "r1");
    expect(await bench.todos()).toEqual([]);
    await over();
    await doTask(bench.parts, "revocation", "r1");
    expect(await bench.todos()).toMatchObject([{ why: "revoke-failed" }]);
    // The report came late, and it had worked.
    await post("revoked");
    expect(await bench.todos()).toEqual([]);
    expect(await bench.audit()).toContain("todo.done");
  });

  it("stays on file where nobody wants it revoked, and where its job never had it", async () => {
    await job();
    await post("not-asked");
    await over();
    await doTask(bench.parts, "revocation", "r1");
    expect((await bench.token()).removedAt).toBeNull();
    await bench.close();
    await job({ revoke: true });
    await bench.change({ state: "cancelled", endedAt: bench.clock.now(), holds: null });
    await doTask(bench.parts, "revocation", "r1");
    expect((await bench.token()).removedAt).toBeNull();
    expect(await bench.todos()).toEqual([]);
  });

  it("is revoked where the organisation says so, though the repository doesn't", async () => {
    expect((await job({ organization: ["revoke: true"] })).revoke).toBe(true);
  });
});
