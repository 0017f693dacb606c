import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkAllApprovals } from "../../src/domain/checks.ts";
import type { ApprovalFacts } from "../../src/domain/facts.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { PackagePolicy } from "../../src/domain/policy-types.ts";
import type { PartState, ReleasePart } from "../../src/domain/release-types.ts";
import {
  approvalGroups,
  cantGoTogether,
  isLive,
  jointPolicy,
  leftWords,
  partWords,
  withPart,
} from "../../src/domain/several.ts";
import { releaseTitle } from "../../src/domain/release.ts";
import { stillStaged } from "../../src/domain/staged.ts";

/** Packages with the given lines of policy each. */
function packages(...lines: string[][]): PackagePolicy[] {
  const each = lines.flatMap((own, index) => [
    `  - name: p${index}`,
    "    releasers: [alice]",
    ...(own.some((line) => line.startsWith("approvals")) ? [] : ["    approvals: { count: 1, from: [bob] }"]),
    ...own.map((line) => `    ${line}`),
  ]);
  const read = parsePolicy(`version: 1\npackages:\n${each.join("\n")}\n`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy.packages;
}

describe("packages that are asked for together", () => {
  test("go together where one job can publish them, whoever releases and approves each", () => {
    expect(
      cantGoTogether(packages([], ["environment: Publish"], ["approvals: { count: 2, from: [bob, carol] }"])),
    ).toBeNull();
    expect(cantGoTogether(packages([]))).toBeNull();
  });

  test.each([
    ["environment: other", "environment"],
    ["workflow: other.yml", "workflow"],
    ["secret: OTHER", "secret"],
    ["mode: stage", "mode"],
    ["registry: https://registry.example/", "registry"],
    ["gate: before-dispatch", "gate"],
  ])("don't with another %s, and the sentence names package and key", (line, key) => {
    expect(cantGoTogether(packages([], [], [line]))).toContain(`beside \`p0\`, \`p2\` has another \`${key}\``);
  });

  test("don't where one is to be built twice, which is released by itself, and the sentence says so", () => {
    const all = packages([], ["secondBuild: true"], []);
    expect(cantGoTogether(all)).toContain("second build (`secondBuild`) of `p1`, and only one package is built");
    expect(cantGoTogether(all.slice(1, 2))).toBeNull();
    expect(jointPolicy(all).secondBuild).toBe(true);
  });

  test("get the strictest of what the policy says of each", () => {
    const all = packages(
      ["maxExposure: 10m", "token: { maxDays: 30, bypass2fa: 'a reason that is long enough' }"],
      ["remove: job-started", "revoke: true", "token: { keep: never }", "reviewers: github-only"],
    );
    expect(jointPolicy(all)).toMatchObject({
      ...{ name: "p0", remove: "job-started", maxExposureSeconds: 600, revoke: true, reviewers: "github-only" },
      token: { maxDays: 30, keep: "never", bypass2fa: null },
    });
    expect(jointPolicy(all.toReversed())).toMatchObject({
      maxExposureSeconds: 600,
      revoke: true,
      remove: "job-started",
    });
    expect(jointPolicy(all.slice(0, 1))).toBe(all[0]);
  });

  test("have their approvals counted together only where they are counted alike", () => {
    const all = packages(
      ["approvals: { count: 1, from: [bob, carol] }"],
      ["approvals: { count: 1, from: [Carol, bob] }"],
      ["approvals: { count: 2, from: [bob, carol] }"],
    );
    expect(approvalGroups(all).map((group) => group.packages)).toEqual([["p0", "p1"], ["p2"]]);
  });
});

describe("a part of a release", () => {
  const state = fc.constantFrom<PartState>("waiting", "published", "staged", "failed");
  const told = fc.record(
    { state, text: fc.constant("why"), shasum: fc.constant("a"), verifiedAt: fc.constant("2026-11-30T00:00:00Z") },
    { requiredKeys: [] },
  );
  const parts = (): ReleasePart[] => [
    { name: "a", state: "already" },
    { name: "b", state: "waiting" },
  ];

  test("that is live stays live whatever comes late, and what was there already is never touched", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), told)), (reports) => {
        let all = parts();
        let live = false;
        for (const [name, report] of reports) {
          all = withPart(all, name, report);
          const b = all[1] ?? { name: "b", state: "waiting" };
          if (live) expect(isLive(b)).toBe(true);
          live = isLive(b);
        }
        expect(all[0]).toEqual({ name: "a", state: "already" });
        expect(all.map(({ name }) => name)).toEqual(["a", "b"]);
      }),
    );
  });

  test("goes nowhere back: waiting is only at the beginning", () => {
    const published = withPart(parts(), "b", { state: "published" });
    expect(withPart(published, "b", { state: "waiting" })).toEqual(published);
    expect(withPart(published, "b", { state: "staged" })).toEqual(published);
  });

  test("that the registry has otherwise than it was to be stays so, whatever the step says late", () => {
    const odd = withPart(parts(), "b", { state: "failed", text: "Others.", onRegistry: "otherwise" });
    expect(withPart(odd, "b", { state: "published" })).toEqual(odd);
    expect(odd.map(partWords)[1]).toBe("on the registry, and not as it was to be");
    const { packages } = { packages: [...odd, { name: "c", state: "failed" as const }] };
    expect(leftWords({ version: "1.2.0", packages })).toBe(
      "Live: `a`; not: `b` and `c`. On this commit, `/release 1.2.0 c` publishes only the rest.",
    );
    expect(leftWords({ version: "1.2.0", packages: packages.slice(1) })).toBe(
      "None of its packages is live as it was to be.",
    );
  });

  test("that failed has its reason only as long as it is failed", () => {
    const failed = withPart(parts(), "b", { state: "failed", text: "no" });
    expect(failed[1]).toMatchObject({ state: "failed", text: "no" });
    expect(withPart(failed, "b", { state: "published" })[1]).toEqual({ name: "b", state: "published" });
  });
});

