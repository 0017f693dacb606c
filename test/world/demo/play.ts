import { createInterface } from "node:readline/promises";
import { modeWords } from "../../../src/domain/mode.ts";
import type { Mode } from "../../../src/domain/policy-types.ts";
import type { AtNpm } from "./modes.ts";
import { playStaged, playTrusted } from "./modes.ts";
import type { DemoOptions } from "./options.ts";
import { playOtp } from "./otp.ts";
import { setStage } from "./stage.ts";
import type { Stage, StageOptions } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/** The workflow and the policy's lines that a mode needs. */
export function stageFor(mode: Mode): StageOptions {
  const trusted = mode === "trusted" || mode === "trusted-stage";
  return {
    workflow: trusted ? "publish-trusted.yml" : "publish.yml",
    policyLines: `    mode: ${mode}\n${trusted ? "" : "    revoke: true\n"}`,
  };
}

/** Plays the story of a mode; true only if all of it held. `person`: who approves at npm what is staged there. */
export async function playMode(timeline: Timeline, stage: Stage, mode: Mode, person: AtNpm): Promise<boolean> {
  if (mode === "otp") return await playOtp(timeline, stage);
  return mode === "trusted" ? await playTrusted(timeline, stage) : await playStaged(timeline, stage, mode, person);
}

/** Sets the stage, plays the story, and leaves the dashboard open; the status is 0 only if the story held. */
export async function playDemo(timeline: Timeline, { mode, once }: DemoOptions): Promise<number> {
  const stage = await setStage(stageFor(mode));
  try {
    const { github, registry } = stage.world;
    timeline.tell("world", `GitHub ${github.url} · registry ${registry.url}`);
    timeline.tell("countersign", `${stage.url}, on its embedded PostgreSQL, as process ${stage.app.pid}`);
    timeline.tell(
      "browser",
      stage.browser ?? "no Chromium here: the pages are used over HTTP, and sealing is done in Node",
    );
    timeline.tell("policy", `mode: ${mode}, ${modeWords[mode]}`);
    if (!once && process.stdin.isTTY) signInLinks(timeline, stage, "The dashboard is open meanwhile; sign in as");
    const held = await playMode(timeline, stage, mode, once || !process.stdin.isTTY ? () => Promise.resolve() : enter);
    timeline.plain(`The story took ${timeline.seconds()} s.`);
    timeline.plain(held ? "\nThe story held." : "\nThe story did not hold.");
    if (!once) await stayOpen(timeline, stage);
    return held ? 0 : 1;
  } finally {
    await stage.strike();
  }
}

/** The person at the keyboard decides when; a code is theirs to ask for, since npm's is good for half a minute. */
async function enter({ timeline, code, command }: Parameters<AtNpm>[0]): Promise<void> {
  timeline.plain("\nPress Enter to approve it as alice. Or look first, in another terminal:");
  for (const verb of ["view", "approve"] as const) timeline.plain(`  ${command(verb)}`);
  timeline.plain("npm asks for a code there: type `code` and Enter here for one.\n");
  const keys = createInterface({ input: process.stdin, output: process.stdout });
  try {
    while ((await keys.question("> ")).trim() === "code") timeline.plain(code());
  } finally {
    keys.close();
  }
}

function signInLinks(timeline: Timeline, stage: Stage, heading: string): void {
  timeline.heading(heading);
  const { alice, bob, carol, dave, mallory } = stage.cast;
  for (const person of [alice, bob, carol, dave, mallory])
    timeline.plain(
      `  ${person.login.padEnd(8)} ${stage.world.github.url}/as/${person.login}?to=${encodeURIComponent(`${stage.url}/sign-in`)}`,
    );
}

async function stayOpen(timeline: Timeline, stage: Stage): Promise<void> {
  signInLinks(timeline, stage, "The dashboard is open; sign in as");
  timeline.plain("\nCtrl-C ends everything and removes its data.");
  await new Promise<void>((done) => {
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
}
