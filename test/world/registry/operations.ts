/**
 * What the front can be asked, by name, with the parts of the address that say about what. Addresses: npm CLI 11.21.2 (`lib/commands`,
 * `lib/trust-cmd.js`, `lib/utils/oidc.js`, libnpmpublish, libnpmaccess, npm-profile, pacote) and npm's API description (`stage.yaml`,
 * `trust.yaml`, `oidc.yaml`, `package-version-status.yaml`).
 */
const table = [
  ["confirm a challenge", "*", /^\/(?:auth\/cli|login)\/([^/]+)$/],
  ["poll a challenge", "GET", /^\/-\/v1\/done$/],
  ["exchange an id token", "POST", /^\/-\/npm\/v1\/oidc\/token\/exchange\/package\/(.+)$/],
  ["who am I", "GET", /^\/-\/whoami$/],
  ["revoke a token", "DELETE", /^\/-\/user\/token\/(.+)$/],
  ["list tokens", "GET", /^\/-\/npm\/v1\/tokens$/],
  ["read attestations", "GET", /^\/-\/npm\/v1\/attestations\/(.+)@([^@/]+)$/],
  ["list collaborators", "GET", /^\/-\/package\/(.+)\/collaborators$/],
  ["read visibility", "GET", /^\/-\/package\/(.+)\/visibility$/],
  ["set access", "POST", /^\/-\/package\/(.+)\/access$/],
  ["read a version's status", "GET", /^\/-\/package\/(.+)\/version\/([^/]+)\/status$/],
  ["list trust", "GET", /^\/-\/package\/(.+)\/trust$/],
  ["create trust", "POST", /^\/-\/package\/(.+)\/trust$/],
  ["revoke trust", "DELETE", /^\/-\/package\/(.+)\/trust\/([^/]+)$/],
  ["stage", "POST", /^\/-\/stage\/package\/(.+)$/],
  ["list stages", "GET", /^\/-\/stage$/],
  ["read a stage", "GET", /^\/-\/stage\/([^/]+)$/],
  ["download a stage", "GET", /^\/-\/stage\/([^/]+)\/tarball$/],
  ["approve a stage", "POST", /^\/-\/stage\/([^/]+)\/approve$/],
  ["reject a stage", "DELETE", /^\/-\/stage\/([^/]+)$/],
  ["publish", "PUT", /^\/((?:@[^/]+\/)?[^-@/][^/]*)$/],
  ["read a package", "GET", /^\/((?:@[^/]+\/)?[^-@/][^/]*)$/],
] as const satisfies ReadonlyArray<readonly [string, string, RegExp]>;

export type OperationName = (typeof table)[number][0];

export interface Operation {
  name: OperationName;
  /** What the address says it is about: a package, a stage, a version. */
  about: [string, string];
}

/** Null: one that the front has no name for. The path is decoded. */
export function operationOf(method: string, path: string): Operation | null {
  for (const [name, wanted, form] of table) {
    const found = wanted === "*" || wanted === method ? form.exec(path) : null;
    if (found !== null) return { name, about: [found[1] ?? "", found[2] ?? ""] };
  }
  return null;
}
