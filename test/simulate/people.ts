import { createTokenDesk } from "../../src/desk/tokens/index.ts";
import type { Store } from "../../src/store/types.ts";
import { policy } from "../world/cast.ts";
import { last } from "../world/github/index.ts";
import type { UserState } from "../world/github/state.ts";
import type { Instance } from "./instance.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** Something that a person does; null: there is nothing of the kind to do now. */
type Act = (at: Scene) => (() => void) | null;

export interface Scene {
  /** Commit of a release that waits for people; null: none does. */
  waiting: string | null;
  /** Whether a job waits for a runner; null: runners are free. */
  queued: boolean | null;
  world: World;
  random: Random;
  /** Around all instances, for what people did before. */
  store: Store;
  /** One that works, for what people do on pages. */
  instance: Instance | null;
}

const say =
  ({ world }: Scene, by: UserState, words: string) =>
  (): void =>
    void world.github.comment(world.cast.widget, world.cast.issue, by, words);

const commit =
  ({ world }: Scene, files: Record<string, string>) =>
  (): void =>
    void world.github.commit(world.cast.widget, world.cast.dave.id, files, "a commit");

/** What people do, and how often one does it beside another. */
const acts: Record<string, [weight: number, act: Act]> = {
  "alice asks": [4, (at) => say(at, at.world.cast.alice, "/release 1.2.0")],
  "carol asks": [3, (at) => say(at, at.world.cast.carol, "/release 1.3.0")],
  "bob approves": [9, (at) => say(at, at.world.cast.bob, `/approve${commitOf(at)}`)],
  "dave approves": [2, (at) => say(at, at.world.cast.dave, "/approve")],
  "alice approves her own": [1, (at) => say(at, at.world.cast.alice, "/approve")],
  "mallory approves": [1, (at) => say(at, at.world.cast.mallory, "/approve")],
  "bob rejects": [1, (at) => say(at, at.world.cast.bob, "/reject not yet")],
  "alice cancels": [1, (at) => say(at, at.world.cast.alice, "/cancel")],
  "dave stops everything": [1, (at) => say(at, at.world.cast.dave, "/panic a laptop was stolen")],
  "dave lifts it": [1, (at) => say(at, at.world.cast.dave, "/lift every token was revoked")],
  "a commit comes in": [2, (at) => commit(at, { "index.js": `${at.random.next()}` })],
  "alice may not release any more": [
    1,
    (at) => commit(at, { ".github/countersign.yml": policy.replace("[alice, carol]", "[carol]") }),
  ],
  "alice seals another token": [1, (at) => () => void at.world.sealToken(at.store, at.world.cast.alice)],
  "alice removes her token": [1, removeToken],
  "somebody runs it again": [2, rerun],
  "alice starts a run by hand": [
    1,
    ({ world }) =>
      () =>
        void world.github.runWorkflow(world.cast.widget, world.cast.alice, "publish.yml", {
          version: "1.4.0",
          tag: "latest",
        }),
  ],
  "somebody cancels the run": [1, cancelRun],
};

/** What the people of a run do, in order. It begins with a release that is asked for and approved. */
export function planOf(random: Random): string[] {
  const names = Object.entries(acts).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name));
  const more = Array.from({ length: random.below(6) }, () => random.pick(names));
  const first = random.pick(["alice asks", "alice asks", "carol asks"]);
  const openings = [
    [first, "bob approves"],
    [first, "bob approves", "carol asks", "bob approves"],
    [first, "bob approves", "somebody cancels the run", "somebody runs it again"],
    [first, "bob approves", "alice cancels", "carol asks", "bob approves"],
    ["bob approves", first, "a commit comes in"],
    [first, "bob approves", "dave stops everything", "carol asks", "dave lifts it", "alice asks", "bob approves"],
  ];
  return [...random.pick(openings), ...more];
}

/** An act that makes sense at its moment only is put off until then, mostly. */
export function isPutOff(name: string, { random, waiting, queued }: Scene): boolean {
  if (name === "alice cancels" && queued === false) return random.chance(0.9);
  return /^(?:bob|dave) approves$/.test(name) && waiting === null && random.chance(0.9);
}

/** The deed of a name, where it can be done now. */
export function deedOf(name: string, at: Scene): (() => void) | null {
  return acts[name]?.[1](at) ?? null;
}

/** Where several releases were announced in the thread an approval names its commit, mostly. */
function commitOf({ waiting, random }: Scene): string {
  return waiting === null || random.chance(0.3) ? "" : ` ${waiting.slice(0, 7)}`;
}

function removeToken({ world, instance }: Scene): (() => void) | null {
  const { alice } = world.cast;
  if (instance === null) return null;
  const desk = createTokenDesk(instance.parts);
  return () =>
    void (async () => {
      const person = { id: alice.id, login: alice.login };
      const live = (await desk.tokensOf(person)).find((token) => token.removedAt === null);
      if (live !== undefined) await desk.removeToken({ person, tokenId: live.id });
    })().catch(() => undefined);
}

function rerun({ world }: Scene): (() => void) | null {
  const { widget, dave } = world.cast;
  const run = world.github.runs(widget).find((one) => last(one).status === "completed" && one.attempts.length < 3);
  return run === undefined ? null : () => world.github.rerun(widget, run, dave);
}

function cancelRun({ world }: Scene): (() => void) | null {
  const { widget } = world.cast;
  const run = world.github.runs(widget).find((one) => last(one).status !== "completed");
  return run === undefined ? null : () => world.github.cancelRun(widget, run);
}
