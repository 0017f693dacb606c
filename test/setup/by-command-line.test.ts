import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changedFiles } from "../../src/domain/coach/change.ts";
import { coach } from "../../src/domain/coach/index.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { SetUpFacts } from "../../src/domain/set-up/facts.ts";
import { offersOf } from "../../src/domain/set-up/offers.ts";
import { readPlan } from "../../src/domain/set-up/plan.ts";
import { remedyOf } from "../../src/domain/set-up/remedies.ts";
import { setUpScript } from "../../src/domain/set-up/script.ts";
import { setUpSteps } from "../../src/domain/set-up/steps.ts";
import type { StepId } from "../../src/domain/set-up/steps.ts";
import type { Repository } from "../../src/domain/release-types.ts";
import { changeScript } from "../../src/web/advice.ts";
import { aDraft, bareSetUp, widget as aRepository } from "../web/bench.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { AppState, RepositoryState, UserState } from "../world/github/state.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import { ghFolder, node } from "../world/runner/contexts.ts";

let judge: Judge;
let github: GitHub;
let app: AppState;
let alice: UserState;
let bob: UserState;
let state: RepositoryState;
let repository: Repository;
let token: string;
let folder: string;

beforeEach(async () => {
  judge = createJudge();
  github = await startGitHub({ now: () => new Date(), judge, runner: createPaperRunner() });
  [alice, bob] = [github.createUser("alice"), github.createUser("bob")];
  const acme = github.createOrganization("acme", { admins: [alice], members: [bob] });
  state = github.createRepository(acme, "widget", {
    files: { "package.json": "{}", ".github/countersign.yml": "old" },
  });
  // A default branch whose name has a slash, as some have it.
  github.setBranch(state, "release/1.x", state.branches.get("main") ?? "");
  state.defaultBranch = "release/1.x";
  app = github.createApp({ permissions: { actions: "read" }, events: [] });
  const gh = github.createApp({
    slug: "gh",
    permissions: {
      ...{ administration: "write", contents: "write", workflows: "write", pull_requests: "write" },
      ...{ environments: "write", secrets: "write" },
    },
    events: [],
  });
  for (const one of [app, gh]) github.install(one, acme, [state]);
  token = github.signIn(gh, alice);
  repository = { ...aRepository, id: state.id, ownerId: acme.user.id, defaultBranch: "release/1.x" };
  folder = mkdtempSync(join(tmpdir(), "countersign-gh-"));
});
afterEach(async () => {
  await github.close();
  rmSync(folder, { recursive: true, force: true });
  judge.assertClean();
});

async function bash(...args: string[]): Promise<string> {
  const path = [ghFolder, join(node, ".."), process.env["PATH"] ?? ""].join(delimiter);
  const env = { PATH: path, GH_WORLD_API: `${github.url}/api/v3`, GH_TOKEN: token };
  return (await promisify(execFile)("bash", ["--norc", ...args], { env, cwd: folder })).stdout;
}

const name = "npm / it's 🚀";

/** The facts of the environment as GitHub has it now. */
function facts(approvers: string[] = []): SetUpFacts {
  const [place] = bareSetUp().places;
  const environment = github.core.environmentNamed(state, name);
  if (place === undefined || place.read === null) throw new Error("the bare set-up has a place");
  const reviewers = (environment?.reviewers ?? []).map(({ type, id }) => ({ type, id, name: String(id) }));
  const read = {
    reviewers,
    environment: {
      ...place.read.environment,
      ...{ name, exists: environment !== undefined, id: environment?.id ?? 0, waitTimer: environment?.waitTimer ?? 0 },
      adminsCanBypass: environment?.canAdminsBypass ?? null,
      requiredReviewers: reviewers.length > 0,
      preventSelfReview: environment?.preventSelfReview ?? false,
      branchRestricted: environment !== undefined && environment.branchPolicy !== null,
      branchAllowed: environment?.branchPatterns.some((one) => one.name === "release/1.x") ?? false,
      ourRule: environment?.customRules.some((one) => one.appId === app.id) ?? false,
    },
    secret: place.read.secret,
  };
  return { ...bareSetUp(), places: [{ ...place, name, approvers, read }] };
}

function stateOf(id: StepId): string | undefined {
  return setUpSteps(facts(), repository.defaultBranch).find((step) => step.id === id)?.state;
}

async function mend(id: StepId, approvers: string[] = []): Promise<void> {
  const now = facts(approvers);
  const step = setUpSteps(now, repository.defaultBranch).find((one) => one.id === id);
  const remedy = step && remedyOf(step, now, { githubUrl: "https://github.com", appId: app.id, repository });
  await bash("-euc", (remedy?.commands ?? []).join("\n"));
}

