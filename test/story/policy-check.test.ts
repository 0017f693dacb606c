import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { policy } from "../world/cast.ts";
import { Story } from "../support/story.ts";
import type { CheckRunState } from "../world/github/state.ts";

let story: Story;
beforeEach(async () => {
  story = await Story.open();
});
afterEach(async () => {
  await story.close();
  expect(story.judge.violations).toEqual([]);
});

/** The policy's checks; the doctor has its own. */
function policyChecks(): CheckRunState[] {
  const all = [...(story.cast.widget.checkRuns ?? new Map<number, CheckRunState>()).values()];
  return all.filter(({ name }) => name === "Countersign policy");
}

/** Pushes a policy to a branch, and gives the check that it got. */
async function pushed(text: string | null, branch = "other-policy"): Promise<CheckRunState | undefined> {
  const { widget, alice, acme } = story.cast;
  expect(acme.user.login).toBe("acme");
  const files = { ".github/countersign.yml": text, "README.md": `${branch} ${text ?? ""}` };
  const sha = story.github.commit(widget, alice.id, files, `change ${branch} ${text?.length ?? 0}`, branch);
  await story.settle();
  const checks = policyChecks();
  expect(checks.filter(({ headSha }) => headSha === sha).length).toBeLessThanOrEqual(1);
  return checks.find(({ headSha }) => headSha === sha);
}

describe("a commit that touches the policy", () => {
  test("is told in words what it changes, and what of it asks for less", async () => {
    const check = await pushed(policy.replace("count: 1", "count: 0").replace("[alice, carol]", "[alice, dave]"));
    expect(check).toMatchObject({ name: "Countersign policy", status: "completed", conclusion: "success" });
    expect(check?.title).toBe("3 changes, 2 that ask for less");
    expect(check?.summary?.split("\n").slice(2)).toEqual([
      "- ⚠️ **`@acme/widget`**: `dave` may release too.",
      "- **`@acme/widget`**: `carol` may release no more.",
      "- ⚠️ **`@acme/widget`**: 0 approvals are asked for instead of 1.",
    ]);
    expect(check?.detailsUrl).toBe(`${story.publicUrl}/repositories/${story.cast.widget.id}`);
  });

  test("is told of each problem at its line, by the parser that decides", async () => {
    const check = await pushed(policy.replace("releasers: [alice, carol]", "releaser: [alice]"));
    expect(check).toMatchObject({ conclusion: "failure" });
    expect(check?.annotations).toContainEqual(
      expect.objectContaining({
        path: ".github/countersign.yml",
        start_line: 5,
        annotation_level: "failure",
        message: expect.stringContaining("releasers") as string,
      }),
    );
    expect(check?.summary).toMatch(/^`\.github\/countersign\.yml` can't be used as it is/);
  });

  test("that changes nothing of what it means says so; one that removes it says what that means", async () => {
    expect(await pushed(`# a comment\n${policy}`)).toMatchObject({ conclusion: "success", title: "Nothing changes" });
    expect(await pushed(null)).toMatchObject({ conclusion: "neutral", title: "The policy file is removed" });
  });

  test("on the default branch is what decides from now on", async () => {
    const check = await pushed(policy.replace("count: 1", "count: 2"), "main");
    expect(check).toMatchObject({ conclusion: "success", title: "A policy for one package" });
    expect(check?.summary).toBe("Releases are decided by it: it stands on `main`.");
  });

  test("gets one check however often GitHub tells of it, and none where it touches something else", async () => {
    const { widget, alice } = story.cast;
    await pushed(policy.replace("count: 1", "count: 2"));
    const before = widget.checkRuns?.size;
    const push = story.github.core.state.deliveries.findLast(({ event }) => event === "push");
    story.github.hooks.redeliver(push!);
    story.github.commit(widget, alice.id, { "index.js": "1" }, "other", "other-policy");
    await story.settle();
    expect(widget.checkRuns?.size).toBe(before);
  });

  test.each([403, 404, 422])(
    "is given up without a trace where GitHub answers %i: no release needs the check",
    async (status) => {
      story.github.core.faults.on({ operation: "checks/create", status });
      await pushed(policy.replace("count: 1", "count: 2"));
      expect(story.cast.widget.checkRuns).toBeUndefined();
      expect((await story.app.parts.store.tasks.counts()).dead).toBe(0);
      expect(story.logLines.filter((line) => line.includes("Work failed"))).toEqual([]);
    },
  );

  test("is checked all the same where GitHub refuses the first try", async () => {
    story.github.core.faults.on({ operation: "checks/create", status: 502, times: 1 });
    await pushed(policy.replace("count: 1", "count: 2"));
    for (let minute = 0; minute < 3; minute += 1) await story.pass(60_000);
    expect(policyChecks()).toHaveLength(1);
  });
});
