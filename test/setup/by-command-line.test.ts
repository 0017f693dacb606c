import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SetUpFacts } from "../../src/domain/set-up/facts.ts";
import { offersOf } from "../../src/domain/set-up/offers.ts";
import { readPlan } from "../../src/domain/set-up/plan.ts";
import { remedyOf } from "../../src/domain/set-up/remedies.ts";
import { setUpScript } from "../../src/domain/set-up/script.ts";
import { setUpSteps } from "../../src/domain/set-up/steps.ts";
import type { StepId } from "../../src/domain/set-up/steps.ts";
import type { Repository } from "../../src/domain/release-types.ts";
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
