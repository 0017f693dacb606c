import type { Random } from "../simulate/random.ts";
import type { Cast } from "../world/cast.ts";
import type { GitHub } from "../world/github/index.ts";
import type { CommentState, UserState } from "../world/github/state.ts";
import type { Place } from "./scene.ts";

/** How long people wait before they write their words again, in milliseconds of the wall clock. */
const patience = { ask: 6_000, decide: 4_000 };

type Ending = "approve" | "reject" | "cancel" | "cancel while it runs";

interface Wanted {
  version: string;
  by: UserState;
  ending: Ending;
  /** Comments that asked for it. */
  asked: CommentState[];
  at: number;
}

/**
 * The people of one repository: one asks for a version, another approves, rejects, or it is cancelled; when it is over they want the next.
 * They see what GitHub shows, no more, and write again where nothing answers.
 */
export class People {
  readonly #place: Place;
  readonly #github: GitHub;
  readonly #cast: Cast;
  readonly #random: Random;
  readonly #note: (what: string) => void;
  #wanted: Wanted | null = null;
  #next = 1;
  #decidedAt = 0;
  #restUntil = 0;

  constructor(of: { place: Place; github: GitHub; cast: Cast; random: Random; note: (what: string) => void }) {
    this.#place = of.place;
    this.#github = of.github;
    this.#cast = of.cast;
    this.#random = of.random;
    this.#note = of.note;
  }

  /** Nothing is wanted, or what was wanted has ended. */
  get content(): boolean {
    return this.#wanted === null;
  }

  /** Does what there is to do now; `more`: they go on to the next version when one is over. */
  turn(more: boolean): void {
    const now = performance.now();
    if (this.#wanted === null) {
      if (more && now > this.#restUntil) this.#want(now);
      return;
    }
    const wanted = this.#wanted;
    const status = this.#statusOf(wanted.version);
    if (status === null) return this.#askAgain(wanted, now);
    if (/^### (?:✅|❌|⛔|⏹️|⌛)/u.test(status)) {
      this.#note(`${this.#place.package} ${wanted.version}: ${/^### (.*?):/u.exec(status)?.[1] ?? ""}`);
      this.#wanted = null;
      this.#restUntil = now + this.#random.below(500);
      return;
    }
    this.#decide(wanted, status, now);
  }

  #want(now: number): void {
    const { alice, carol } = this.#cast;
    const version = `1.${this.#next}.0`;
    this.#next += 1;
    const drawn = this.#random.next();
    const ending = drawn < 0.8 ? "approve" : drawn < 0.87 ? "reject" : drawn < 0.94 ? "cancel" : "cancel while it runs";
    this.#wanted = { version, by: this.#random.pick([alice, alice, carol]), ending, asked: [], at: now };
    this.#decidedAt = 0;
    this.#ask(this.#wanted, now);
  }

  #ask(wanted: Wanted, now: number): void {
    wanted.asked.push(this.#say(wanted.by, `/release ${wanted.version}`));
    wanted.at = now;
  }

  /** No word of it yet: the comment may have got lost while nobody listened. */
  #askAgain(wanted: Wanted, now: number): void {
    // Every one of them was refused: the answer says why, and they try another version.
    if (wanted.asked.every((one) => one.reactions.has("-1"))) {
      this.#note(`${this.#place.package} ${wanted.version}: refused`);
      this.#wanted = null;
      return;
    }
    if (now - wanted.at > patience.ask && wanted.asked.length < 3) this.#ask(wanted, now);
  }

  #decide(wanted: Wanted, status: string, now: number): void {
    if (now - this.#decidedAt < patience.decide) return;
    const { bob, dave } = this.#cast;
    const waits = status.startsWith("### ✋");
    const runs = status.startsWith("### 🚀");
    if (waits && wanted.ending === "reject") this.#say(bob, "/reject not this one");
    else if (waits && wanted.ending === "cancel") this.#say(wanted.by, "/cancel");
    else if (waits && !/\n- ✅ [^\n]*approv/iu.test(status))
      this.#say(this.#random.pick([bob, dave]), `/approve ${/`([0-9a-f]{7})`/.exec(status)?.[1] ?? ""}`);
    else if (runs && wanted.ending === "cancel while it runs") this.#say(wanted.by, "/cancel");
    else return;
    this.#decidedAt = now;
  }

  /** The app's newest words on a version; null: none yet. */
  #statusOf(version: string): string | null {
    const { repository, issue, package: name } = this.#place;
    const found = this.#github
      .comments(repository, issue)
      .findLast((one) => one.userId === this.#cast.app.botId && one.body.includes(`: \`${name}\` ${version}\n`));
    return found?.body ?? null;
  }

  #say(by: UserState, words: string): CommentState {
    const { repository, issue } = this.#place;
    this.#note(`${by.login} in ${repository.name}: ${words}`);
    return this.#github.comment(repository, issue, by, words);
  }
}
