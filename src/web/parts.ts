import type { DeskForChannels } from "../desk/channels/types.ts";
import type { PanicDesk } from "../desk/panic/index.ts";
import type { DeskForRelay, DeskForWeb, Log } from "../desk/types.ts";
import type { Clock } from "../domain/clock.ts";
import type { OwnAction } from "../domain/set-up/pins.ts";
import type { Person } from "../domain/release-types.ts";
import type { GitHubApp } from "../github/types.ts";
import type { SessionRow, Store } from "../store/types.ts";
import type { Assets } from "./assets.ts";
import type { Live } from "./live.ts";

/** Seals and opens people's access tokens; null where the key is gone or the text was changed. */
export interface Sealer {
  seal(text: string): { keyId: string; sealed: string };
  open(keyId: string, sealed: string): string | null;
}

/** The answer of `/healthz` or `/readyz`: 200 where ok, 503 otherwise, the details as JSON. */
export interface Probe {
  ok: boolean;
  detail?: Record<string, string>;
}

/** What the pages need of the rest. */
export interface WebParts {
  desk: DeskForWeb;
  channels: DeskForChannels;
  panic: PanicDesk;
  relay: Pick<DeskForRelay, "challengeFor" | "answer">;
  store: Pick<Store, "sessions" | "signIns" | "repositories" | "people" | "challenges" | "listen">;
  github: Pick<GitHubApp, "oauth" | "asPerson">;
  sealer: Sealer;
  clock: Clock;
  /** `PUBLIC_URL` without a slash at the end. */
  publicUrl: string;
  log: Log;
  /** Fresh random bytes; what is made of them stays secret. */
  randomBytes: (size: number) => Uint8Array;
  assets: Assets;
  /** What anybody may know of this installation. */
  about: { version: string; clientId: string; githubUrl: string; action: OwnAction | null };
  live: Live;
  probes?: { healthz?: () => Probe | Promise<Probe>; readyz?: () => Probe | Promise<Probe> };
}

/** Somebody who is signed in. */
export interface LiveSession {
  row: SessionRow;
  person: Person;
  /** GitHub's access token of this session, for acting as this person. */
  accessToken: string;
}
