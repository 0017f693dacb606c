/** One request, without tokens and codes: only a token's digest. */
export interface RegistryLine {
  at: Date;
  method: string;
  path: string;
  user: string | null;
  /** Whether a one-time password came along. */
  otp: boolean;
  /** SHA-256 of that password. */
  otpDigest: string | null;
  token: string | null;
  /** 0: not answered. */
  status: number;
}

/**
 * `down`: connections are cut. `status`: every answer is this one, or what a function of the request says (null: as usual). `hold`:
 * a request waits for the promise that this gives, if it gives one.
 */
export interface RegistryFaults {
  down: boolean;
  hold: ((method: string, path: string) => Promise<void> | null) | null;
  status: number | null | ((method: string, path: string) => number | null);
}

/** `listsTokens`: a token may read its account's list, as npm lets sessions. `forgets`: a token revoked by possession is really dead. */
export interface RegistryHabits {
  listsTokens: boolean;
  forgets: boolean;
}

/** What `npm access list collaborators` calls a user's right. */
export type Right = "read-write" | "read-only";

export interface PersonAtNpm {
  name: string;
  /** The authenticator app's present code. */
  totp(): string;
  wrongCode(): string;
  /** Touches the security key on npm's page; throws where the link isn't known. */
  confirm(authUrl: string): Promise<void>;
  recovery: string[];
}

export interface Packument {
  versions: Record<
    string,
    { dist: { shasum: string; tarball: string }; _npmUser?: { name: string }; gitHead?: string }
  >;
  "dist-tags": Record<string, string>;
}