describe("what an administrator types, as the page has it,", () => {
  test("makes an environment that needs nothing more, whatever it is called", async () => {
    await mend("environment");
    const left = setUpSteps(facts(), repository.defaultBranch).filter(
      ({ about, state: standing }) => about === name && standing !== "done",
    );
    expect(left.map(({ id }) => id)).toEqual(["reviewers"]);
  });

  test("changes one thing of an environment that is there, and keeps the rest", async () => {
    github.createEnvironment(state, name, { reviewers: [bob], waitTimer: 5, adminsCanBypass: true, branches: null });
    await mend("admin-bypass");
    await mend("branches");
    await mend("our-rule");
    await mend("reviewers");
    const environment = github.core.environmentNamed(state, name);
    expect(environment).toMatchObject({
      ...{ waitTimer: 5, canAdminsBypass: false, preventSelfReview: true, branchPolicy: "custom" },
      reviewers: [{ type: "User", id: bob.id }],
      branchPatterns: [{ name: "release/1.x", type: "branch" }],
      customRules: [{ appId: app.id }],
    });
    for (const id of ["our-rule", "admin-bypass", "branches", "reviewers"] as const) expect(stateOf(id)).toBe("done");
  });

  test("asks for the reviewers' ids itself", async () => {
    await mend("environment");
    await mend("reviewers", ["alice", "bob"]);
    expect(github.core.environmentNamed(state, name)?.reviewers).toEqual([
      { type: "User", id: alice.id },
      { type: "User", id: bob.id },
    ]);
  });

  test("takes a secret away that lies there", async () => {
    const environment = github.createEnvironment(state, name, { rules: [app] });
    github.putSecret(environment.secrets, "NPM_TOKEN", "npm_x");
    const now = facts();
    const [place] = now.places;
    if (place === undefined || place.read === null) throw new Error("there is a place");
    place.read.secret = { name: "NPM_TOKEN", inEnvironment: true, elsewhere: [] };
    const step = setUpSteps(now, "release/1.x").find(({ id }) => id === "secret");
    const remedy = step && remedyOf(step, now, { githubUrl: "https://github.com", appId: app.id, repository });
    await bash("-euc", (remedy?.commands ?? []).join("\n"));
    expect(github.environmentSecrets()).toEqual([]);
  });
});

