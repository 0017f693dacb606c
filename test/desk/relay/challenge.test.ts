import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../../src/domain/sealed-box.ts";
import { alice, bob, published, relayBench, sealedTo, subject } from "./bench.ts";
import type { Opened, RelayBench } from "./bench.ts";

let bench: RelayBench;
let job: Opened;
beforeEach(async () => {
  bench = await relayBench();
  job = await bench.session();
});
afterEach(async () => await bench.close());

const ask = async (opened = job) =>
  await bench.relay.openChallenge({ session: opened.session, kind: "code", authUrl: null, subject });
const askLink = async (authUrl: string) =>
  await bench.relay.openChallenge({ session: job.session, kind: "link", authUrl, subject });
const answer = async (challengeId: string, sealed: string, person = alice) =>
  await bench.relay.answer({ person, challengeId, sealed });
const state = async (id: string) => (await bench.store.challenges.get(id))?.state;

describe("npm's question", () => {
  it("reaches the releaser, and the sealed answer reaches only the runner, once", async () => {
    const challenge = await ask();
    expect(challenge).toMatchObject({ try: 1, state: "open", openFor: "r1" });
    const tasks = await bench.store.tasks.claim("test", 10, bench.clock.now(), bench.clock.now());
    expect(tasks.map(({ kind }) => kind).sort()).toEqual(["tell-challenge"]);
    expect((await bench.relay.challengeFor(alice, challenge.id)).session.publicKey).toBe(job.keys.publicKey);

    const sealed = await sealedTo(job, "123456");
    await answer(challenge.id, sealed);
    const taken = await bench.relay.take(job.session, challenge.id);
    expect(taken.state).toBe("taken");
    expect(await open(taken.sealed ?? "", job.keys)).toBe("123456");
    expect(await bench.relay.take(job.session, challenge.id)).toEqual({ state: "taken", sealed: null });
    expect((await bench.store.challenges.get(challenge.id))?.sealed).toBeNull();
    await bench.relay.result(job.session, challenge.id, "accepted");
    await bench.relay.result(job.session, challenge.id, "accepted");
    expect(await bench.audit()).toEqual([
      ...["runner.session", "token.seen", "challenge.open", "challenge.answered", "challenge.taken"],
      "challenge.accepted",
    ]);
    expect(JSON.stringify([await bench.store.audit.ofRelease("r1"), bench.logged])).not.toContain(sealed);
  });

  it("is for nobody but the releaser to see or answer", async () => {
    const { id } = await ask();
    await expect(bench.relay.challengeFor(bob, id)).rejects.toMatchObject({ code: "not-allowed" });
    await expect(answer(id, await sealedTo(job), bob)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await state(id)).toBe("open");
  });

  it("takes the first answer and no second", async () => {
    const { id } = await ask();
    const answers = await Promise.allSettled([answer(id, await sealedTo(job)), answer(id, await sealedTo(job))]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(answer(id, await sealedTo(job))).rejects.toMatchObject({ code: "challenge-over" });
  });

  it("refuses what isn't sealed", async () => {
    const { id } = await ask();
    for (const sealed of ["123456", "", "MTIzNDU2", "A".repeat(4100)])
      await expect(answer(id, sealed)).rejects.toMatchObject({ code: "bad-input" });
  });

  it("is over after five minutes, for the page and for the runner", async () => {
    const { id } = await ask();
    bench.clock.add(300);
    await expect(answer(id, await sealedTo(job))).rejects.toMatchObject({ code: "challenge-over" });
    expect(await bench.relay.take(job.session, id)).toEqual({ state: "expired", sealed: null });
    expect(await ask()).toMatchObject({ try: 1 });
  });

  it("forgets an answer that the runner doesn't come for", async () => {
    const { id } = await ask();
    await answer(id, await sealedTo(job));
    bench.clock.add(360);
    expect(await bench.relay.take(job.session, id)).toEqual({ state: "expired", sealed: null });
    expect((await bench.store.challenges.get(id))?.sealed).toBeNull();
  });

  it("is asked three times at most", async () => {
    for (const number of [1, 2, 3]) {
      const challenge = await ask();
      expect(challenge.try).toBe(number);
      await answer(challenge.id, await sealedTo(job));
      await bench.relay.take(job.session, challenge.id);
      await bench.relay.result(job.session, challenge.id, "refused");
    }
    await expect(ask()).rejects.toMatchObject({ code: "challenge-over" });
  });

  it("ends, and so does the rival's, when another step asks while it is open", async () => {
    const { id } = await ask();
    await answer(id, await sealedTo(job));
    const rival = await bench.session("otp");
    await expect(ask(rival)).rejects.toMatchObject({ code: "challenge-over" });
    expect(await bench.relay.take(job.session, id)).toEqual({ state: "ended", sealed: null });
    expect(await bench.store.challenges.pending("r1")).toBeNull();
    expect(await bench.audit()).toContain("challenge.rival");
    expect(bench.logged.join()).toContain("Two steps asked");
  });

  it("makes place for a new one of the same step", async () => {
    const first = await ask();
    const second = await ask();
    expect([await state(first.id), await state(second.id)]).toEqual(["ended", "open"]);
    expect(await bench.audit()).not.toContain("challenge.rival");
  });

  it("is not another step's to take or settle", async () => {
    const { id } = await ask();
    await answer(id, await sealedTo(job));
    const other = await bench.session("otp");
    await expect(bench.relay.take(other.session, id)).rejects.toMatchObject({ code: "not-found" });
    await expect(bench.relay.result(other.session, id, "accepted")).rejects.toMatchObject({ code: "not-found" });
  });

  it("isn't asked for a package, version or post step that nobody approved", async () => {
    const wrong = { ...subject, version: "1.2.1" };
    await expect(
      bench.relay.openChallenge({ session: job.session, kind: "code", authUrl: null, subject: wrong }),
    ).rejects.toMatchObject({ code: "not-allowed" });
    expect(await bench.audit()).toContain("challenge.other");
    await expect(ask(await bench.session("post"))).rejects.toMatchObject({ code: "not-allowed" });
  });

  it("ends with the run", async () => {
    const { id } = await ask();
    await bench.change({ state: "cancelled", endedAt: bench.clock.now(), holds: null });
    await expect(answer(id, await sealedTo(job))).rejects.toMatchObject({ code: "challenge-over" });
    expect(await bench.relay.take(job.session, id)).toEqual({ state: "ended", sealed: null });
    await expect(ask()).rejects.toMatchObject({ code: "not-now" });
  });

  it("ends when the runner stops waiting", async () => {
    const { id } = await ask();
    await bench.relay.result(job.session, id, "ended");
    await expect(answer(id, await sealedTo(job))).rejects.toThrow("doesn't wait");
  });

  it("may be a link, on the registry's own pages and nowhere else", async () => {
    for (const elsewhere of [
      "https://evil.example/auth/cli/1",
      "http://127.0.0.1:4874/auth/cli/1",
      "http://user@127.0.0.1:4873/auth/cli/1",
      "javascript:alert(1)",
      "",
    ])
      await expect(askLink(elsewhere)).rejects.toMatchObject({ code: "bad-input" });
    const { id, authUrl } = await askLink("http://127.0.0.1:4873/auth/cli/1");
    expect(authUrl).toBe("http://127.0.0.1:4873/auth/cli/1");
    await expect(answer(id, await sealedTo(job))).rejects.toMatchObject({ code: "bad-input" });
    await bench.relay.result(job.session, id, "accepted");
    expect(await state(id)).toBe("accepted");
    expect(JSON.stringify(await bench.store.audit.ofRelease("r1"))).not.toContain("auth/cli");
  });
});

describe("the runner's report", () => {
  it("is kept beside what is known, each step's part", async () => {
    await bench.relay.report(job.session, published);
    await bench.relay.report((await bench.session("post")).session, { revoked: "revoked" });
    expect((await bench.release()).runnerReport).toMatchObject({ ...published, revoked: "revoked" });
    expect(await bench.audit()).toContain("runner.reported");
  });

  it("is refused where a step tells what isn't its to tell, or a token", async () => {
    await expect(bench.relay.report(job.session, { revoked: "revoked" })).rejects.toMatchObject({ code: "bad-input" });
    await expect(
      bench.relay.report(job.session, { outcome: "failed", message: `npm_${"a1B2".repeat(9)}` }),
    ).rejects.toMatchObject({ code: "bad-input" });
    expect((await bench.release()).runnerReport).not.toHaveProperty("outcome");
    expect((await bench.release()).runnerReport).not.toHaveProperty("revoked");
  });
});
