import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { policy } from "../world/cast.ts";
import { workflow } from "../world/scene.ts";
import { Story } from "../support/story.ts";

describe("/doctor", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const page = (): string => `${story.publicUrl}/repositories/${story.cast.widget.id}/doctor`;

  test("says what blocks, with its place at the commit, why and how to mend it, and links to the page", async () => {
    const { alice, widget, npm, dave } = story.cast;
    npm.canAdminsBypass = true;
    const file = ".github/workflows/publish.yml";
    const text = workflow("publish-quick.yml", story.publicUrl);
    const matrix = text.replace("    runs-on:", "    strategy: { matrix: { node: [22, 24] } }\n    runs-on:");
    story.github.commit(widget, dave.id, { [file]: matrix }, "a matrix");
    await story.say(alice, "/doctor");
    const said = story.lastWords();
    expect(said).toContain("block releases");
    expect(said).toContain(`[the whole report](${page()})`);
    expect(said).toMatch(/⛔ .*Administrators may bypass the rules of `npm`.*\/doctor\/rules\/admin-bypass\)/);
    expect(said).toMatch(
      new RegExp(
        `\\[\`${file}:\\d+\`\\]\\(${story.github.url}/acme/widget/blob/[0-9a-f]{40}/${file}#L\\d+\\): .*strategy`,
      ),
    );
  });

  test("is for people with write access, and tells nobody in a thread of secrets", async () => {
    const { alice, mallory, widget } = story.cast;
    story.github.putSecret(widget.secrets, "NPM_TOKEN", "npm_left-behind");
    await story.say(mallory, "/doctor");
    expect(story.lastWords()).toContain("Only people with write access have the doctor look.");
    await story.say(alice, "/doctor");
    expect(story.lastWords()).toMatch(/\d+ findings? about secrets (?:or|and) people stands? on the page only\./);
    expect(story.lastWords()).not.toContain("NPM_TOKEN");
  });

  test("without a policy that can be used says what is wrong with it", async () => {
    const { alice, widget, dave } = story.cast;
    story.github.commit(widget, dave.id, { ".github/countersign.yml": policy.replace("releasers", "releaser") }, "oh");
    await story.say(alice, "/doctor");
    expect(story.lastWords()).toContain("`.github/countersign.yml` can't be used:");
    expect(story.lastWords()).toContain("Did you mean `releasers`?");
  });
});
