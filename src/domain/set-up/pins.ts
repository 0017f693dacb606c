/** An action at the commit that a release of it is, as its own repository's tags had it on the day it was looked up. */
export interface Pin {
  repository: string;
  commit: string;
  version: string;
}

/** The day on which these were looked up. What looks them up again has to look at all of them. */
export const pinnedOn = "2026-11-30";

/** Every action of others that a workflow of ours uses. Commits of tags of the actions' own repositories, not of forks. */
export const pins = {
  checkout: {
    repository: "actions/checkout",
    commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    version: "v7.0.1",
  },
  setupNode: {
    repository: "actions/setup-node",
    commit: "820762786026740c76f36085b0efc47a31fe5020",
    version: "v7.0.0",
  },
  uploadArtifact: {
    repository: "actions/upload-artifact",
    commit: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
    version: "v7.0.0",
  },
  downloadArtifact: {
    repository: "actions/download-artifact",
    commit: "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
    version: "v8.0.1",
  },
} as const satisfies Record<string, Pin>;

/** Our own action: the repository that runners fetch it from, and the commit of the release that runs here. */
export interface OwnAction {
  /** `owner/name` */
  repository: string;
  commit: string;
}

/** `owner/name@commit`, the commit in full; null where it isn't. */
export function readOwnAction(text: string): OwnAction | null {
  const [, repository, commit] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/.exec(text) ?? [];
  return repository === undefined || commit === undefined ? null : { repository, commit };
}

/** What stands after `uses:`. */
export function uses({ repository, commit, version }: Pin): string {
  return `${repository}@${commit} # ${version}`;
}

/** The same of a step of ours; where nobody said which commit runs, what has to be put in its place. */
export function usesOwn(
  action: OwnAction | null,
  step: "publish" | "otp" | "live" | "stage" | "second-build",
  version: string,
): string {
  if (action === null) return `OWNER/countersign/action/${step}@COMMIT # put owner and full commit here`;
  return `${action.repository}/action/${step}@${action.commit} # v${version}`;
}
