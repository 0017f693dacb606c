/**
 * What the app asks of GitHub, name → access, as app.yml has it (a test holds the two together), without what only a check on the
 * policy file would need. An installation that has less than this can't do a release.
 */
export const needed: Readonly<Record<string, "read" | "write">> = {
  actions: "write",
  contents: "read",
  deployments: "write",
  environments: "write",
  issues: "write",
  members: "read",
  metadata: "read",
  pull_requests: "write",
  secrets: "read",
};

/** What an installation lacks of it, as `name: access`, in order of names. `members` is an organisation's: elsewhere there are none. */
export function lacks(granted: Readonly<Record<string, string>>, ownerType: "Organization" | "User"): string[] {
  return Object.entries(needed)
    .filter(([name]) => name !== "members" || ownerType === "Organization")
    .filter(([name, access]) => granted[name] !== "write" && granted[name] !== "admin" && granted[name] !== access)
    .map(([name, access]) => `${name}: ${access}`);
}
