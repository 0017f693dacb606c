import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobOrder, JobResult, StepResult } from "../types.ts";
import { createRunner } from "./index.ts";
import type { WorldRunner } from "./index.ts";
import { orderOf, workflowOf } from "./order.ts";

let runner: WorldRunner;
let folder: string;
beforeAll(async () => {
  runner = await createRunner();
  folder = await mkdtemp(join(tmpdir(), "countersign-actions-"));
});
afterAll(async () => {
  await runner.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(steps: string, different: Partial<JobOrder> = {}, head = ""): Promise<JobResult> {
  return await runner.start(orderOf(workflowOf(steps, head), different), () => {}).done;
}

/** Lays out `acme/tool/<name>` as a local action. */
async function action(name: string, yml: string, scripts: Record<string, string>): Promise<Map<string, string>> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "action.yml"), yml);
  for (const [file, text] of Object.entries(scripts)) await writeFile(join(folder, name, file), text);
  return new Map([["acme/tool", folder]]);
}

const ends = (result: JobResult): (string | null)[] => result.steps.map(({ conclusion }) => conclusion);

describe("steps", () => {
  test("outputs, exported variables and paths reach the steps after them", async () => {
    const result = await run(`
- id: one
  run: |
    echo "word=hello there" >> "$GITHUB_OUTPUT"
    printf 'lines<<END\\na\\nb=c\\nEND\\n' >> "$GITHUB_OUTPUT"
    echo "LATER=from a file" >> "$GITHUB_ENV"
    mkdir bin && printf '#!/bin/sh\\necho my tool\\n' > bin/mytool && chmod +x bin/mytool
    echo "$PWD/bin" >> "$GITHUB_PATH"
- run: echo "[$WORD] [$LATER] [$(mytool)] [$LINES_]"
  env:
    WORD: \${{ steps.one.outputs.word }}
    LINES_: \${{ steps.one.outputs.lines }}`);
    expect(result.conclusion).toBe("success");
    expect(result.log).toContain("[hello there] [from a file] [my tool] [a\nb=c]");
  });

  test("variables of the workflow, the job and the step: the inner one wins", async () => {
    const text = `env: { A: workflow, B: workflow, C: workflow }\n${workflowOf('- run: echo "$A $B $C"\n  env: { C: step }', "env: { B: job, C: job }")}`;
    const { log } = await runner.start(orderOf(text), () => {}).done;
    expect(log).toContain("workflow job step\n".trimEnd());
  });

  test("the job's outputs are filled from its steps", async () => {
    const result = await run(
      '- id: one\n  run: echo "word=hello" >> "$GITHUB_OUTPUT"',
      {},
      "outputs:\n  word: ${{ steps.one.outputs.word }}",
    );
    expect(result.outputs).toEqual({ word: "hello" });
  });

  test("after a failure only steps that ask for it run", async () => {
    const result = await run(`
- run: exit 3
- run: echo not this
- if: failure()
  run: echo but this
- if: always()
  run: echo and this
- if: cancelled()
  run: echo nor this`);
    expect(result.conclusion).toBe("failure");
    expect(ends(result)).toEqual(["failure", "skipped", "success", "success", "skipped"]);
  });

  test("a failure that may be is forgiven, but known to later steps", async () => {
    const result = await run(`
- id: may
  run: "false"
  continue-on-error: true
- run: echo "\${{ steps.may.outcome }} \${{ steps.may.conclusion }}"`);
    expect(result).toMatchObject({ conclusion: "success" });
    expect(result.log).toContain("failure success");
  });

  test("a pipe that fails in its middle fails the step", async () => {
    expect((await run("- run: false | cat")).conclusion).toBe("failure");
  });

  test("a step's progress is told while it runs", async () => {
    const told: StepResult[][] = [];
    await runner.start(orderOf(workflowOf("- run: echo one\n- run: echo two")), (steps) => void told.push(steps)).done;
    expect(told[0]?.map(({ status }) => status)).toEqual(["in_progress", "queued"]);
    expect(told.at(-1)?.map(({ status }) => status)).toEqual(["completed", "completed"]);
  });

  test.each([
    ["an action that isn't here", "- uses: acme/unknown@v1", "", "doesn't have the action acme/unknown@v1"],
    ["a matrix", "- run: echo", "strategy: { matrix: { a: [1] } }", "it has strategy"],
    ["an expression that can't be read", '- run: echo "${{ inputs. }}"', "", "##[error]"],
    ["another shell", "- run: echo\n  shell: pwsh", "", "bash only, not pwsh"],
  ])("%s fails the job with a sentence", async (_, steps, head, sentence) => {
    const result = await run(steps, {}, head);
    expect(result.conclusion).toBe("failure");
    expect(result.log).toContain(sentence);
  });

  test("a job whose workflow calls another one is refused, not passed without having done anything", async () => {
    const result = await runner.start(orderOf("jobs: { publish: { uses: ./other.yml } }"), () => {}).done;
    expect(result.conclusion).toBe("failure");
    expect(result.log).toContain("it calls another workflow");
  });

  test("nothing of this machine's home and environment gets in, and the job's folder is gone afterwards", async () => {
    process.env["COUNTERSIGN_TEST_LEAK"] = "leaked";
    const { log } = await run('- run: echo "home=$HOME leak=[$COUNTERSIGN_TEST_LEAK] rc=$(ls -A "$HOME")"');
    delete process.env["COUNTERSIGN_TEST_LEAK"];
    expect(log).toMatch(/home=.*countersign-job-\w+\/home leak=\[\] rc=$/m);
    const name = /countersign-job-\w+/.exec(log)?.[0] ?? "";
    expect(await readdir(tmpdir())).not.toContain(name);
  });

  test("the workspace has the commit's files only after checkout", async () => {
    const steps = "- run: ls\n- uses: actions/checkout@v5\n- run: cat lib/index.js";
    const { log } = await run(steps, { files: new Map([["lib/index.js", "the text"]]) });
    expect(log).toContain("the text");
    expect(log.split("\n").filter((line) => line === "lib")).toEqual([]);
  });
});

