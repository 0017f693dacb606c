import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobOrder, JobResult } from "../types.ts";
import { holds } from "./expressions.ts";
import { parsePairs } from "./file-commands.ts";
import { claimsOf, createRunner } from "./index.ts";
import type { WorldRunner } from "./index.ts";
import { JobLog } from "./log.ts";
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

const ends = (result: JobResult): (string | null)[] => result.steps.map(({ conclusion }) => conclusion);

describe("time limits", () => {
  test("a step that takes too long is ended and has failed; steps that ask for it run after it", async () => {
    const result = await run("- run: sleep 600\n  timeout-minutes: 0.005\n- if: failure()\n  run: echo after it");
    expect(result.conclusion).toBe("failure");
    expect(ends(result)).toEqual(["failure", "success"]);
    expect(result.log).toContain("The step has timed out after 0.005 minutes.");
  });

  test("a job that takes too long is cancelled", async () => {
    const result = await run("- run: sleep 600\n- run: echo not this", {}, "timeout-minutes: 0.005");
    expect(result.conclusion).toBe("cancelled");
    expect(ends(result)).toEqual(["cancelled", "skipped"]);
    expect(result.log).toContain("exceeded the maximum execution time");
  });

  test("a limit that is no number fails the step with a sentence", async () => {
    const result = await run("- run: echo\n  timeout-minutes: soon");
    expect(result.conclusion).toBe("failure");
    expect(result.log).toContain("timeout-minutes is soon");
  });

  test("a runner that closes ends its jobs by force, post steps too, and leaves no process and no folder", async () => {
    const other = await createRunner();
    const mark = join(folder, "closing");
    await mkdir(join(folder, "slow"), { recursive: true });
    await writeFile(join(folder, "slow", "action.yml"), "runs: { using: node24, main: main.mjs, post: main.mjs }");
    await writeFile(join(folder, "slow", "main.mjs"), 'console.log("ran once more");');
    const steps = `
- uses: acme/tool/slow@v1
- run: trap '' INT TERM; echo "$$ $PWD" > "$MARK.new"; mv "$MARK.new" "$MARK"; while :; do sleep 1; done
- if: always()
  run: echo not even this`;
    const order = orderOf(workflowOf(steps), { actions: new Map([["acme/tool", folder]]), hostEnv: { MARK: mark } });
    const { done } = other.start(order, () => {});
    await expect.poll(() => existsSync(mark), { timeout: 20_000 }).toBe(true);
    await other.close();
    const result = await done;
    expect(result.conclusion).toBe("cancelled");
    expect(result.log.match(/ran once more/g)).toHaveLength(1);
    expect(result.log).not.toMatch(/^not even this$/m);
    const [pid = "", place = ""] = readFileSync(mark, "utf8").trim().split(" ");
    expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
    expect(await readdir(tmpdir())).not.toContain(/countersign-job-\w+/.exec(place)?.[0]);
  });
});

describe("variables", () => {
  test("what GitHub says about the job can't be replaced by a step, by its file or by its `env`", async () => {
    const result = await run(`
- run: |
    echo "GITHUB_REPOSITORY=evil/widget" >> "$GITHUB_ENV"
    echo "GITHUB_OUTPUT=/dev/null" >> "$GITHUB_ENV"
    echo "NODE_OPTIONS=--require ./evil.js" >> "$GITHUB_ENV"
- run: echo "$GITHUB_REPOSITORY $GITHUB_SHA [$NODE_OPTIONS]"
  env: { GITHUB_SHA: other }`);
    expect(result.log).toContain("acme/widget c0ffee0000000000000000000000000000000000 []");
    expect(result.log).toContain("Can't store NODE_OPTIONS");
  });

  test("an empty id-token variable in a step's `env` doesn't take the right to ask away: only `env -u` in the step does", async () => {
    const steps = `
- run: echo "[\${ACTIONS_ID_TOKEN_REQUEST_URL:+still there}]"
  env: { ACTIONS_ID_TOKEN_REQUEST_URL: "" }
- run: env -u ACTIONS_ID_TOKEN_REQUEST_URL bash -c 'echo "[\${ACTIONS_ID_TOKEN_REQUEST_URL:-gone}]"'`;
    const { log } = await run(steps, {}, "permissions: { id-token: write }");
    expect(log).toContain("[still there]");
    expect(log).toContain("[gone]");
  });

  test("the job's npm is the repository's own, on Node 24", async () => {
    const wanted = JSON.parse(
      readFileSync(join(import.meta.dirname, "..", "..", "..", "node_modules", "npm", "package.json"), "utf8"),
    ) as { version: string };
    const { log } = await run('- run: echo "npm $(npm --version) on $(node --version)"');
    expect(log).toContain(`npm ${wanted.version} on v24.`);
  });

  test("`needs` and `vars` are what the order says", async () => {
    const needs = { build: { result: "success", outputs: { digest: "abc" } } };
    const { log } = await run(
      '- run: echo "$A $B"\n  env: { A: "${{ needs.build.outputs.digest }}", B: "${{ vars.COLOUR }}" }',
      { needs, vars: { COLOUR: "green" } },
    );
    expect(log).toContain("abc green");
  });

  test("`defaults.run` and `working-directory` say where a script runs; the step's own wins", async () => {
    const steps = "- run: mkdir one two\n  working-directory: .\n- run: pwd\n- run: pwd\n  working-directory: two";
    const { log, conclusion } = await run(steps, {}, "defaults: { run: { working-directory: one } }");
    expect(conclusion).toBe("success");
    expect(log).toMatch(/\/work\/one$/m);
    expect(log).toMatch(/\/work\/two$/m);
  });
});