describe("the coach's script for another mode", () => {
  const site = {
    ...{ action: null, version: "0.1.0", publicUrl: "https://countersign.example.com" },
    ...{ githubUrl: "https://github.com", registry: "https://npm.example/" },
  };
  /** Nothing of this may reach a shell as anything but text. */
  const odd = 'it\'s $(touch pwned) `touch pwned` "x" \\ %s\nEND_OF_COUNTERSIGN_FILE';

  /** The files as the default branch has them, with a line of the team's own in both. */
  function commitOld(): { policyText: string; workflowText: string } {
    const read = readPlan(aDraft({ approvers: "bob" }));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const own = `${odd
      .split("\n")
      .map((line) => `# ${line}`)
      .join("\n")}\n`;
    const [policy, workflow] = offersOf(read.plan, site, repository).map(({ text }) => own + text);
    if (policy === undefined || workflow === undefined) throw new Error("a plan has both files");
    const files = { ".github/countersign.yml": policy, ".github/workflows/publish.yml": workflow };
    const sha = github.commit(state, alice.id, files, "Old");
    github.setBranch(state, "release/1.x", sha);
    return { policyText: policy, workflowText: workflow };
  }

  function save(texts: { policyText: string; workflowText: string }): { file: string; changed: Map<string, string> } {
    const read = parsePolicy(texts.policyText);
    const [policy] = read.ok ? read.policy.packages : [];
    if (policy === undefined) throw new Error("no policy");
    const ground = { repository, policy, ...texts, suggestion: aDraft({ approvers: "bob" }) };
    const files = changedFiles(ground, "trusted-stage", site).filter((one) => one !== null);
    const coached = { repository, packages: [policy], ground: { ...ground }, registry: site.registry };
    const advice = { coached, coaching: coach(policy, "acme/widget", new Date()), goal: "trusted-stage" as const };
    const script = changeScript({ ...advice, steps: [], files }, site.githubUrl);
    const file = join(folder, "change.sh");
    writeFileSync(file, script ?? "");
    return { file, changed: new Map(files.map(({ path, text }) => [path, text])) };
  }

  test("changes policy and workflow on a branch, one commit each, opens one pull request, and touches no folder", async () => {
    const texts = commitOld();
    const { file, changed } = save(texts);
    expect([...changed.keys()]).toEqual([".github/countersign.yml", ".github/workflows/publish.yml"]);
    const before = state.branches.get("release/1.x");
    // Where somebody stands while they run it, and what isn't committed there, doesn't matter.
    writeFileSync(join(folder, "not-committed.txt"), "mine");
    const said = await bash(file);
    const pull = state.pulls?.[0];
    expect(state.pulls).toHaveLength(1);
    expect(pull).toMatchObject({
      ...{ title: "Publish @acme/widget in the mode trusted-stage", base: { branch: "release/1.x" } },
    });
    expect(pull?.head.branch).toMatch(/^countersign-trusted-stage-\d{14}$/);
    const files = state.commits.get(pull?.head.sha ?? "")?.files;
    for (const [path, text] of changed) expect(files?.get(path)).toBe(text);
    expect(files?.get(".github/workflows/publish.yml")).toContain("$(touch pwned)");
    expect(files?.get("package.json")).toBe("{}");
    expect(said.match(/^Commits .*/gm)).toHaveLength(2);
    expect(state.branches.get("release/1.x")).toBe(before);
    expect(readdirSync(folder).toSorted()).toEqual(["change.sh", "not-committed.txt"]);
  });

  test("hands over names and texts as they are, whatever is in them", async () => {
    const branch = "it's-$(id)";
    github.setBranch(state, branch, state.branches.get("release/1.x") ?? "");
    const words = { branch: "countersign-x", title: odd, body: odd };
    const path = "dir/it's $HOME?#%.txt";
    const file = join(folder, "odd.sh");
    const text = `${odd}\n\t${odd}\r\n`;
    writeFileSync(file, setUpScript([{ path, text }], { ...repository, defaultBranch: branch }, site.githubUrl, words));
    await bash(file);
    const pull = state.pulls?.[0];
    expect(pull).toMatchObject({ title: odd, base: { branch } });
    expect(state.commits.get(pull?.head.sha ?? "")?.files.get(path)).toBe(text);
    expect(readdirSync(folder)).toEqual(["odd.sh"]);
  });
});

describe("the script that is offered", () => {
  const site = {
    ...{
      action: null,
      version: "0.1.0",
      publicUrl: "https://countersign.example.com",
      githubUrl: "https://github.com",
    },
    registry: "https://npm.example/",
  };

  function save(): string {
    const read = readPlan(aDraft({ approvers: "bob", environment: name }));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const file = join(folder, "set-up.sh");
    writeFileSync(file, setUpScript(offersOf(read.plan, site, repository), repository, site.githubUrl));
    return file;
  }

  test("opens one pull request with both files as the page shows them, and leaves the default branch alone", async () => {
    const before = state.branches.get("release/1.x");
    const said = await bash(save());
    const [pull] = state.pulls ?? [];
    expect(pull).toMatchObject({ title: "Set up Countersign", base: { branch: "release/1.x" } });
    expect(said.trimEnd().split("\n").at(-1)).toBe(`${github.url}/acme/widget/pull/${pull?.number}`);
    expect(said).toContain("Makes the branch countersign-set-up-");
    const read = readPlan(aDraft({ approvers: "bob", environment: name }));
    const files = state.commits.get(pull?.head.sha ?? "")?.files;
    for (const { path, text } of read.ok ? offersOf(read.plan, site, repository) : [])
      expect(files?.get(path)).toBe(text);
    expect(state.branches.get("release/1.x")).toBe(before);
  });

  test("stops at the first file that isn't taken, opens nothing, and names the branch that is left over", async () => {
    const file = save();
    github.core.faults.on({ operation: "repos/create-or-update-file-contents", nth: 2, status: 500 });
    const before = state.branches.get("release/1.x");
    await expect(bash(file)).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /Stopped: release\/1\.x is as it was\. Delete the branch countersign-set-up-\d{14}, /,
      ) as string,
    });
    expect(state.pulls).toBeUndefined();
    expect(state.branches.get("release/1.x")).toBe(before);
    expect([...state.branches.keys()].filter((branch) => branch.startsWith("countersign-set-up-"))).toHaveLength(1);
  });

  test("stops at the first thing that GitHub refuses, and says what it was about to do", async () => {
    const file = save();
    github.core.faults.on({ operation: "git/create-ref", status: 403 });
    await expect(bash(file)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("Makes the branch") as string,
    });
    expect(state.pulls).toBeUndefined();
  });
});
