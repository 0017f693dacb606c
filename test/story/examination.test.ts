import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { examine as examineNow } from "../../src/desk/doctor/examine.ts";
import type { Examination } from "../../src/desk/doctor/types.ts";
import type { Judged } from "../../src/domain/doctor/report.ts";
import { ruleOf } from "../../src/domain/doctor/rules.ts";
import { Story } from "../support/story.ts";
import { pinned } from "../world/actions.ts";
import { policy } from "../world/cast.ts";
import type { CheckRunState } from "../world/github/state.ts";
import { workflow } from "../world/scene.ts";

const policyPath = ".github/countersign.yml";
const path = ".github/workflows/publish.yml";
type Examined = Extract<Examination, { state: "examined" }>;

let story: Story;
beforeEach(async () => {
  story = await Story.open({ workflow: "publish.yml" });
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
});
afterEach(async () => {
  await story.close();
  expect(story.judge.violations).toEqual([]);
});

function push(files: Record<string, string | null>, branch = "main"): string {
  return story.github.commit(story.cast.widget, story.cast.dave.id, files, "Change files", branch);
}

const clean = (): string => workflow("publish.yml", story.publicUrl);

async function examine(): Promise<Examined> {
  await story.settle();
  const found = await examineNow(story.app.parts, story.cast.widget.id);
  if (found.state !== "examined") throw new Error(found.why);
  return found;
}

/** `rule place` of what is found. */
function told({ report }: Examined): string[] {
  return report.findings.map(({ rule, where, subject }) =>
    `${rule} ${where === null ? (subject ?? "") : `${where.path.split("/").at(-1)}:${where.line}`}`.trim(),
  );
}

const one = ({ report }: Examined, rule: string): Judged | undefined =>
  report.findings.find((finding) => finding.rule === rule);

/** GitHub's calls from here on, by the operation's id. */
function calls(): () => Record<string, number | undefined> {
  const before = new Map(story.judge.log.map(({ operationId, count }) => [operationId, count]));
  return () => {
    const all = story.judge.log.map(({ operationId, count }) => [operationId, count - (before.get(operationId) ?? 0)]);
    return Object.fromEntries(all.filter(([, count]) => count !== 0));
  };
}

