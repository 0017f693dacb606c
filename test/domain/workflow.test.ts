import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWorkflow } from "../../src/domain/workflow.ts";

/** The guide's publishing workflow, in short. */
const guide = `name: Publish
on:
  workflow_dispatch:
    inputs:
      version: { description: "patch, minor, major", required: true, default: patch, type: string }
      tag: { required: true, default: latest, type: string }
permissions: { contents: write, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: publish
    steps:
      - uses: actions/checkout@v5
      - run: npm publish --tag="\${{ inputs.tag }}"
        env: { NODE_AUTH_TOKEN: "\${{ secrets.NPM_TOKEN }}" }
`;
const place = { environment: "publish", secret: "NPM_TOKEN" };
const job = { ok: true, job: { key: "publish", name: "publish" } };

/** \`line: problem\` of a workflow that is unfit. */
function problem(text: string): string {
  const read = readWorkflow(text, place);
  return read.ok ? "fit" : `${read.line}: ${read.problem}`;
}

describe("a publishing workflow", () => {
  test("is the guide's", () => {
    expect(readWorkflow(guide, place)).toEqual({ ...job, inputs: ["version", "tag"], requiredInputs: [] });
  });

  test.each([
    ["an environment with a URL", guide.replace("environment: publish", "environment: { name: publish, url: x }")],
    ["an environment in other letters", guide.replace("environment: publish", "environment: PUBLISH")],
    ["`on` in quotes", guide.replace("on:\n", '"on":\n')],
    ["other triggers", guide.replace("on:\n", "on:\n  push: { branches: [main] }\n")],
    ["a condition on the job", guide.replace("    runs-on", "    if: github.actor != 'x'\n    runs-on")],
    [
      "other jobs and environments",
      `${guide}  docs:\n    environment: pages\n    steps: [{ run: "echo \${{ secrets.DOCS }}" }]\n`,
    ],
    ["anchors", guide.replace("ubuntu-latest", "&os ubuntu-latest") + "  test:\n    runs-on: *os\n"],
    ["an input with a default", guide.replace("      tag:", "      note: { required: true, default: x }\n      tag:")],
    ["inputs without a type", guide.replaceAll(", type: string", "")],
    ["a matrix on another job", `${guide}  test:\n    strategy: { matrix: { node: [22, 24] } }\n    steps: []\n`],
  ])("may have %s", (_, text) => {
    expect(readWorkflow(text, place)).toMatchObject(job);
  });

  test("is asked for a second build in a job of its own without an environment, where the policy wants one", () => {
    const again = (more: string): string =>
      `${guide}  again:\n${more}    steps: [{ uses: acme/countersign/action/second-build@${"c".repeat(40)} }]\n`;
    const twice = { ...place, secondBuild: true };
    expect(readWorkflow(again(""), twice)).toMatchObject(job);
    expect(readWorkflow(guide, twice)).toMatchObject({ ok: false, problem: expect.stringContaining("no job tells") });
    const onOther = readWorkflow(again("    environment: other\n"), twice);
    expect(onOther).toMatchObject({ ok: false, problem: expect.stringContaining("must not have an environment") });
  });

  test("is known by the name that GitHub's list of jobs shows", () => {
    const named = guide.replace("    runs-on", "    name: Publish to npm\n    runs-on");
    expect(readWorkflow(named, place)).toMatchObject({ job: { key: "publish", name: "Publish to npm" } });
  });

  test("tells which inputs have to be given", () => {
    const text = guide.replace("default: patch, ", "").replace("default: latest, ", "default: '', ");
    expect(readWorkflow(text, place)).toMatchObject({ requiredInputs: ["version", "tag"] });
  });

  test.each([
    [
      "no dispatch",
      guide.replace("workflow_dispatch", "workflow_call"),
      "2: it has no `workflow_dispatch` trigger, so it can't be started: add one with the inputs `version` and `tag`.",
    ],
    [
      "a dispatch without inputs",
      "on: [push, workflow_dispatch]\njobs: {}\n",
      "1: its `workflow_dispatch` has no input `version`: add it with `type: string`; a release gives `version` and `tag`.",
    ],
    [
      "pull_request_target",
      guide.replace("on:\n", "on:\n  pull_request_target:\n"),
      "3: it also runs on `pull_request_target`, with which a stranger's pull request reaches secrets: remove that trigger.",
    ],
    [
      "an input of another type",
      guide.replace("default: latest, type: string", "type: choice, options: [latest]"),
      "6: its input `tag` has the type `choice`, which doesn't take every value: write `type: string`.",
    ],
    [
      "another required input",
      guide.replace("      tag:", "      otp: { required: true }\n      tag:"),
      "6: its input `otp` is required, but a release gives only `version` and `tag`: give it a default.",
    ],
    [
      "no job on the environment",
      guide.replace("environment: publish", "environment: other"),
      "8: no job uses the environment `publish`: add `environment: publish` to the publishing job.",
    ],
    [
      "two jobs on the environment",
      `${guide}  again:\n    environment: { name: Publish }\n`,
      "16: two jobs (`publish` and `again`) use the environment `publish`; the secret may reach only one: merge them.",
    ],
    [
      "an environment by expression, in any job",
      `${guide}  docs:\n    environment: "\${{ inputs.tag }}"\n`,
      "17: the environment's name is an expression, so nobody can tell which jobs reach the secret: write the name out.",
    ],
    [
      "an environment without a deployment",
      guide.replace("environment: publish", "environment: { name: publish, deployment: false }"),
      "11: `deployment: false` makes GitHub fail a job that a protection rule holds: remove that line.",
    ],
    [
      "a matrix",
      guide.replace("    runs-on", "    strategy: { matrix: { node: [24] } }\n    runs-on"),
      "10: the job `publish` has a `strategy`, so the secret could reach several jobs: publish from a single job.",
    ],
    [
      "a name by expression",
      guide.replace("    runs-on", '    name: "Publish ${{ inputs.version }}"\n    runs-on'),
      "10: the name of the job `publish` isn't a fixed text, so the job can't be told apart in the run: write the name out.",
    ],
    [
      "two jobs of one name",
      `${guide}  other:\n    name: publish\n`,
      "16: the job `other` is shown under the same name as the publishing job, `publish`: give it another `name`.",
    ],
    [
      "a called workflow that can change",
      `${guide}  test:\n    uses: acme/ci/.github/workflows/test.yml@main\n`,
      "17: the job `test` calls another workflow that isn't pinned to a full commit SHA, so it can change between approval and run: put its steps into this file.",
    ],
    [
      "a called workflow",
      `${guide}  test:\n    uses: ./.github/workflows/test.yml\n`,
      "17: the job `test` calls another workflow, which could use the environment too, and which Countersign hasn't read: put its steps into this file.",
    ],
    [
      "the secret for every job",
      `${guide}env: { NODE_AUTH_TOKEN: "\${{ secrets.NPM_TOKEN }}" }\n`,
      "16: it hands `secrets.NPM_TOKEN` to every job and step: move that into the one step that publishes.",
    ],
    ["a YAML 1.1 directive", `%YAML 1.1\n---\n${guide}`, "1: directives (`%…`) aren't read here: delete this line."],
    ["no content", "", "null: it isn't a workflow: it has no `on:` and no `jobs:`."],
  ])("with %s is unfit, and the answer says what to change", (_, text, said) => {
    expect(problem(text)).toBe(said);
  });

  const calling = `${guide}  test:\n    uses: ./.github/workflows/test.yml\n`;
  const reading = (called: Record<string, string>, text = calling): string => {
    const read = readWorkflow(text, place, new Map(Object.entries(called)));
    return read.ok ? "fit" : read.problem;
  };
  const test1 = "./.github/workflows/test.yml";

  test("may call workflows that surely don't reach the environment, also through others", () => {
    const plain = "on: workflow_call\njobs: { a: { environment: pages, steps: [] }, b: { steps: [] } }\n";
    const further = `${plain.replace("b: { steps: [] }", "b: { uses: ./.github/workflows/b.yml }")}`;
    expect(reading({ [test1]: plain })).toBe("fit");
    expect(reading({ [test1]: further, "./.github/workflows/b.yml": plain })).toBe("fit");
    const pinned = `acme/ci/.github/workflows/test.yml@${"0".repeat(40)}`;
    expect(reading({ [pinned]: plain }, calling.replace(test1, pinned))).toBe("fit");
  });

  test.each([
    [
      "has a job on the environment",
      "jobs: { a: { environment: { name: Publish } } }",
      "which has a job on the environment too",
    ],
    [
      "has an environment by expression",
      'jobs: { a: { environment: "${{ inputs.x }}" } }',
      "whose environment is only known when it runs",
    ],
    ["can't be read", "jobs: [", "which can't be read, so it could use the environment too"],
    ["has no jobs", "on: workflow_call", "which can't be read, so it could use the environment too"],
    [
      "calls one that isn't known",
      "jobs: { a: { uses: ./.github/workflows/b.yml } }",
      "and which Countersign hasn't read",
    ],
    ["calls itself", `jobs: { a: { uses: ${test1} } }`, "and which Countersign hasn't read"],
    [
      "calls another repository's",
      "jobs: { a: { uses: o/r/.github/workflows/b.yml@main } }",
      "which calls a further one",
    ],
  ])("calling one that %s is unfit", (_, text, said) => {
    expect(reading({ [test1]: text })).toContain(said);
  });

  test("calling another may not hand over the secret, nor run under the name of a called job", () => {
    const plain = { [test1]: "jobs: { a: { steps: [] } }" };
    expect(reading(plain, `${calling}    secrets: { token: "\${{ secrets.NPM_TOKEN }}" }\n`)).toContain(
      "outside the environment",
    );
    expect(reading(plain, calling.replace("    runs-on", "    name: test / a\n    runs-on"))).toContain(
      "is shown under the same name",
    );
    expect(
      reading(
        plain,
        calling
          .replace("    uses:", "    environment: publish\n    uses:")
          .replace("environment: publish\n    steps", "steps"),
      ),
    ).toContain("on the environment calls another workflow");
  });

  test.each([
    "secrets.NPM_TOKEN",
    "secrets.npm_token",
    "secrets['NPM_TOKEN']",
    "secrets [ 'npm_token' ]",
    "secrets[inputs.tag]",
    "toJSON(secrets)",
    "secrets.*",
    "github.token || secrets.NPM_TOKEN",
  ])("whose other job reads ${{ %s }} is unfit", (expression) => {
    expect(problem(`${guide}  other:\n    steps: [{ run: "echo \${{ ${expression} }}" }]\n`)).toContain(
      "the job `other` uses `secrets.NPM_TOKEN` outside the environment `publish`",
    );
  });

  test.each(["secrets.NPM_TOKEN_2", "secrets['OTHER']", "secrets.OTHER", "vars.NPM_TOKEN", "'NPM_TOKEN'"])(
    "may read ${{ %s }} in another job",
    (expression) => {
      expect(problem(`${guide}  other:\n    steps: [{ run: "echo \${{ ${expression} }}" }]\n`)).toBe("fit");
    },
  );

  test("of 10 MB is refused at once", () => {
    const before = performance.now();
    expect(problem("a: b\n".repeat(2_000_000))).toContain("larger than 128 KB");
    expect(performance.now() - before).toBeLessThan(500);
  });

  test("is read or refused with a sentence, whatever it holds", () => {
    const part = fc.constantFrom(
      "on:",
      "jobs:",
      "publish:",
      "environment: ",
      "publish",
      "workflow_dispatch",
      "inputs:",
      "&a ",
      "*a",
      "\n",
      "\n  ",
      "\n    ",
      "{",
      "}",
      "${{",
      "a: ",
      "- ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(part, { maxLength: 40 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const read = readWorkflow(text, place);
          if (!read.ok) expect(read.problem).toMatch(/\.$/);
        },
      ),
    );
  });

  test("is judged by what it says, wherever in the file it says it", () => {
    const keys = fc.shuffledSubarray(["version", "tag", "note"], { minLength: 3 });
    const dispatch = fc.record({ name: fc.constantFrom("publish", "Publish", "other"), jobs: fc.nat(3), inputs: keys });
    fc.assert(
      fc.property(dispatch, ({ name, jobs, inputs }) => {
        const all = Object.fromEntries(
          Array.from({ length: jobs }, (_, index) => [`j${index}`, { environment: name }]),
        );
        const on = {
          workflow_dispatch: { inputs: Object.fromEntries(inputs.map((input) => [input, { type: "string" }])) },
        };
        const fit = jobs === 1 && name !== "other";
        expect(readWorkflow(JSON.stringify({ jobs: all, on }), place).ok).toBe(fit);
      }),
    );
  });
});
