import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readInside } from "../../../src/desk/inside.ts";
import { viewRelease } from "../../../src/desk/view.ts";
import type { ReadContents } from "../../../src/domain/inside/types.ts";
import { contentsOf } from "../../support/surveys.ts";
import { relayBench, subject } from "./bench.ts";
import type { Opened, RelayBench } from "./bench.ts";

let bench: RelayBench;
let job: Opened;
beforeEach(async () => {
  bench = await relayBench();
  job = await bench.session();
});
afterEach(async () => await bench.close());

const described = (shasum = "e".repeat(40)): ReadContents =>
  contentsOf({ "package.json": JSON.stringify({ scripts: { install: "make" } }), "index.js": "1\n" }, null, shasum);
const tell = async (contents: ReadContents, by: Opened = job): Promise<void> =>
  await bench.relay.tellContents(by.session, contents);
const inside = async () => await readInside(bench.parts, (await viewRelease(bench.parts, "r1"))!);

describe("what a step tells of its tarball", () => {
  it("is kept with the release, and noted without anything from the package", async () => {
    expect(await inside()).toBeNull();
    await tell(described());
    expect(await inside()).toMatchObject({
      ...{ contents: described(), otherBytes: null, toldAt: bench.clock.now() },
      points: [{ code: "install-script-new" }, { code: "first" }],
    });
    const [event] = (await bench.store.audit.ofRelease("r1")).filter(({ what }) => what === "runner.contents");
    expect(event?.detail).toEqual({
      ...{ session: job.session.id, shasum: "e".repeat(40), state: "read", files: 2, beside: "first" },
      dangers: ["install-script-new"],
    });
  });

  it("is the last one's, until somebody is asked about it", async () => {
    await tell(described());
    const again = await bench.session();
    await tell(described("f".repeat(40)), again);
    expect((await inside())?.contents?.shasum).toBe("f".repeat(40));
    const asked = { ...subject, shasum: "f".repeat(40) };
    await bench.relay.openChallenge({ session: again.session, kind: "code", authUrl: null, subject: asked });
    await expect(tell(described(), again)).rejects.toMatchObject({ code: "not-now" });
    expect((await inside())?.contents?.shasum).toBe("f".repeat(40));
    // Nobody has answered in time: the step may begin anew.
    bench.clock.add(400);
    await tell(described(), again);
    expect((await inside())?.contents?.shasum).toBe("e".repeat(40));
  });

  it("is worth nothing where npm's question is about other bytes", async () => {
    await tell(described());
    const asked = { ...subject, shasum: "a".repeat(40) };
    const opened = bench.relay.openChallenge({ session: job.session, kind: "code", authUrl: null, subject: asked });
    await expect(opened).rejects.toThrow("isn't the bytes that the step described");
    // Nobody is asked, and the release is over.
    expect(await bench.store.challenges.ofRelease("r1")).toEqual([]);
    expect(await bench.release()).toMatchObject({ state: "failed", endCode: "bytes-differ" });
  });

  it("is worth nothing where the registry has other bytes", async () => {
    await tell(described());
    await bench.change({ shasum: "b".repeat(40) });
    expect((await inside())?.otherBytes).toBe("b".repeat(40));
  });

  it("is shown as of an unknown form where another version has told it", async () => {
    const row = { releaseId: "r1", sessionId: "s1", shasum: "e".repeat(40), toldAt: bench.clock.now() };
    await bench.store.contents.put({ ...row, document: { form: 9, state: "read" } });
    expect(await inside()).toMatchObject({ contents: null, points: [], otherBytes: null });
  });

  it.each(["otp", "post"] as const)("isn't taken from the step %s", async (step) => {
    await expect(tell(described(), await bench.session(step))).rejects.toMatchObject({ code: "not-allowed" });
    expect(await inside()).toBeNull();
  });

  it("isn't taken with a token in it, nor after the release", async () => {
    const found = described();
    found.files[0]!.path = `npm_${"x".repeat(36)}`;
    await expect(tell(found)).rejects.toMatchObject({ code: "bad-input" });
    await bench.change({ state: "failed", endedAt: bench.clock.now(), holds: null });
    await expect(tell(described())).rejects.toMatchObject({ code: "not-now" });
    expect(await inside()).toBeNull();
    expect(await bench.audit()).not.toContain("runner.contents");
  });
});
