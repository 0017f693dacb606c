import type { State } from "../state.ts";
import { webhooksOf } from "./events.ts";
import { repliesOf } from "./replies.ts";
import type { Site } from "./site.ts";

/** GitHub's JSON straight out of the simulator's state; `site` says where its API and its pages are. */
export function shapesOf(state: State, site: Site) {
  return { reply: repliesOf(state, site), webhook: webhooksOf(state, site) };
}
