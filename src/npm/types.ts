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
  publisher: string | null;
}

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
  /** Web origin of the registry that a challenge link may point at, e.g. `https://www.npmjs.com`-style; loopback in the world. */
  webOrigins(registry?: string): string[];
}
