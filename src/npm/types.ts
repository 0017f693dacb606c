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
  /** npm user who approved the stage that it was (`_npmUser.approver`, which npm doesn't document); null: not told. */
  approver: string | null;
  /** dist-tags that point at it now. */
  tags: string[];
}

/**
 * How a registry says that a version stands, staged ones too: `GET /-/package/{name}/version/{version}/status` (npm's API description,
 * `package-version-status.yaml`). npm's own tells it only to a token that may publish the package, so without one it is as if unknown;
 * unverified there.
 */
export type VersionStatus = "published" | "validating" | "staged" | "blocked" | "deleted";

/** A version as its package's document shows it to anyone. What isn't in it, or isn't of its form, is null. */
export interface VersionView {
  version: string;
  publishedAt: Date | null;
  shasum: string | null;
  integrity: string | null;
  /** The npm user; `GitHub Actions` for every job's. */
  publisher: { name: string; email: string | null } | null;
  /** The configuration of the trusted publisher that published it; null: a person or a token did. */
  trustedPublisher: { id: string; configId: string | null } | null;
  /** Who approved the stage that it was; null: it was published directly, as far as the registry says. npm doesn't document it. */
  approver: string | null;
  /** Kind of provenance that the registry has for it; null: none. */
  provenanceType: string | null;
  /** Commit that npm found in the folder that was published (`gitHead`); nobody checks it. */
  commit: string | null;
  /** `preinstall`, `install` and `postinstall`, which run where it is installed. */
  installScripts: Record<string, string>;
  /** It has one of them, or the registry says so: npm notes a build by `binding.gyp` that no script names (`gypfile`). */
  runsOnInstall: boolean;
  dependencies: Record<string, string>;
  size: { bytes: number; files: number } | null;
}

export interface PackageView {
  /** What to ask with the next time; null: the registry gave none. */
  etag: string | null;
  tags: Record<string, string>;
  versions: VersionView[];
}

/**
 * What a version's provenance says of the run that made it. The registry accepted it; its signature isn't checked here, so it tells as
 * much as the registry's own word.
 */
export interface Provenance {
  /** Hexadecimal; of the tarball that it is about. */
  sha512: string;
  /** `https://github.com/acme/widget` */
  repository: string;
  /** `.github/workflows/publish.yml` */
  workflow: string;
  ref: string;
  commit: string | null;
  /** `…/actions/runs/7/attempts/1` */
  run: string;
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
  /** When the registry said that it may be asked again (`Retry-After`), in milliseconds from its answer; null: it didn't say. */
  readonly retryAfterMs: number | null;
  constructor(
    code: "unavailable" | "refused" | "unexpected",
    sentence: string,
    more: { retryAfterMs?: number | null } = {},
  ) {
    super(sentence);
    this.name = "RegistryError";
    this.code = code;
    this.retryAfterMs = more.retryAfterMs ?? null;
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
  /** Who maintains a package and how its last versions came about; null: the registry doesn't know it. Reads the whole document. */
  history(name: string, registry?: string): Promise<PackageHistory | null>;
  /** Base address of the registry that is asked where none is named. */
  address(): string;
  /** Web origin of the registry that a challenge link may point at, e.g. `https://www.npmjs.com`-style; loopback in the world. */
  webOrigins(registry?: string): string[];
}

/** The registry for whoever watches what is published: reads only, without a token. */
export interface RegistryWatch {
  /**
   * All versions, as whoever watches a package needs them; `unchanged` where the document is the one of this `etag`. As the registry's
   * caches have it, some minutes old at most. null: no such package.
   */
  look(name: string, of?: { etag?: string | null; registry?: string }): Promise<PackageView | "unchanged" | null>;
  /** null: none, or none of GitHub's form. */
  provenance(name: string, version: string, registry?: string): Promise<Provenance | null>;
}
