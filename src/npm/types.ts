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

/** How versions of a package came about, as the registry tells everybody. */
export interface PackageHistory {
  /** npm users who may publish; null: the registry doesn't tell. */
  maintainers: string[] | null;
  tags: Record<string, string>;
  versions: string[];
  /** The last 20 by the time of their publishing, newest first. */
  last: Array<{ version: string; trusted: boolean; attested: boolean }>;
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
  /** Who maintains a package and how its last versions came about; null: the registry doesn't know it. Reads the whole document. */
  history(name: string, registry?: string): Promise<PackageHistory | null>;
  /** Web origin of the registry that a challenge link may point at, e.g. `https://www.npmjs.com`-style; loopback in the world. */
  webOrigins(registry?: string): string[];
}
