import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accounts, Token } from "./accounts.ts";
import type { Candidates } from "./candidates.ts";
import type { Attestations } from "./provenance.ts";
import type { Store } from "./store.ts";
import type { TrustBook } from "./trust.ts";
import type { PackageSettings, RegistryHabits, Right } from "./types.ts";

/** What all of the front's operations share. */
export interface Front {
  now(): Date;
  /** Address without a slash at its end. */
  origin: string;
  /** The simulated GitHub's, for what provenance names. */
  server: string;
  accounts: Accounts;
  store: Store;
  candidates: Candidates;
  trusted: TrustBook;
  attestations: Attestations;
  habits: RegistryHabits;
  settings: Map<string, PackageSettings>;
  /** Rights that were set by hand, by package and user. */
  rights: Map<string, Record<string, Right>>;
  /** `name@version` of everything that was ever public: it can't be published again (npm's policy on unpublishing). */
  everPublic: Set<string>;
  /** `name@version` whose checks at npm aren't through until a test says so. */
  held: Set<string>;
}

/** One request. */
export interface Ask {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: Buffer;
  bearer: string;
  /** null: none, or a dead one. */
  token: Token | null;
}

/** `"@acme/widget"` may be written by this token. */
export const mayWrite = (token: Token, name: string): boolean => !token.readOnly && token.packages.includes(name);
