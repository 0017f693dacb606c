import type { DeskParts } from "./types.ts";

/** The channel on which instances hear that GitHub may show somebody more, or less, than a moment ago. The payload is empty. */
export const peopleChannel = "people";

/** What GitHub said of who sees what isn't taken for granted any more, on any instance. */
export async function peopleChanged({ store }: Pick<DeskParts, "store">): Promise<void> {
  await store.notify(peopleChannel, "");
}
