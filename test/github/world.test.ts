import sodium from "libsodium-wrappers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Repository } from "../../src/domain/release-types.ts";
import { createGitHub } from "../../src/github/app.ts";
import type { GitHubApp, GitHubRepository } from "../../src/github/types.ts";
import { createLog } from "../../src/settings/log.ts";
import { TestClock } from "../support/clock.ts";
import { createCast } from "../world/cast.ts";
import type { Cast } from "../world/cast.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import { createJudge } from "../world/judge/index.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import { failure } from "./fake.ts";

/** The same client against the simulated GitHub, which is judged by GitHub's own document. */
const clock = new TestClock();
const judge = createJudge();
let world: GitHub;
let cast: Cast;
let github: GitHubApp;
let widget: GitHubRepository;

beforeEach(async () => {
  world = await startGitHub({ now: () => clock.now(), judge, runner: createPaperRunner() });
  cast = createCast({ github: world }, { publicUrl: "http://127.0.0.1:9" });
  github = createClient();
  const [installation] = await github.installations();
  const [repository] = await github.installationRepositories(installation?.id ?? 0);
  widget = github.repository(repository as Repository);
});
afterEach(async () => {
  await world.close();
  judge.assertClean();
});

async function put(value = "npm_token"): Promise<unknown> {
  const { keyId, key } = await widget.environmentKey("npm");
  const box = sodium.crypto_box_seal(sodium.from_string(value), new Uint8Array(Buffer.from(key, "base64")));
  const sealed = { keyId, ciphertext: Buffer.from(box).toString("base64") };
  return await widget.putEnvironmentSecret("npm", "NPM_TOKEN", sealed, new Date(clock.now().getTime() + 5000));
}

describe("against the simulated GitHub", () => {
  test("a place is read: repository, people, environment, rules, files", async () => {
    expect(await github.self()).toMatchObject({ id: cast.app.id, slug: "countersign" });
    expect(await widget.read()).toMatchObject({ owner: "acme", name: "widget", archived: false });
    const sha = await widget.branchHead("main");
    expect(await widget.branchHead("no/such")).toBeNull();
    expect((await widget.commit(sha ?? ""))?.title).toBe("Begin");
    world.setTag(cast.widget, "@acme/widget@1.0.0", sha ?? "");
    expect(await widget.tagCommit("@acme/widget@1.0.0")).toBe(sha);
    expect(await widget.tagCommit("main")).toBeNull();
    expect((await widget.file(".github/countersign.yml", sha ?? ""))?.text).toContain("@acme/widget");
    expect(await widget.file("no/such.yml", sha ?? "")).toBeNull();
    expect(await widget.permission("alice")).toBe("write");
    expect(await widget.isTeamMember("acme", "maintainers", "bob")).toBe(true);
    expect(await widget.isTeamMember("acme", "maintainers", "alice")).toBe(false);
    expect(await widget.environment("npm")).toMatchObject({ id: cast.npm.id, adminsCanBypass: false });
    expect(await widget.customRules("npm")).toMatchObject([{ appId: cast.app.id, enabled: true }]);
    expect(await widget.branchPatterns("npm")).toEqual([{ name: "main", type: "branch" }]);
    expect(await widget.sameNamedSecrets("NPM_TOKEN")).toEqual([]);
  });

  test("a secret is put, seen, overwritten, removed, and gone", async () => {
    expect(await widget.environmentSecret("npm", "NPM_TOKEN")).toBeNull();
    expect(await put()).toBe("created");
    expect(await put()).toBe("updated");
    expect(await widget.environmentSecret("npm", "NPM_TOKEN")).not.toBeNull();
    expect(await widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("deleted");
    expect(await widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("absent");
    expect(world.environmentSecrets()).toEqual([]);
  });

  test("a removal whose answer was lost is sent again", async () => {
    await put();
    world.core.faults.on({ operation: "actions/delete-environment-secret", dropAnswer: true, times: 1 });
    expect(await widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("absent");
    expect(world.environmentSecrets()).toEqual([]);
  });

  test("a put whose answer was lost is not sent again, and is known as unknown", async () => {
    let sent = 0;
    const before = (): void => void (sent += 1);
    world.core.faults.on({ operation: "actions/create-or-update-environment-secret", dropAnswer: true, before });
    expect(await failure(put())).toMatchObject({ code: "unavailable" });
    expect(sent).toBe(1);
    expect(world.environmentSecrets()).toEqual(["widget/npm/NPM_TOKEN"]);
  });

  test("after the app was removed nothing looks absent", async () => {
    await put();
    world.core.state.installations.clear();
    world.core.state.installationTokens.clear();
    // A client that holds no token from before.
    const fresh = createClient().repository(widget.repository);
    for (const ask of [fresh.environmentSecret("npm", "NPM_TOKEN"), fresh.deleteEnvironmentSecret("npm", "NPM_TOKEN")])
      expect(await failure(ask)).toMatchObject({
        code: "forbidden",
        message: "The app isn't installed there any more.",
      });
  });

  test("a run is dispatched, its gate reported on and answered, its approvals told", async () => {
    const started = await widget.dispatch("publish.yml", "main", { version: "1.2.0", tag: "latest" });
    const id = started?.runId ?? 0;
    await world.until(() => world.idle(), "the gate to be asked for");
    expect(await widget.run(id)).toMatchObject({ attempt: 1, event: "workflow_dispatch", headBranch: "main" });
    expect((await widget.waitingRuns()).map((run) => run.id)).toEqual([id]);
    expect((await widget.dispatchedRuns("publish.yml", new Date(0))).map((run) => run.id)).toEqual([id]);
    expect(await widget.jobs(id, 1)).not.toEqual([]);
    await widget.reportGate(id, "npm", "Waiting for bob.");
    await widget.answerGate(id, "npm", "rejected", "No.");
    expect(await widget.pendingDeployments(id)).toEqual([]);
    expect(await widget.runApprovals(id)).toBeInstanceOf(Array);
    await world.until(() => world.idle(), "the run to end");
    expect(await widget.cancelRun(id)).toBe("not-running");
    expect(await widget.run(1)).toBeNull();
  });

  test("words are written, edited, read and reacted to", async () => {
    const said = world.comment(cast.widget, cast.issue, cast.alice, "/status");
    await widget.react(said.id, "eyes");
    await widget.react(said.id, "eyes");
    const id = await widget.comment(cast.issue.number, "Waiting.");
    await widget.editComment(id, "Published.");
    expect(await widget.readComment(id)).toMatchObject({ body: "Published.", userLogin: "countersign[bot]" });
    expect(await widget.readComment(1)).toBeNull();
  });

  test("a limit that is passed says when to come again", async () => {
    world.core.limits.contentPerMinute = 1;
    await widget.comment(cast.issue.number, "One.");
    const error = await failure(widget.comment(cast.issue.number, "Two."));
    expect(error).toMatchObject({ code: "limited", verb: "comment" });
    clock.advance(61_000);
    await widget.comment(cast.issue.number, "Two.");
  });
});

function createClient(): GitHubApp {
  const { app } = cast;
  return createGitHub({
    appId: app.id,
    privateKey: () => app.privateKey,
    clientId: app.clientId,
    clientSecret: () => app.clientSecret,
    webhookSecret: () => app.webhookSecret,
    githubUrl: world.url,
    now: () => clock.now(),
    log: createLog("error"),
  }).github;
}
