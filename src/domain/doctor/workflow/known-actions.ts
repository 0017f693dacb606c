/** What an action is for, as far as it matters to a release. */
export type KnownAction =
  | "checkout"
  | "setup"
  | "cache"
  | "artifact"
  | "harden"
  | "wait-for-secrets"
  | "our-otp"
  | "our-publish"
  | "our-second-build"
  /** Approves or rejects what is staged: as good as publishing. */
  | "our-stage"
  /** Publishes to npm. */
  | "publishes"
  /** Versions or publishes by commands that it is given. */
  | "changesets"
  | "installs"
  /** Makes tags or releases. */
  | "releases"
  /** Pushes commits. */
  | "pushes"
  | "script";

const table: ReadonlyMap<string, KnownAction> = new Map(
  Object.entries({
    checkout: "actions/checkout",
    setup:
      "actions/setup-node actions/setup-python actions/setup-go actions/setup-java pnpm/action-setup oven-sh/setup-bun denoland/setup-deno volta-cli/action",
    cache: "actions/cache buildjet/cache swatinem/rust-cache runs-on/cache useblacksmith/cache",
    artifact: "actions/upload-artifact actions/download-artifact actions/attest-build-provenance actions/attest",
    harden: "step-security/harden-runner",
    "wait-for-secrets": "step-security/wait-for-secrets",
    publishes:
      "js-devtools/npm-publish cycjimmy/semantic-release-action codfish/semantic-release-action nearform-actions/optic-release-automation-action pascalgn/npm-publish-action",
    changesets: "changesets/action",
    installs: "bahmutov/npm-install borales/actions-yarn cypress-io/github-action wyvox/action-setup-pnpm",
    releases:
      "softprops/action-gh-release ncipollo/release-action actions/create-release googleapis/release-please-action google-github-actions/release-please-action marvinpinto/action-automatic-releases mathieudutour/github-tag-action anothrnick/github-tag-action",
    pushes:
      "ad-m/github-push-action stefanzweifel/git-auto-commit-action endbug/add-and-commit peter-evans/create-pull-request",
    script: "actions/github-script",
  }).flatMap(([kind, names]) => names.split(" ").map((name): [string, KnownAction] => [name, kind as KnownAction])),
);

/** What an action is for, by `owner/name/path@ref`; null: nothing that is known here. */
export function knownAction(uses: string): KnownAction | null {
  const target = uses.split("@")[0]?.toLowerCase() ?? "";
  const ours = /^[^/]+\/countersign\/(?:action\/)?(publish|otp|stage|second-build)$/.exec(target)?.[1];
  if (ours !== undefined) return `our-${ours as "publish" | "otp" | "stage" | "second-build"}`;
  const [owner = "", name = "", sub = ""] = target.split("/");
  // `actions/cache/save` keeps, and restores nothing.
  if (owner === "actions" && name === "cache" && sub === "save") return "artifact";
  return table.get(`${owner}/${name}`) ?? null;
}
