import { createHash } from "node:crypto";
import { createRelay } from "../../src/desk/relay/index.ts";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { RunnerReport } from "../../src/domain/release-types.ts";
import { Story } from "./story.ts";
import type { StoryOptions } from "./story.ts";

export const names = ["@acme/widget", "@acme/gadget", "@acme/tool"];
export const stages = names.map((_, index) => `0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a1${index}`);
export const integrity = `sha512-${Buffer.alloc(64, 7).toString("base64")}`;

/** Of the bytes that the registry on paper has of a version, where nobody says otherwise. */
export const shasumOf = (name: string, version: string): string =>
  createHash("sha1").update(`${name}@${version}`).digest("hex");

/** carol may release the widget only. */
export const policy = (more = "", mode = "otp"): string => `version: 1
defaults:
  environment: npm
  mode: ${mode}
  releasers: [alice]
  approvals: { count: 1, from: [bob, dave] }
packages:
  - { name: "@acme/widget", directory: packages/widget, releasers: [alice, carol] }
  - { name: "@acme/gadget", directory: packages/gadget }
  - { name: "@acme/tool", directory: packages/tool }
${more}`;

/** A story of three packages in folders of their own, at 1.1.0 on the registry, and what is done with them again and again. */
export async function openSeveral(options: StoryOptions = {}) {
  const story = await Story.open({ policy: policy(), ...options });
  const several = {
    story,
    commit(files: Record<string, string>): void {
      story.github.commit(story.cast.widget, story.cast.dave.id, files, `Change ${Object.keys(files).join(", ")}`);
    },
    ask: async (words: string): Promise<void> => void (await story.say(story.cast.alice, `/release ${words}`)),
    async approve(): Promise<void> {
      // The secret of the release before is read as absent, twice.
      await story.pass(30_000, 3);
      const { sha } = await story.release();
      await story.say(story.cast.bob, `/approve ${sha}`);
    },
    parts: async (): Promise<string[]> =>
      ((await story.release()).packages ?? []).map(({ name, state }) => `${name.slice(6)} ${state}`),
    count: async (): Promise<number> =>
      (await story.app.parts.store.releases.recent([story.cast.widget.id], 99)).length,
    /** The workflow step in the running job, OIDC-proven. */
    async step() {
      const relay = createRelay(story.app.parts);
      const keys = await generateKeyPair();
      const { session } = await relay.openSession({
        step: "publish",
        publicKey: keys.publicKey,
        bearerHash: createHash("sha256").update(keys.publicKey).digest("hex"),
        claims: {
          ...{ jti: keys.publicKey, run_id: String(story.run().id), run_attempt: "1", repository: "acme/widget" },
          ...{ repository_id: String(story.cast.widget.id), repository_owner_id: String(story.cast.acme.user.id) },
          ...{ event_name: "workflow_dispatch", environment: "npm", sha: story.run().headSha },
          workflow_ref: "acme/widget/.github/workflows/publish.yml@refs/heads/main",
        },
      });
      const report = async (told: RunnerReport): Promise<void> => await relay.report(session, told);
      const packed = async (version: string, some = names): Promise<void> =>
        await report({ packed: some.map((name) => ({ package: name, shasum: shasumOf(name, version), integrity })) });
      /** Of the packages by their place in `names`. */
      const staged = async (version: string, index: number, heldShasum?: string): Promise<void> =>
        await report({
          ...{ package: names[index] ?? "", outcome: "staged", stageId: stages[index] ?? "" },
          shasum: shasumOf(names[index] ?? "", version),
          ...(heldShasum === undefined ? {} : { heldShasum }),
        });
      return { relay, session, keys, report, packed, staged };
    },
    async publish(report: (told: RunnerReport) => Promise<void>, version: string, some = names): Promise<void> {
      for (const name of some) {
        story.registry.write(name, version);
        await report({ package: name, outcome: "published", shasum: shasumOf(name, version), integrity });
      }
    },
    async endJob(conclusion: "success" | "failure" = "success"): Promise<void> {
      story.runner.jobs.at(-1)?.finish(conclusion);
      await story.github.until(() => story.github.engine.idle(), "the job to end");
      await story.settle();
    },
    async close(): Promise<void> {
      await story.close();
      story.judge.assertClean();
    },
  };
  several.commit(
    Object.fromEntries(names.map((name) => [`packages/${name.slice(6)}/package.json`, `{"name":"${name}"}`])),
  );
  for (const name of names) story.registry.write(name, "1.1.0");
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  return several;
}
