/** What the registry tells of a package to anyone. */
export interface PackageState {
  /** Versions published. */
  versions: string[];
  /** dist-tag → version. */
  tags: Record<string, string>;
}

export interface PublishedVersion {
  shasum: string;
  integrity: string | null;
  /** npm user under whose name it is shown. */
  publisher: string | null;
  /** npm marks versions that came by trusted publishing (`_npmUser.trustedPublisher`). */
  trusted: boolean;
  /** dist-tags that point at it now. */
  tags: string[];
}

/**
 * How npm says that a version stands, staged ones too. From `GET /-/package/{name}/version/{version}/status`, which npm's OpenAPI document
 * doesn't have; unverified on npm's own registry.
 */
export type VersionStatus = "published" | "validating" | "staged" | "blocked" | "deleted";

/** Thrown for everything but an answer: `unavailable` (5xx, network), `refused` (401/403), `unexpected`. Carries no token. */
export class RegistryError extends Error {
  readonly code: "unavailable" | "refused" | "unexpected";
  constructor(code: "unavailable" | "refused" | "unexpected", sentence: string) {
    super(sentence);
    this.name = "RegistryError";
    this.code = code;
  }
}

/** The registry as we use it: reads only, without a token. */
export interface Registry {
  /** null: the registry does not know the package (a first publish). */
  package(name: string, registry?: string): Promise<PackageState | null>;
  /** null: not there (yet). Bypasses caches. */
  version(name: string, version: string, registry?: string): Promise<PublishedVersion | null>;
  /** null: the registry doesn't know the version, or doesn't tell how versions stand. */
  status(name: string, version: string, registry?: string): Promise<VersionStatus | null>;
  /** Web origin of the registry that a challenge link may point at, e.g. `https://www.npmjs.com`-style; loopback in the world. */
  webOrigins(registry?: string): string[];
}
