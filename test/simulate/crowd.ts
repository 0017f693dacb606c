import type { Store } from "../../src/store/types.ts";
import type { Instance } from "./instance.ts";
import { deedOf, isPutOff } from "./people.ts";
import { isQueued } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** The people of one run: one deed of the plan after another. */
export class Crowd {
  readonly #stage: Stage;
  readonly #store: Store;
  readonly #working: () => Instance | null;
  /** How often people look in vain before they do what they want all the same. */
  #patience = 60;
  /** Which releases were announced when somebody wrote a comment. */
  readonly saw = new Map<number, string[]>();

  /** @param store around all instances, for what people did before */
  constructor(stage: Stage, store: Store, working: () => Instance | null) {
    this.#stage = stage;
    this.#store = store;
    this.#working = working;
  }

  act(): void {
    const { lot, world, random, database, chronicle } = this.#stage;
    const [name] = lot.plan;
    if (name === undefined) return;
    const { comments, id: widget } = world.cast.widget;
    const written = [...comments.values()];
    const announced = [...database.look("Release")].filter(({ id }) =>
      written.some(({ body }) => body.includes(`<!-- countersign ${widget} ${id} -->`)),
    );
    const waiting = announced.find(({ state }) => state === "waiting")?.sha ?? null;
    const queued = lot.queueHeld ? isQueued(this.#stage) : null;
    const scene = { queued, world, random, store: this.#store, instance: this.#working(), waiting };
    this.#patience -= 1;
    if (this.#patience > 0 && isPutOff(name, scene)) return;
    lot.plan.shift();
    const deed = deedOf(name, scene);
    chronicle.note(deed === null ? `${name}: not now` : name);
    deed?.();
    const last = [...comments.values()].at(-1);
    const seen = announced.map(({ id }) => id);
    if (last !== undefined) this.saw.set(last.id, seen);
  }
}