describe("the doctor", () => {
  test("finds nothing in the way where everything is as it should be, and says what it looked at", async () => {
    const found = await examine();
    expect(found.packages).toEqual(["@acme/widget"]);
    expect(found.sha).toBe(story.cast.widget.branches.get("main"));
    expect(found.report.findings.filter(({ level }) => level === "block")).toEqual([]);
    expect(told(found)).toEqual(["required-reviewers npm", "releaser-tokens @acme/widget"]);
    expect(found.kept).toEqual(expect.arrayContaining(["our-rule", "fit-workflow", "impostor-commit", "one-policy"]));
    for (const { rule } of [...found.report.findings, ...found.report.unchecked])
      expect(found.kept).not.toContain(rule);
  });

  test("asks for each file and each pin once, and never again at the same commit", async () => {
    push({ ".github/workflows/ci.yml": clean().replace("environment: npm", "environment: other") });
    const first = calls();
    await examine();
    expect(first()).toMatchObject({ "repos/compare-commits-with-basehead": 3 });
    const second = calls();
    await examine();
    expect(second()["repos/compare-commits-with-basehead"]).toBeUndefined();
    // The list of workflows, and the two files that aren't there.
    expect(second()["repos/get-content"]).toBeLessThanOrEqual(3);
    // Another commit that leaves the workflows alone has the same blobs.
    push({ "index.js": "1" });
    const third = calls();
    await examine();
    expect(third()["repos/get-content"]).toBeLessThanOrEqual(4);
  });

  test("knows a fork's commit, whether it builds on the action's history or not, and a comment that names another version", async () => {
    const with_ = (sha: string, version: string): string =>
      clean().replace(`actions/checkout@${pinned.checkout} # v5`, `actions/checkout@${sha} # ${version}`);
    for (const [sha, version, rule] of [
      [pinned.checkoutImpostor, "v5.0.0", "impostor-commit"],
      [pinned.checkoutOrphan, "v5.0.0", "impostor-commit"],
      // A comment that would be an abbreviation of the very commit.
      [pinned.checkoutImpostor, "2345678", "impostor-commit"],
      [pinned.checkoutBefore, "v5.0.0", "pin-comment"],
      [pinned.checkoutNext, "v5.0.0", "pin-comment"],
      [pinned.checkoutBefore, "v4.2.2", null],
      [pinned.checkout, "5.0.0", null],
    ] as const) {
      push({ [path]: with_(sha, version) });
      const found = await examine();
      const ofPins = told(found).filter((text) => /^(impostor|pin)/.test(text));
      expect(ofPins, `${sha} ${version}`).toEqual(rule === null ? [] : [`${rule} publish.yml:31`]);
    }
  });

  test("counts what can't be read as unchecked, never as kept", async () => {
    story.github.core.faults.on({ operation: "repos/get-environment", status: 502, times: 9 });
    story.github.core.faults.on({ operation: "repos/compare-commits-with-basehead", status: 403, times: 9 });
    story.registry.fail.status = 503;
    const found = await examine();
    const unchecked = new Set(found.report.unchecked.map(({ rule }) => rule));
    for (const rule of ["our-rule", "impostor-commit", "dist-tags"] as const) {
      expect(unchecked, rule).toContain(rule);
      expect(found.kept, rule).not.toContain(rule);
    }
    expect(found.report.unchecked.find(({ rule }) => rule === "our-rule")?.why).toMatch(
      /^The environment `npm` couldn't be read: GitHub has a fault of its own/,
    );
  });

  test("gives the command for what a command mends, whatever the environment is called", async () => {
    const name = "release/🚀 it's";
    story.github.createEnvironment(story.cast.widget, name, { branches: ["main"] });
    story.github.putSecret(story.cast.widget.environments.at(-1)!.secrets, "NPM_TOKEN", "somebody's");
    push({
      [policyPath]: policy.replace("environment: npm", `environment: ${JSON.stringify(name)}`),
      [path]: clean().replace("environment: npm", `environment: ${JSON.stringify(name)}`),
    });
    const found = await examine();
    expect(told(found)).toEqual(expect.arrayContaining([`our-rule ${name}`, `standing-secret ${name}`]));
    expect(told(found)).not.toContain("fit-workflow publish.yml:1");
    expect(one(found, "our-rule")?.mend.command).toBe(
      `gh api --method POST 'repos/acme/widget/environments/release%2F%F0%9F%9A%80%20it'\\''s/deployment_protection_rules' -F integration_id=${story.cast.app.id}`,
    );
    expect(one(found, "standing-secret")?.mend.command).toBe(
      `gh secret delete NPM_TOKEN --repo acme/widget --env 'release/🚀 it'\\''s'`,
    );
  });

  test("works with 300 environments and 50 workflows", async () => {
    for (let index = 0; index < 300; index += 1)
      story.github.createEnvironment(story.cast.widget, `e${index}`, { rules: [story.cast.app], branches: ["main"] });
    const names = Array.from({ length: 20 }, (_, index) => `e${index}`);
    const packages = names.map((name) =>
      policy
        .slice(policy.indexOf("  - name"))
        .replace("@acme/widget", `@acme/${name}`)
        .replace("environment: npm", `environment: ${name}\n    workflow: ${name}.yml`),
    );
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `.github/workflows/e${index}.yml`,
        clean().replace("environment: npm", `environment: e${index}`),
      ]),
    );
    push({ ...files, [policyPath]: policy + packages.join("") });
    const count = calls();
    const found = await examine();
    expect(found.packages).toHaveLength(21);
    expect(
      found.report.findings.filter(({ level, rule }) => level === "block" && rule !== "publishes-in-environment"),
    ).toEqual([]);
    expect(count()).toMatchObject({ "repos/get-environment": 21, "repos/compare-commits-with-basehead": 3 });
  });
});

