import { expect, test } from "vitest";
import { Story } from "../support/story.ts";
import { manifest } from "../world/scene.ts";

/** Asked for without a call of the main job that needs it, each with its reason. */
const withoutCall: Record<string, string> = {
  checks: "the check on the policy file in pull requests, which comes with the set-up pages",
  pull_requests: "comments in pull requests: GitHub asks for this one there, and for issues elsewhere",
};

test("app.yml asks for what the calls made need, and for nothing that no call needs", async () => {
  const story = await Story.open();
  await story.untilRunning();
  await story.finishJob();
  // A stranger's word has the approvers' team looked up.
  await story.say(story.cast.alice, "/release 1.3.0");
  await story.say(story.cast.mallory, "/approve 0123456");
  await story.say(story.cast.mallory, `/approve ${(await story.release()).sha.slice(0, 7)}`);
  await story.say(story.cast.alice, "/cancel");
  const { permissions } = manifest();
  const enough = ({ name, access }: { name: string; access: string }): boolean =>
    permissions[name] === "write" || (access === "read" && permissions[name] === "read");
  const used = new Set<string>();
  for (const seen of story.judge.log) {
    if (seen.permissions.length === 0) continue;
    expect(seen.permissions.some(enough), seen.operationId).toBe(true);
    const [first] = seen.permissions.filter(enough);
    if (first !== undefined) used.add(first.name);
  }
  const unused = Object.keys(permissions).filter((name) => !used.has(name));
  expect(unused.toSorted()).toEqual(Object.keys(withoutCall).toSorted());
  await story.close();
  story.judge.assertClean();
});
