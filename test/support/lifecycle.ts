import { askReconcile } from "../../src/jobs/schedule.ts";
import type { Lease } from "../../src/domain/release-types.ts";
import type { InstallationState, UserState } from "../world/github/state.ts";
import { readPages } from "./pages.ts";
import { Story } from "./story.ts";

/** A story and what tests of its places ask again and again. */
export class Lifecycle {
  readonly story: Story;
  readonly installation: InstallationState;

  private constructor(story: Story) {
    this.story = story;
    const [installation] = story.github.core.state.installations.values();
    if (installation === undefined) throw new Error("the app is installed nowhere");
    this.installation = installation;
  }

  /** Alice has a token on file. */
  static async open(options: Parameters<typeof Story.open>[0] = {}): Promise<Lifecycle> {
    const story = await Story.open(options);
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    return new Lifecycle(story);
  }

  /** Asked for, and waiting at our gate for somebody's approval. */
  async untilWaiting(): Promise<void> {
    await this.story.say(this.story.cast.alice, "/release 1.2.0");
    // It is announced a moment later.
    await this.story.pass(1000);
  }

  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      await askReconcile(this.story.app.parts);
      await this.story.pass(60_000);
    }
  }

  async openLeases(): Promise<Lease[]> {
    return await this.story.app.parts.store.leases.open();
  }

  /** Removals that are shown in red. */
  async stuck(): Promise<Lease[]> {
    return await this.story.app.parts.store.leases.stuck([this.story.cast.widget.id]);
  }

  /** Why Alice's token is kept no more; null: it is kept. */
  async forgotten(): Promise<string | null> {
    const [token] = await this.story.app.parts.store.tokens.ofPerson(this.story.cast.alice.id);
    return token?.removedWhy ?? null;
  }

  /** What somebody (Bob) reads on a page, as text alone. */
  async page(path: string, by: UserState = this.story.cast.bob): Promise<string> {
    const page = await readPages({ world: this.story, url: this.story.publicUrl }, by, [path]);
    return page.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
  }

  async close(): Promise<void> {
    await this.story.close();
  }
}
