import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { doctor as answer } from "../../src/cli/answers.ts";
import type { Doctor } from "../../src/cli/answers.ts";
import { reportLines } from "../../src/cli/doctor-report.ts";
import type { Paint } from "../../src/cli/output.ts";
import { CommandLine } from "../support/command-line.ts";
import { clean, manyFindings, withoutPolicy } from "../support/examinations.ts";
import { Story } from "../support/story.ts";
import { apiClient } from "../web/api-client.ts";
import { createBench } from "../web/bench.ts";

const paint: Paint = { good: plain, bad: plain, busy: plain, dim: plain, bold: plain };
const colours: Paint = { ...paint, good: (text) => `<good>${text}`, bad: (text) => `<bad>${text}` };

function plain(text: string): string {
  return text;
}

/** What the server answers for an examination. */
async function told(examination: typeof clean | typeof withoutPolicy, login = "alice"): Promise<Doctor> {
  const bench = createBench({ examinations: { 1: examination }, readers: ["bob"] });
  const api = apiClient(bench);
  const { body } = await api.send("GET", "/repositories/1/doctor", undefined, await api.signIn(login));
  return answer.parse(body);
}

describe("the doctor's report at a terminal", () => {
  test("fits into 80 columns, but for what is copied", async () => {
    const lines = reportLines(await told(manyFindings), { width: 80, paint });
    const copied = /^ {4}[$+\- @]|^ {2}https:/;
    expect(lines.filter((line) => line.length > 80 && !copied.test(line))).toEqual([]);
    const text = lines.join("\n");
    expect(text).toContain("acme/widget at aaaaaaa\n7 findings block releases, 2 findings warn");
    expect(text).toContain("\nBlocks releases\nstanding-secret: No token lies in CI\n");
    expect(text).toMatch(
      /\n {2}- \.github\/workflows\/publish\.yml:11: `actions\/checkout@v5` is a tag,\s+which\s+can\s+be moved\.\n/,
    );
    expect(text).toContain("    To mend it: Switch off Allow administrators to bypass configured protection");
    expect(text).toContain("    $ gh secret delete NPM_TOKEN --repo acme/widget");
    expect(text).toContain("    -      - uses: actions/checkout@v5\n    +      - uses: actions/checkout@08c6");
    expect(text).toContain("    Waived by bob until 2027-01-31: the machine is wiped each night");
    expect(text).toContain("Couldn't be looked at\n  - A pinned commit belongs to");
    expect(text).toContain("  https://countersign.test/doctor/rules/pinned-actions");
  });

  test("colours what a change adds and takes away", async () => {
    const lines = reportLines(await told(manyFindings), { width: 80, paint: colours });
    expect(lines.some((line) => /^<good> {4}\+ +- uses/.test(line))).toBe(true);
    expect(lines.some((line) => /^<bad> {4}- +- uses/.test(line))).toBe(true);
  });

  test("says to who may only read that something was left out", async () => {
    const text = reportLines(await told(manyFindings, "bob"), { width: 80, paint }).join("\n");
    expect(text).not.toMatch(/NPM_TOKEN|carol has no/);
    expect(text).toContain("What concerns secrets and people is for people with write access.");
  });

  test("is one sentence where nothing is wrong, and the policy's problems where it can't be used", async () => {
    expect(reportLines(await told(clean), { width: 80, paint })).toEqual([
      "acme/widget at aaaaaaa",
      `Nothing is wrong: all ${clean.kept.length} rules are kept.`,
    ]);
    expect(reportLines(await told(withoutPolicy), { width: 80, paint }).join("\n")).toContain(
      "- line 3, `defaults.releaser`: there is no key `releaser` here.",
    );
  });

  test("obeys nothing that a file says to the terminal", async () => {
    const [first] = manyFindings.report.findings;
    if (first === undefined) throw new Error("nothing was found");
    const evil = "\u001b[2J\u0007\u202e\r\nx";
    const finding = {
      ...first,
      where: { path: evil, line: 1 },
      text: evil,
      mend: { text: evil, command: evil, diff: evil },
    };
    const report = { findings: [finding], unchecked: [{ rule: "plan" as const, why: evil }] };
    const lines = reportLines(await told({ ...manyFindings, report }), { width: 80, paint });
    // eslint-disable-next-line no-control-regex -- They are what is looked for.
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});

describe("countersign doctor", () => {
  let story: Story;
  let cli: CommandLine;
  beforeEach(async () => {
    story = await Story.open();
    story.github.core.deviceInterval = 0;
    cli = new CommandLine(story.github, story.publicUrl);
    await cli.json(["sign-in"], { as: story.cast.alice });
  });
  afterEach(async () => {
    cli.close();
    await story.close();
    story.judge.assertClean();
  });

  test("ends with 1 where something blocks: the report on standard output, what came of it on standard error", async () => {
    story.cast.npm.canAdminsBypass = true;
    const { status, stdout, stderr } = await cli.run(["doctor", "Acme/Widget"]);
    expect(status).toBe(1);
    expect(stdout).toContain("admin-bypass: Administrators can't bypass the rules");
    expect(stdout).not.toContain("\u001b");
    expect(stderr).toMatch(/^countersign: \d+ findings? blocks? releases\.\n$/);
    const machine = await cli.run(["doctor", "acme/widget", "--json"]);
    expect(JSON.parse(machine.stderr)).toMatchObject({ code: "blocked" });
    const { findings } = JSON.parse(machine.stdout) as Doctor;
    expect(findings).toContainEqual(expect.objectContaining({ rule: "admin-bypass", level: "block", subject: "npm" }));
  });

  test("without a policy that can be used ends with 1, and says what is wrong with it", async () => {
    const { widget, dave } = story.cast;
    story.github.commit(widget, dave.id, { ".github/countersign.yml": "version: 2\n" }, "oh");
    const { status, stdout, stderr } = await cli.run(["doctor", "acme/widget"]);
    expect(status).toBe(1);
    expect(stdout).toContain("- line 1, `version`");
    expect(stderr).toBe("countersign: Nothing can be released from there: it has no policy that can be used.\n");
  });

  test.each([
    [["doctor"], 2, "Say which repository: `countersign doctor OWNER/REPO`."],
    [["doctor", "widget"], 2, "Say which repository"],
    [["doctor", "acme/widget", "more"], 2, "doesn't know what to do with “more”"],
    [["doctor", "acme/nothing"], 1, "There is no repository acme/nothing here"],
  ])("%j is answered with a sentence", async (args, status, sentence) => {
    const ended = await cli.run(args);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: "" });
    expect(ended.stderr).toContain(sentence);
  });
});
