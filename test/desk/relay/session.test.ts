import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateKeyPair } from "../../../src/domain/sealed-box.ts";
import { relayBench } from "./bench.ts";
import type { RelayBench } from "./bench.ts";

let bench: RelayBench;
beforeEach(async () => void (bench = await relayBench({ policy: { revoke: true } })));
afterEach(async () => await bench.close());

async function open(claims: Record<string, unknown>, step: "publish" | "post" = "publish"): Promise<unknown> {
  const { publicKey } = await generateKeyPair();
  const bearerHash = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
  return await bench.relay.openSession({ claims, step, publicKey, bearerHash });
}

describe("a runner's session", () => {
  it("opens for the job of the release, and tells what was approved and whether to revoke", async () => {
    const { session, release, revoke, registry } = await bench.session("publish", null);
    expect(session).toMatchObject({ releaseId: "r1", step: "publish", runId: 4242, runAttempt: 1, checkRunId: "99" });
    expect(session.expiresAt.getTime() - session.openedAt.getTime()).toBe(30 * 60_000);
    expect([release.version, revoke, registry]).toEqual(["1.2.0", true, null]);
    expect(await bench.audit()).toEqual(["runner.session"]);
  });

  it("compares the environment as GitHub does, without regard to case", async () => {
    await expect(open(bench.claims({ environment: "NPM" }))).resolves.toBeDefined();
  });

  it.each([
    ["a run nobody knows", { run_id: "4243" }, "no-release"],
    ["another repository", { repository_id: "12" }, "foreign-run"],
    ["another owner", { repository_owner_id: "4" }, "foreign-run"],
    ["a re-run", { run_attempt: "2" }, "rerun"],
    ["another event", { event_name: "push" }, "foreign-run"],
    ["another environment", { environment: "staging" }, "foreign-run"],
    ["no environment", { environment: undefined }, "foreign-run"],
    ["another workflow", { workflow_ref: "acme/widget_kit/.github/workflows/ci.yml@refs/heads/main" }, "foreign-run"],
    ["another branch", { workflow_ref: "acme/widget_kit/.github/workflows/publish.yml@refs/heads/dev" }, "foreign-run"],
    [
      "a tag of the branch's name",
      { workflow_ref: "acme/widget_kit/.github/workflows/publish.yml@refs/tags/main" },
      "foreign-run",
    ],
    [
      "a called workflow",
      { job_workflow_ref: `acme/widget_kit/.github/workflows/called.yml@${"c".repeat(40)}` },
      "foreign-run",
    ],
    ["another commit", { sha: "b".repeat(40) }, "other-commit"],
    ["a token without a job", { run_id: undefined }, "proof-invalid"],
  ])("is refused to %s", async (_, more, code) => {
    await expect(open(bench.claims(more))).rejects.toMatchObject({ name: "Refusal", code });
    expect(await bench.audit()).toEqual([]);
  });

  it("opens once for one OIDC token", async () => {
    const claims = bench.claims();
    await open(claims);
    await expect(open(claims)).rejects.toMatchObject({ code: "proof-invalid" });
  });

  it("is refused before the gate is open, and after the release is over", async () => {
    for (const state of ["waiting", "arming"] as const) {
      await bench.change({ state });
      await expect(open(bench.claims())).rejects.toMatchObject({ code: "not-now" });
      await expect(open(bench.claims(), "post")).rejects.toMatchObject({ code: "not-now" });
    }
    await bench.change({ state: "failed", endedAt: bench.clock.now(), holds: null });
    await expect(open(bench.claims())).rejects.toThrow("over");
  });

  it("opens for a post step until an hour after the release's end", async () => {
    await bench.change({ state: "failed", endedAt: bench.clock.now(), holds: null });
    await expect(open(bench.claims(), "post")).resolves.toBeDefined();
    bench.clock.add(3601);
    await expect(open(bench.claims(), "post")).rejects.toMatchObject({ code: "not-allowed" });
  });

  it("of several packages is refused where one lacks its own approvers, whoever opened the gate", async () => {
    await bench.close();
    const packages = ["@acme/widget", "@acme/gadget"];
    bench = await relayBench({ packages, approvers: { "@acme/gadget": "carol" } });
    await expect(open(bench.claims())).rejects.toMatchObject({
      code: "not-allowed",
      message: expect.stringMatching(
        /for all packages of the release: .*@acme\/gadget.*: 0 of 1 approvals.* bring all instances/,
      ),
    });
    expect(await bench.audit()).toEqual([]);
    // It only tells what it did.
    await expect(open(bench.claims(), "post")).resolves.toBeDefined();
    await bench.close();
    bench = await relayBench({ packages });
    await expect(open(bench.claims())).resolves.toBeDefined();
  });

  it("is refused to a key that is none", async () => {
    const input = {
      claims: bench.claims(),
      step: "publish" as const,
      publicKey: "c2hvcnQ=",
      bearerHash: "0".repeat(64),
    };
    await expect(bench.relay.openSession(input)).rejects.toMatchObject({ code: "bad-input" });
  });
});
