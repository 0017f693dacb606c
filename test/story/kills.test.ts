import { afterEach, beforeEach, describe, expect, test } from "vitest";
import sodium from "libsodium-wrappers";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";
import { environmentKey } from "../../src/domain/release.ts";
import type { Release } from "../../src/domain/release-types.ts";
import { AppProcess } from "../support/child.ts";
import { freshDatabase } from "../support/database.ts";
import { aToken } from "../support/rows.ts";
import { freePort } from "../support/story.ts";
import { createCast } from "../world/cast.ts";
import type { Cast } from "../world/cast.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { startPaperRegistry } from "../world/paper/registry.ts";
import type { PaperRegistry } from "../world/paper/registry.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import type { PaperRunner } from "../world/paper/runner.ts";

/** Every call by which the main job changes something at GitHub, and the reads around arming; each is a place to die. */
const places: Array<{ operation: string; nth: number }> = [
  { operation: "reactions/create-for-issue-comment", nth: 1 },
  { operation: "issues/create-comment", nth: 1 },
  { operation: "actions/create-workflow-dispatch", nth: 1 },
  { operation: "actions/get-workflow-run", nth: 1 },
  { operation: "actions/get-pending-deployments-for-run", nth: 1 },
  { operation: "actions/create-or-update-environment-secret", nth: 1 },
  { operation: "actions/review-custom-gates-for-run", nth: 1 },
  { operation: "issues/update-comment", nth: 1 },
  { operation: "actions/delete-environment-secret", nth: 1 },
  { operation: "actions/get-environment-secret", nth: 2 },
];

describe("the app, killed in the middle of the main job and started again", () => {
  let judge: Judge;
  let github: GitHub;
  let runner: PaperRunner;
  let registry: PaperRegistry;
  let cast: Cast;
  let store: Store;
  let app: AppProcess;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    await sodium.ready;
    const publicUrl = `http://127.0.0.1:${await freePort()}`;
    const database = await freshDatabase();
    judge = createJudge();
    runner = createPaperRunner();
    registry = await startPaperRegistry();
    registry.write("@acme/widget", "1.0.0");
    github = await startGitHub({ now: () => new Date(), judge, runner });
    cast = createCast({ github }, { publicUrl, workflow: "publish-quick.yml" });
    store = await openStore({ databaseUrl: database.url, log: quiet });
    drop = database.drop;
    await putToken();
    app = new AppProcess({
      PUBLIC_URL: publicUrl,
      PORT: new URL(publicUrl).port,
      GITHUB_URL: github.url,
      OIDC_ISSUER: runner.issuer,
      APP_ID: String(cast.app.id),
      PRIVATE_KEY: cast.app.privateKey,
      CLIENT_ID: cast.app.clientId,
      CLIENT_SECRET: cast.app.clientSecret,
      WEBHOOK_SECRET: cast.app.webhookSecret,
      DATABASE_URL: database.url,
      COUNTERSIGN_KEYS: `k:${Buffer.alloc(32, 7).toString("base64")}`,
      NPM_REGISTRY: registry.url,
    });
    await app.start();
  });

  afterEach(async () => {
    await app.kill();
    await store.close();
    await github.close();
    await registry.close();
    await drop();
    judge.assertClean();
  });

  async function putToken(): Promise<void> {
    const ciphertext = Buffer.from(sodium.crypto_box_seal("npm_the-token-of-alice", cast.npm.publicKey)).toString(
      "base64",
    );
    await store.tokens.put(
      aToken({
        ...{ id: "token", groupId: "token", repositoryId: cast.widget.id, personId: cast.alice.id, label: "release" },
        ...{ environmentId: cast.npm.id, keyId: cast.npm.keyId, ciphertext },
        ...{ sealedAt: new Date(), expiresAt: new Date(Date.now() + 86_400_000) },
        slot: `${cast.widget.id}/${cast.npm.id}/${cast.alice.id}`,
      }),
    );
  }

  const newest = async (): Promise<Release | null> => (await store.releases.recent([cast.widget.id], 1))[0] ?? null;

  /** What must be true at every moment after a first pass: a secret of ours only under a live lease. */
  async function noOrphan(): Promise<void> {
    if (github.environmentSecrets().length === 0) return;
    const lease = await store.leases.locking(cast.widget.id, cast.npm.id);
    expect(lease, environmentKey(cast.widget.id, cast.npm.id)).not.toBeNull();
    expect(["arming", "armed"]).toContain(lease?.state);
    expect((await newest())?.state).toBe("running");
  }

  /** Plays the people's parts until the release has ended: they ask again where their words were lost. */
  async function playToTheEnd(): Promise<Release> {
    const until = Date.now() + 40_000;
    let approved = "";
    let asked = 0;
    while (Date.now() < until) {
      const release = await newest();
      if (release === null && app.running && asked < 2) {
        asked += 1;
        github.comment(cast.widget, cast.issue, cast.alice, "/release 1.2.0");
        await quietly(
          () => github.comments(cast.widget, cast.issue).some((one) => one.userId === cast.app.botId),
          3000,
        );
      } else if (
        release?.state === "waiting" &&
        release.statusCommentId !== null &&
        approved !== `${release.id}${app.pid}`
      ) {
        approved = `${release.id}${app.pid}`;
        github.comment(cast.widget, cast.issue, cast.bob, `/approve ${release.sha.slice(0, 7)}`);
      }
      for (const job of runner.jobs.splice(0)) {
        registry.write("@acme/widget", "1.2.0");
        job.finish(job.order.secrets["NPM_TOKEN"] === undefined ? "failure" : "success");
      }
      if (release !== null && release.endedAt !== null) return release;
      if (!app.running) {
        await app.start();
        await noOrphan();
      }
      await quietly(() => false, 40);
    }
    throw new Error(
      `the release did not end: ${(await newest())?.state ?? "none"}\n${app.output.join("").slice(-4000)}`,
    );
  }

  async function quietly(condition: () => boolean, ms: number): Promise<void> {
    await github.until(condition, "", ms).catch(() => undefined);
  }

  for (const { operation, nth } of places)
    for (const when of ["before", "after"] as const)
      test(`${when} ${operation} (${nth}) leaves no secret, and the release goes on or fails plainly`, async () => {
        let killed = false;
        github.core.faults.on({
          operation,
          nth,
          times: 1,
          [when]: async () => {
            killed = true;
            await app.kill();
          },
        });
        const release = await playToTheEnd();
        if (!killed) {
          // What is told of its end is told a moment later.
          await github.until(() => killed, "the call to come", 10_000);
          await quietly(() => !app.running, 5_000);
          await app.start();
        }
        expect(killed).toBe(true);
        expect(["published", "failed", "cancelled"]).toContain(release.state);
        if (release.state !== "published") expect(release.endText).toMatch(/\w/);
        await github.until(() => github.environmentSecrets().length === 0, "the secret to go", 10_000);
        const published = github.runs(cast.widget).filter((run) => github.statusOf(run) === "completed/success");
        expect(published.length).toBeLessThanOrEqual(1);
      });
});