describe("masks", () => {
  test("every secret is hidden in the log, line by line, and in what the runner prints of the step", async () => {
    const secrets = { NPM_TOKEN: "npm_secretsecret", KEY: "first line\nsecond line" };
    const result = await run(
      `
- run: |
    echo "got $TOKEN and \${{ secrets.NPM_TOKEN }}"
    echo "$KEY"
  env:
    TOKEN: \${{ secrets.NPM_TOKEN }}
    KEY: \${{ secrets.KEY }}`,
      { secrets },
    );
    expect(result.log).toContain("got *** and ***");
    expect(result.log).toContain("  TOKEN: ***");
    for (const value of ["npm_secretsecret", "first line", "second line"]) expect(result.log).not.toContain(value);
    expect(result.rawLog).toContain("got npm_secretsecret");
  });

  test("a mask holds from when it is added: what was printed before stays readable, as on GitHub", async () => {
    const { log, rawLog } = await run(
      '- run: |\n    echo "early 4711"\n    echo "::add-mask::4711"\n    echo "late 4711"',
    );
    expect(log).toContain("early 4711");
    expect(log).toContain("late ***");
    expect(rawLog).toContain("late 4711");
  });

  test("errors and notices stay in the log, and a step's output appears in the next step's variables", async () => {
    const { log } = await run(`
- id: code
  run: |
    echo "::error::it broke"
    echo "::notice title=a::look"
    echo "CODE=123456" >> "$GITHUB_OUTPUT"
- run: "true"
  env:
    CODE: \${{ steps.code.outputs.CODE }}`);
    expect(log).toContain("::error::it broke");
    expect(log).toContain("::notice title=a::look");
    expect(log).toContain("  CODE: 123456");
  });
});