describe("what is wrong with the files gets its sentence", () => {
  test("a policy on a branch only, under another name, two of them, or 10 MB", async () => {
    const why = async (): Promise<string> => {
      await story.settle();
      const found = await examineNow(story.app.parts, story.cast.widget.id);
      return found.state === "no-policy" ? found.why : "";
    };
    push({ [policyPath]: policy }, "draft");
    push({ [policyPath]: null });
    expect(await why()).toMatch(
      /has no `\.github\/countersign\.yml` on its default branch `main`.*counts once it is merged/,
    );
    push({ ".github/countersign.yaml": policy });
    expect(await why()).toMatch(/but a `\.github\/countersign\.yaml`, which isn't read: rename it/);
    push({ [policyPath]: policy });
    const found = await examine();
    expect(one(found, "one-policy")).toMatchObject({ where: { path: ".github/countersign.yaml", line: 1 } });
    push({ [policyPath]: `# ${"x".repeat(10 * 1024 * 1024)}\n` });
    expect(await why()).toMatch(/is no file that can be read: .* above 1 MB/);
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/is no file that can be read: .* above 1 MB/);
  });

  test("a workflow that is missing, never uses the environment, or has 10 MB", async () => {
    push({ [path]: null });
    expect(one(await examine(), "fit-workflow")?.text).toBe(
      "There is no `.github/workflows/publish.yml` at this commit, which is to publish `@acme/widget`.",
    );
    push({ [path]: clean().replace("    environment: npm\n", "") });
    expect(one(await examine(), "fit-workflow")?.text).toMatch(/^No job uses the environment `npm`/);
    push({ [path]: `${clean()}#${"x".repeat(10 * 1024 * 1024)}\n` });
    expect(one(await examine(), "fit-workflow")?.text).toMatch(/above 1 MB/);
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/`\.github\/workflows\/publish\.yml` is no file that can be read/);
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("a reusable workflow in a private repository", async () => {
    const secret = story.github.createRepository(story.cast.acme, "secret", {
      private: true,
      files: { ".github/workflows/shared.yml": "on: workflow_call\njobs: {}\n" },
    });
    const sha = secret.branches.get("main") ?? "";
    const call = `  test:\n    uses: acme/secret/.github/workflows/shared.yml@${sha}\n`;
    push({ [path]: clean().replace("jobs:\n", `jobs:\n${call}`) });
    const found = one(await examine(), "fit-workflow");
    expect(found?.where?.line).toBe(24);
    expect(found?.text).toMatch(/calls another workflow, .*which Countersign hasn't read/);
  });

  test("a local reusable workflow is read at the same commit", async () => {
    const shared =
      "on: workflow_call\npermissions: {}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n";
    push({
      ".github/workflows/shared.yml": shared,
      [path]: clean().replace("jobs:\n", "jobs:\n  test:\n    uses: ./.github/workflows/shared.yml\n"),
    });
    expect(one(await examine(), "fit-workflow")).toBeUndefined();
  });
});

describe("a release", () => {
  test("is refused for what the policy's rules find in its workflow, with the line and what to do", async () => {
    push({ [path]: clean().replace(`@${pinned.checkout} # v5`, "@v5") });
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(
      /`\.github\/workflows\/publish\.yml`, line 31: `actions\/checkout@.?v5` names a tag/,
    );
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("goes on where the rule is waived, and says by whom; the day after the waiver it isn't armed", async () => {
    const until = story.clock.now().toISOString().slice(0, 10);
    const waiver = `doctor:\n  waivers:\n    - { rule: pinned-actions, by: dave, reason: moved next week, until: ${until} }\n`;
    push({ [path]: clean().replace(`@${pinned.checkout} # v5`, "@v5"), [policyPath]: policy + waiver });
    await story.settle();
    await story.say(story.cast.alice, "/release 1.2.0");
    expect((await story.release()).state).toBe("waiting");
    await story.pass(86_400_000);
    await story.say(story.cast.bob, "/approve");
    const release = await story.release();
    expect(release.state).toBe("refused");
    expect(release.endCode).toBe("pinned-actions");
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.status()).toMatch(/actions\/checkout@.?v5` names a tag/);
  });

  test("is refused for a level that only the organisation asks for", async () => {
    const text = "version: 1\ndefaults:\n  doctor: { levels: { concurrency: block } }\n";
    const repository = story.github.createRepository(story.cast.acme, ".github", { files: { [policyPath]: text } });
    story.github.core.state.installations.values().next().value?.repositoryIds.add(repository.id);
    push({ [path]: clean().replace(/concurrency:\n.*\n.*\n/, "") });
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toContain(ruleOf("concurrency").mend);
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
  });

  test("asks for each pin once in its whole life, and arming asks for none", async () => {
    const request = calls();
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(request()["repos/compare-commits-with-basehead"]).toBe(3);
    const arming = calls();
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("running");
    expect(arming()["repos/compare-commits-with-basehead"]).toBeUndefined();
    await story.finishJob();
  });

  test("isn't held up by pins that GitHub can't be asked for", async () => {
    story.github.core.faults.on({ operation: "repos/compare-commits-with-basehead", status: 403, times: 99 });
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("running");
    await story.finishJob();
  });
});

describe("a push that touches a workflow or the policy", () => {
  async function checkOf(files: Record<string, string | null>, branch: string): Promise<CheckRunState | undefined> {
    const sha = push(files, branch);
    await story.settle();
    const all = [...(story.cast.widget.checkRuns ?? new Map<number, CheckRunState>()).values()];
    const own = all.filter(({ name, headSha }) => name === "Countersign doctor" && headSha === sha);
    expect(own.length).toBeLessThanOrEqual(1);
    return own[0];
  }

  test("is told at the lines what its own commit's policy makes of it", async () => {
    story.github.setBranch(story.cast.widget, "change", story.cast.widget.branches.get("main") ?? "");
    const loose = clean()
      .replace(`@${pinned.checkout} # v5`, "@v5")
      .replace(/concurrency:\n.*\n.*\n/, "");
    const check = await checkOf({ [path]: loose }, "change");
    expect(check).toMatchObject({ conclusion: "failure", title: "1 finding that blocks, 1 warning" });
    expect(check?.summary).toMatch(/^A release from this commit would be refused\./);
    expect(check?.annotations).toContainEqual(
      expect.objectContaining({ path, start_line: 28, annotation_level: "failure" }),
    );
    const allowed = `${policy}doctor: { levels: { pinned-actions: warn } }\n`;
    expect(await checkOf({ [policyPath]: allowed }, "change")).toMatchObject({
      conclusion: "success",
      title: "2 warnings",
    });
    expect(await checkOf({ [path]: clean() }, "change")).toMatchObject({ title: "Fit for a release" });
  });

  test("gets none where it touches neither, or has no policy that can be used", async () => {
    expect(await checkOf({ "index.js": "1" }, "main")).toBeUndefined();
    expect(await checkOf({ [policyPath]: "nonsense" }, "main")).toBeUndefined();
    expect(await checkOf({ [policyPath]: policy, [path]: null }, "main")).toMatchObject({ conclusion: "failure" });
  });
});
