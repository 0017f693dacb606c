import { randomBytes } from "node:crypto";
import { createDesk } from "../../src/desk/index.ts";
import { createPanicDesk } from "../../src/desk/panic/index.ts";
import type { DeskParts } from "../../src/desk/types.ts";
import { quiet } from "../../src/store/log.ts";
import type { Store } from "../../src/store/types.ts";
import type { WebParts } from "../../src/web/index.ts";
import { createLive } from "../../src/web/live.ts";

/** What GitHub says, at once and in this process: what is measured is our own time. */
export interface Answers {
  now: Date;
  publicUrl: string;
  /** Ids of the repositories that everybody is shown. */
  repositories: number[];
  policy: string;
}

/** The parts of the dashboard over a real store. */
export function webParts(store: Store, { now, publicUrl, repositories, policy }: Answers): Omit<WebParts, "assets"> {
  const clock = { now: () => now };
  const github = {
    repository: () => ({
      isTeamMember: (_org: string, slug: string) => Promise.resolve(slug === "team-1"),
      permission: () => Promise.resolve("read"),
      file: () => Promise.resolve({ text: policy, blob: "b" }),
    }),
    // Read anew for each person, as from GitHub: nothing of it is shared between two.
    asPerson: () => ({
      visibleRepositories: () => Promise.resolve(repositories.map((id) => ({ id, writable: true }))),
    }),
  } as unknown as DeskParts["github"];
  const desk = {
    ...{ store, github, clock, log: quiet, publicUrl },
    ids: { next: () => "x" },
    registry: {} as DeskParts["registry"],
  };
  return {
    ...{ desk: createDesk(desk), store, github, clock, publicUrl, log: quiet, randomBytes },
    panic: createPanicDesk(desk),
    channels: {} as WebParts["channels"],
    relay: {} as WebParts["relay"],
    sealer: { seal: (text) => ({ keyId: "k", sealed: text }), open: (_keyId, sealed) => sealed },
    about: { version: "0.0.0", clientId: "x", githubUrl: "https://github.com", action: null },
    live: createLive(store),
  };
}