describe("a release of several in words", () => {
  const packagesOf = (...states: Array<PartState | "live">): ReleasePart[] =>
    states.map((state, index) =>
      state === "live"
        ? { name: `p${index}`, state: "published", verifiedAt: "2026-11-30T00:00:00Z" }
        : { name: `p${index}`, state, ...(state === "staged" ? { stageId: "5" } : {}) },
    );

  test("says what is live, what isn't, and how the rest is published", () => {
    expect(leftWords({ version: "1.2.0", packages: packagesOf("live", "failed", "waiting") })).toBe(
      "Live: `p0`; not: `p1` and `p2`. The same command again, on this commit, publishes only the rest; so does `/release 1.2.0 p1 p2`.",
    );
    expect(leftWords({ version: "1.2.0", packages: packagesOf("failed", "waiting") })).toBe(
      "None of its packages is live.",
    );
    expect(leftWords({ version: "1.2.0", packages: packagesOf("staged", "failed") })).toContain("`npm stage reject 5`");
  });

  test("names each stage that npm still has, and which of them isn't to be approved", () => {
    const stage = (name: string, more: Partial<ReleasePart>): ReleasePart => ({
      name,
      state: "failed",
      stageId: name,
      ...more,
    });
    const packages = [
      stage("w", { state: "staged" }),
      stage("other-bytes", {}),
      stage("rejected", { stageSeen: "gone-since 2026-11-30T00:00:00Z" }),
      stage("live", { verifiedAt: "2026-11-30T00:00:00Z" }),
      stage("exchanged", { onRegistry: "otherwise" }),
    ];
    const words = leftWords({ version: "1.2.0", packages });
    expect(words).toContain("Staged at npm: `w` (`npm stage reject w` takes it away); approve or reject them");
    expect(words).toContain("Not to be approved at npm: `other-bytes` (`npm stage reject other-bytes` takes it away).");
    expect(stillStaged({ packages, runnerReport: null })).toMatch(
      /with `npm stage reject w`, `npm stage reject other-bytes`\.$/,
    );
  });

  test("has a title that counts what it publishes", () => {
    const release = { package: "p0", version: "1.2.0" };
    expect(releaseTitle({ ...release, packages: packagesOf("waiting", "waiting", "already") })).toBe(
      "p0@1.2.0 with 1 more",
    );
    expect(releaseTitle({ ...release, packages: packagesOf("waiting", "already") })).toBe("p0@1.2.0");
    expect(releaseTitle({ ...release, packages: null })).toBe("p0@1.2.0");
  });
});

describe("the approvals of a release of several", () => {
  const group = (more: Partial<ApprovalFacts>): ApprovalFacts => ({
    ...{ sha: "a".repeat(40), releaserId: 1, releaserLogin: "alice", count: 1, self: false },
    from: [{ kind: "person", login: "bob" }],
    given: [{ personId: 2, login: "bob", verdict: "approved", sha: "a".repeat(40), source: "chat", mayApprove: true }],
    ...more,
  });

  test("are all there only where each package's are", () => {
    const reason = checkAllApprovals([group({ of: ["p0"] }), group({ of: ["p1"], count: 2 })], "By package.");
    expect(reason).toMatchObject({ rule: "approvals", verdict: "waiting" });
    expect(reason.children?.map(({ text }) => text)).toEqual([
      "`p0`: 1 of 1 approvals for aaaaaaa (bob).",
      "`p1`: 1 of 2 approvals for aaaaaaa (bob).",
    ]);
  });

  test("that are counted alike are said once, as for one package", () => {
    expect(checkAllApprovals([group({})], "By package.")).toMatchObject({
      ...{ verdict: "satisfied", text: "1 of 1 approvals for aaaaaaa (bob)." },
    });
  });
});