describe("JavaScript actions", () => {
  const yml = `
name: tool
inputs:
  who: { default: world }
  npm-token: { default: "" }
  repo: { default: "\${{ github.repository }}" }
runs: { using: node24, main: main.mjs, post: post.mjs }`;
  const main = `
    import { appendFileSync } from "node:fs";
    console.log("hello " + process.env.INPUT_WHO + " of " + process.env.INPUT_REPO + " [" + process.env["INPUT_NPM-TOKEN"] + "] " + process.version);
    appendFileSync(process.env.GITHUB_OUTPUT, "said=hello\\n");
    appendFileSync(process.env.GITHUB_STATE, "opened=yes\\n");
    if (process.env.INPUT_WHO === "nobody") process.exit(1);`;
  const post = 'console.log("post " + process.env.INPUT_WHO + " " + process.env.STATE_opened);';

  test("get inputs with defaults, run on Node 24, and clean up backwards", async () => {
    const actions = await action("sub", yml, { "main.mjs": main, "post.mjs": post });
    const result = await run(
      "- uses: acme/tool/sub@v1\n- uses: acme/tool/sub@v1\n  id: b\n  with: { who: bob }\n- run: echo ${{ steps.b.outputs.said }}!",
      { actions },
    );
    expect(result.conclusion).toBe("success");
    expect(result.log).toMatch(/hello world of acme\/widget \[\] v24\./);
    expect(result.log.indexOf("post bob yes")).toBeLessThan(result.log.indexOf("post world yes"));
    expect(result.log).toContain("hello!");
    expect(result.steps.slice(3).map(({ name }) => name)).toEqual(Array(2).fill("Post Run acme/tool/sub@v1"));
  });

  test("clean up after their own failure, and are not asked to where they never ran", async () => {
    const actions = await action("sub", yml, { "main.mjs": main, "post.mjs": post });
    const steps = "- uses: acme/tool/sub@v1\n  with: { who: nobody }\n- uses: acme/tool/sub@v1\n  with: { who: never }";
    const result = await run(steps, { actions });
    expect(result.conclusion).toBe("failure");
    expect(result.log).toContain("post nobody yes");
    expect(result.log).not.toContain("post never");
  });

  test("other kinds are refused with a sentence", async () => {
    const actions = await action("docker", "runs: { using: docker, image: x }", {});
    const result = await run("- uses: acme/tool/docker@v1", { actions });
    expect(result.log).toContain("JavaScript actions only");
  });

  test("a cancelled job ends what runs, with its children, and still cleans up", async () => {
    const actions = await action("sub", yml, { "main.mjs": main, "post.mjs": post });
    const mark = join(folder, "started");
    const steps = `
- uses: acme/tool/sub@v1
- run: |
    trap '' INT TERM
    sleep 600 &
    echo $! > "$MARK.new"; mv "$MARK.new" "$MARK"
    wait; wait; sleep 600
- run: echo not this
- if: always()
  run: echo and this`;
    const job = runner.start(orderOf(workflowOf(steps), { actions, hostEnv: { MARK: mark } }), () => {});
    await expect.poll(() => existsSync(mark), { timeout: 20_000 }).toBe(true);
    job.cancel();
    const result = await job.done;
    expect(result.conclusion).toBe("cancelled");
    expect(ends(result)).toEqual(["success", "cancelled", "skipped", "success", "success"]);
    expect(result.log).toContain("post world yes");
    await expect.poll(() => alive(Number(readFileSync(mark, "utf8")))).toBe(false);
  });

  test("what a step leaves running in the background neither holds the job up nor outlives it", async () => {
    const result = await run('- run: |\n    sleep 600 &\n    echo "child $!"');
    expect(result.conclusion).toBe("success");
    const child = Number(/^child (\d+)$/m.exec(result.log)?.[1]);
    await expect.poll(() => alive(child)).toBe(false);
  });
});

describe("OIDC", () => {
  const ask = `
- run: |
    if [ -z "$ACTIONS_ID_TOKEN_REQUEST_URL" ]; then echo "no id token here"; exit 0; fi
    curl -sS -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=me"
    echo`;
  const keys = () => createRemoteJWKSet(new URL(`${runner.issuer}/.well-known/jwks`));

  test("a job may ask for a token only where its permissions say so", async () => {
    expect((await run(ask)).log).toContain("no id token here");
    expect((await run(ask, {}, "permissions: { contents: read }")).log).toContain("no id token here");
  });

  test("the token says what GitHub's says, with ids as strings", async () => {
    const { log } = await run(ask, {}, "permissions: { id-token: write }");
    const value = /"value":"([^"]+)"/.exec(log)?.[1] ?? "";
    const { payload } = await jwtVerify(value, keys(), { audience: "me", issuer: runner.issuer });
    const workflow = "acme/widget/.github/workflows/publish.yml@refs/heads/main";
    expect(payload).toMatchObject({
      sub: "repo:acme@77/widget@501:environment:npm",
      repository_id: "501",
      repository_owner_id: "77",
      actor_id: "31",
      run_id: "7001",
      run_attempt: "1",
      check_run_id: "9001",
      environment: "npm",
      workflow: "Publish",
      workflow_ref: workflow,
      job_workflow_ref: workflow,
      ref_type: "branch",
      runner_environment: "github-hosted",
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  test("the job's right to ask ends with the job", async () => {
    const steps = '- run: |\n    echo "$ACTIONS_ID_TOKEN_REQUEST_URL"\n    echo "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"';
    const { log, rawLog } = await run(steps, {}, "permissions: write-all");
    const url = /http:\S+\/token\S*/.exec(rawLog)?.[0] ?? "";
    const bearer = rawLog.split("\n").find((line) => /^[\w-]{32}$/.test(line)) ?? "";
    expect(log).not.toContain(bearer);
    const answer = await fetch(url, { headers: { authorization: `bearer ${bearer}` } });
    expect(answer.status).toBe(401);
  });

  test("forged tokens can be made for tests: by a foreign key, or expired", async () => {
    const check = async (of: { foreign?: boolean; expired?: boolean }): Promise<unknown> =>
      await jwtVerify(await runner.mint({ sub: "x" }, "me", of), keys(), { audience: "me" });
    await expect(check({})).resolves.toBeDefined();
    await expect(check({ foreign: true })).rejects.toThrow("signature");
    await expect(check({ expired: true })).rejects.toThrow("exp");
  });
});

/** A process that ended but wasn't fetched by its parent yet counts as gone. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
