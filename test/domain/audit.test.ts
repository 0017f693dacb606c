import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auditKinds, auditSentence, hasWords } from "../../src/domain/audit/index.ts";
import { endStates } from "../../src/domain/release-types.ts";

const say = (what: string, actor: string, detail: Record<string, unknown> = {}): string =>
  auditSentence({ what, actor, detail });

/** Names of events as they stand in the code that writes them. */
function written(): string[] {
  const src = join(import.meta.dirname, "../../src");
  const files = globSync(["desk/**/*.ts", "chat/**/*.ts"], { cwd: src });
  const kinds = auditKinds.map(([prefix]) => prefix.slice(0, -1)).join("|");
  const names = files.flatMap((file) =>
    [...readFileSync(join(src, file), "utf8").matchAll(new RegExp(`"((?:${kinds})\\.[a-z-]+)"`, "g"))].map(
      ([, name]) => name ?? "",
    ),
  );
  const challenges = ["answered", "taken", "accepted", "refused", "expired", "ended"];
  return [
    ...names,
    ...endStates.map((state) => `release.${state}`),
    ...challenges.map((state) => `challenge.${state}`),
    ...["approval.approved", "approval.rejected"],
  ];
}

describe("the audit in words", () => {
  test("there are words for every event that the code writes, and a kind for the filter", () => {
    const names = [...new Set(written())];
    expect(names.length).toBeGreaterThan(35);
    expect(names.filter((name) => !hasWords(name))).toEqual([]);
  });

  test("a person is named by their login, the app and the workflow step by what they are", () => {
    const sha = "abcdef0123".repeat(4);
    expect(say("release.requested", "alice", { package: "@acme/widget", version: "1.2.0", sha, issue: 4 })).toBe(
      "alice asked for the release of `@acme/widget@1.2.0` from commit `abcdef0` in #4.",
    );
    expect(say("approval.approved", "bob", { sha, source: "dashboard" })).toBe(
      "bob approved commit `abcdef0` on the release's page.",
    );
    expect(say("gate.approved", "countersign", { run: 7, environment: "npm" })).toBe(
      "Countersign opened the gate of the environment `npm` for run `7`.",
    );
    expect(say("token.seen", "runner", { npmUser: "alice-npm" })).toBe(
      "The workflow step looked at the token before using it: it belongs to the npm user `alice-npm`.",
    );
  });

  test("reasons are words where they are known, and codes where they aren't", () => {
    const about = { owner: "alice", environment: "npm" };
    expect(say("token.removed", "alice", { ...about, why: "removed" })).toBe(
      "alice forgot their token for the environment `npm`: it was removed.",
    );
    expect(say("token.removed", "countersign", { ...about, why: "made-up" })).toBe(
      "Countersign forgot alice's token for the environment `npm`: `made-up`.",
    );
    expect(say("release.failed", "countersign", { code: "run-failed" })).toBe("The release failed (`run-failed`).");
    expect(say("release.cancelled", "alice", { code: "cancelled" })).toBe("The release ended: cancelled by alice.");
  });

  test("a warning says when; a to-do says who did it", () => {
    const about = { owner: "alice", expiresAt: "2026-12-23T23:59:59.000Z" };
    expect(say("token.warned", "countersign", { ...about, days: 7 })).toBe(
      "Countersign warned alice: their npm token ends within 7 days, on 2026-12-23.",
    );
    expect(say("token.warned", "countersign", { ...about, days: 0 })).toContain("has ended, on 2026-12-23.");
    expect(say("todo.done", "runner")).toBe("The workflow step revoked the npm token: nothing is left to do.");
    expect(say("todo.done", "alice")).toBe("alice said that the npm token is revoked.");
  });

  test("what nobody gave words to is shown by its name", () => {
    expect(say("something.new", "alice", { a: 1 })).toBe("alice: `something.new`.");
    expect(say("toString", "alice")).toBe("alice: `toString`.");
  });

  test("a detail that is missing, of another form or hostile takes nothing away from the sentence", () => {
    for (const what of new Set(written()))
      for (const detail of [{}, { environment: null, days: "x", try: [], seconds: {}, why: 7, sha: {}, code: "" }]) {
        const sentence = say(what, "alice", detail as Record<string, unknown>);
        expect(sentence).toMatch(/^[A-Za-z].*\.$/);
        expect(sentence).not.toMatch(/undefined|null|object|NaN/);
      }
    expect(say("run.confirmed", "alice", { version: "1`\n\u202e`<b>" })).toBe(
      "alice confirmed the run as the release of `1' '<b>`.",
    );
    expect(say("run.confirmed", "alice", { version: "9".repeat(500) }).length).toBeLessThan(160);
  });
});
