import type { Account, Accounts } from "./accounts.ts";
import { itemOf } from "./candidates.ts";
import type { Candidate, StageItem } from "./candidates.ts";
import type { Front } from "./front.ts";
import { published, statusOf } from "./packages.ts";
import type { VersionStatus } from "./packages.ts";
import { provenanceOf, unsignedBundle } from "./provenance.ts";
import { goLive, personOf } from "./publish.ts";
import { pack, shasumOf } from "./tarball.ts";
import type { Trust, TrustConfig } from "./trust.ts";
import type { PackageSettings, Packument, PersonAtNpm, Publisher, Right } from "./types.ts";

/** A version that appears without us. */
export interface Elsewhere {
  /** npm user; `seed` where none is named. */
  by?: string;
  /** By the package's trusted publisher instead. */
  byJob?: boolean;
  tag?: string;
  files?: Record<string, string>;
  /** Beside name and version: `scripts`, `dependencies`, `gitHead`, … */
  manifest?: Record<string, unknown>;
  /** A job's OIDC claims, where provenance comes along. */
  provenance?: Record<string, string>;
}

/** What a test does at npm: as a person there, as npm itself, or as somebody we know nothing of. */
export function controlsOf(front: Front) {
  const stage = (id: string): Candidate => {
    const found = front.candidates.stage(id);
    if (found === null) throw new Error(`There is no stage ${id}: it may be published, rejected or gone.`);
    return found;
  };
  return {
    account: (name: string, of: { tfa: Account["tfa"] }): Promise<PersonAtNpm> =>
      Promise.resolve(personAt(front.accounts, front.accounts.add(name, of.tfa))),
    /** A fresh code of an account's recovery codes, for whoever needs more than one code in half a minute. */
    recoveryOf: (name: string): string => front.accounts.recoveryOf(name),
    token: (owner: string, of: Parameters<Accounts["issue"]>[1]): string => front.accounts.issue(owner, of),
    isAlive: (token: string): boolean => front.accounts.live(token) !== null,
    /** What a user may do with a package, from now on. */
    collaborator: (name: string, user: string, right: Right): void =>
      void front.rights.set(name, { ...front.rights.get(name), [user]: right }),
    set: (name: string, settings: PackageSettings): void => void front.settings.set(name, settings),
    trust: (name: string, trust: Trust): TrustConfig => front.trusted.set(name, trust),
    trustOf: (name: string): TrustConfig | null => front.trusted.of(name),
    untrust: (name: string): void => front.trusted.forget(name),
    /** The GitHub whose jobs' OIDC tokens count for configurations that `npm trust` made, and its address. */
    github: ({ issuer, server }: { issuer: string; server: string }): void => {
      front.trusted.issuers.add(issuer);
      front.server = server;
    },
    published: (name: string): Promise<Packument | null> => published(front, name),
    status: (name: string, version: string): Promise<VersionStatus | null> => statusOf(front, name, version),
    seed: async (name: string, version: string): Promise<void> => await elsewhere(front, name, version, {}),
    publishElsewhere: async (name: string, version: string, of: Elsewhere): Promise<void> =>
      await elsewhere(front, name, version, of),
    /** The version is taken out again, by its owner or by npm. */
    unpublish: async (name: string, version: string): Promise<void> => await front.store.remove(name, version),
    /** npm's checks of this version aren't through until `settle` says how they ended. */
    hold: (name: string, version: string): void => void front.held.add(`${name}@${version}`),
    settle: async (name: string, version: string, end: "published" | "blocked"): Promise<void> =>
      await settle(front, name, version, end),
    stages: stageControls(front, stage),
  };
}

function stageControls(front: Front, stage: (id: string) => Candidate) {
  return {
    list: (): StageItem[] => front.candidates.stages().map(itemOf),
    /** Somebody approves on npm's website, a stranger to us perhaps. */
    approve: async (id: string, by: string): Promise<void> => await goLive(front, stage(id), personOf(by)),
    /** Somebody rejects it there, or npm takes it away: nothing is left that tells which (JoviDeCroock/drydock 328). */
    remove: (id: string): void => front.candidates.remove(stage(id)),
    /** What npm's checks make of it. */
    mark: (id: string, status: Candidate["status"]): void => void (stage(id).status = status),
    /** Other bytes lie there from now on; `quietly`: under the old checksum. */
    tamper: (id: string, tarball: Buffer, of: { quietly?: boolean } = {}): void => {
      const found = stage(id);
      found.upload.tarball = tarball;
      if (of.quietly !== true) found.shasum = shasumOf(tarball);
    },
  };
}

async function settle(front: Front, name: string, version: string, end: "published" | "blocked"): Promise<void> {
  const candidate = front.candidates.of(name, version);
  front.held.delete(`${name}@${version}`);
  if (candidate === null) throw new Error(`${name}@${version} isn't on its way: nobody handed it in.`);
  if (end === "blocked") candidate.status = "blocked";
  else await goLive(front, candidate);
}

async function elsewhere(front: Front, name: string, version: string, of: Elsewhere): Promise<void> {
  const manifest = { name, version, ...of.manifest };
  const files = { "package.json": `${JSON.stringify(manifest, null, 2)}\n`, "index.js": "export {};\n", ...of.files };
  const tarball = pack(files);
  const statement =
    of.provenance === undefined ? null : provenanceOf({ name, version, tarball }, of.provenance, front.server);
  const bundle = statement === null ? null : unsignedBundle(statement);
  const upload = { name, version, tag: of.tag ?? "latest", access: "public" as const, manifest, tarball, bundle };
  await goLive(front, front.candidates.add(upload, publisher(front, name, of), front.now(), true));
}

function publisher(front: Front, name: string, { by, byJob }: Elsewhere): Publisher {
  if (byJob !== true) return personOf(by ?? "seed");
  const id = front.trusted.of(name)?.id ?? "00000000-0000-4000-8000-000000000000";
  const trustedPublisher = { id: "github", oidcConfigId: `oidc:${id}` };
  return { name: "GitHub Actions", email: "npm-oidc-no-reply@github.com", trustedPublisher };
}

function personAt(accounts: Accounts, account: Account): PersonAtNpm {
  return {
    name: account.name,
    totp: () => accounts.code(account),
    wrongCode: () => accounts.wrongCode(account),
    async confirm(authUrl) {
      const { status } = await fetch(authUrl, { method: "POST" });
      if (status !== 200) throw new Error(`npm's page answered ${status}: the link is not known`);
    },
    recovery: [...account.recovery],
  };
}
