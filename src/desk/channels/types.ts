import type { Channel, Person } from "../../domain/release-types.ts";
import type { Sender } from "../../notify/types.ts";
import type { Sealer } from "../../store/access-token.ts";
import type { DeskParts } from "../types.ts";

/** What the use cases about channels need. */
export interface ChannelParts extends Pick<DeskParts, "store" | "github" | "clock" | "ids" | "log" | "publicUrl"> {
  /** Seals addresses at rest. */
  sealer: Sealer;
  sender: Sender;
  /** Fresh random bytes; what is made of them stays secret. */
  randomBytes: (size: number) => Uint8Array;
}

/** Whose channels: a repository's, or the person's own. */
export type Place = { repositoryId: number } | "own";

/** A channel as pages show it: nothing of its address but what may be seen. */
export type ShownChannel = Omit<Channel, "sealedAddress" | "sealedKeyId" | "slot">;

/**
 * Use cases about channels; each throws Refusal where the answer is no. A person given here has been signed in, and whether
 * GitHub shows them the repository has been checked by the caller; what they may change there is checked here.
 */
export interface DeskForChannels {
  /** Whether the operator set up a mail server. */
  readonly mail: boolean;
  /** By name. */
  channels(person: Person, place: Place): Promise<ShownChannel[]>;
  /** Whether the person may add, try and remove channels here, by GitHub's word of now; where not, why not. */
  mayChange(person: Person, place: Place): Promise<true | string>;
  /** `secret`: what signs a webhook's messages; told this once, since it is sealed then. null for other kinds. */
  addChannel(input: {
    person: Person;
    place: Place;
    kind: Channel["kind"];
    name: string;
    address: string;
  }): Promise<{ channel: ShownChannel; secret: string | null }>;
  removeChannel(input: { person: Person; place: Place; channelId: string }): Promise<ShownChannel>;
  /** Sends a message at once. `problem`: why it wasn't taken, as a sentence; null: it was. */
  testChannel(input: {
    person: Person;
    place: Place;
    channelId: string;
  }): Promise<{ channel: ShownChannel; problem: string | null }>;
}