describe("conditions", () => {
  const standing = { failed: false, cancelled: false };
  test.each([
    ["steps.a.outputs.no", true],
    ["steps.a.outputs.empty", false],
    ["steps.a.outputs.no == 'true'", false],
    ["${{ steps.a.outputs.no }}", true],
    ["false", false],
    ["0", false],
    ["null", false],
    ["!cancelled()", true],
    ["failure() || steps.a.outputs.no == 'FALSE'", true],
  ])("%s is %s, as GitHub sees it", (condition, expected) => {
    expect(holds(condition, { steps: { a: { outputs: { no: "false", empty: "" } } } }, standing)).toBe(expected);
  });

  test("continue-on-error may be an expression", async () => {
    const { conclusion } = await run("- run: exit 1\n  continue-on-error: ${{ inputs.tag == 'latest' }}");
    expect(conclusion).toBe("success");
  });
});

describe("checkout", () => {
  const files = new Map([
    ["package.json", "{}"],
    [".gitignore", "kept.js\n"],
    ["kept.js", ""],
  ]);
  const git = '- run: git rev-parse HEAD; git status --porcelain; git ls-files; cat .git/config; echo "end"';

  test("makes a clean repository whose HEAD is the run's commit", async () => {
    const { log, conclusion } = await run(`- uses: actions/checkout@v5\n${git}`, { files });
    expect(conclusion).toBe("success");
    expect(log).toContain("c0ffee0000000000000000000000000000000000\n.gitignore\nkept.js\npackage.json\n");
  });

  test("keeps the job's token in the repository, unless it is told not to", async () => {
    const order = { files, secrets: { GITHUB_TOKEN: "ghs_job" } };
    expect((await run(`- uses: actions/checkout@v5\n${git}`, order)).rawLog).toContain("AUTHORIZATION: basic");
    const without = "- uses: actions/checkout@v5\n  with: { persist-credentials: false }";
    expect((await run(`${without}\n${git}`, order)).rawLog).not.toContain("AUTHORIZATION");
  });

  test("of another commit or repository is refused with a sentence", async () => {
    for (const input of ["ref: v1.0.0", "repository: evil/widget"]) {
      const result = await run(`- uses: actions/checkout@v5\n  with: { ${input} }`, { files });
      expect(result.conclusion).toBe("failure");
      expect(result.log).toContain("the run's own commit only");
    }
    expect((await run("- uses: actions/checkout@v5\n  with: { ref: main }", { files })).conclusion).toBe("success");
  });
});

describe("tokens for tests", () => {
  test("say what GitHub says, but of another repository, issuer or audience, by the clock that the runner was given", async () => {
    const at = new Date("2026-01-01T00:00:00Z");
    const other = await createRunner({ now: () => at });
    const elsewhere = {
      repository: { id: 9, owner: "evil", ownerId: 8, name: "widget", visibility: "public" as const },
    };
    const claims = claimsOf(orderOf(workflowOf("- run: echo"), elsewhere));
    const token = decodeJwt(await other.mint(claims, "someone else", { issuer: "http://127.0.0.1:9" }));
    await other.close();
    expect(token).toMatchObject({
      aud: "someone else",
      iss: "http://127.0.0.1:9",
      sub: "repo:evil@8/widget@9:environment:npm",
      repository_id: "9",
      iat: at.getTime() / 1000,
      nbf: at.getTime() / 1000 - 600,
      exp: at.getTime() / 1000 + 300,
    });
  });
});

describe("file commands and masks", () => {
  test("whatever is written in the block form is read back as it was", () => {
    const value = fc.string().filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z_]\w{0,9}$/), fc.array(value, { minLength: 1 }), (name, lines) => {
        fc.pre(!lines.includes("ghadelimiter"));
        const text = lines.join("\n");
        expect(parsePairs(`${name}<<ghadelimiter\n${text}\nghadelimiter\n`)).toEqual({ [name]: text });
      }),
    );
  });

  test("a masked value never shows, whatever stands around it and whatever else is masked", () => {
    const secret = fc.stringMatching(/^[a-z0-9]{4,12}$/);
    fc.assert(
      fc.property(secret, fc.array(secret), fc.string(), fc.string(), (one, others, before, after) => {
        const log = new JobLog();
        for (const mask of [...others, one]) log.mask(mask);
        log.line(`${before}${one}${after}`.replaceAll("\n", " "));
        expect(log.shown).not.toContain(one);
      }),
    );
  });
});
