import type { PackagePolicy } from "../policy-types.ts";

/** Something that npm ends or begins, as far as it has said so. */
export interface NpmDate {
  /** `2027-01-15`, or `2027-01` where npm named no day. */
  when: string;
  /** What changes, one sentence. */
  what: string;
  /** What follows from it for a package that is published by this policy; null: nothing. */
  means: (policy: Pick<PackagePolicy, "mode" | "token">) => string | null;
  /** Where npm or GitHub says so. */
  source: string;
  /** Only drafts or threads say so, or they contradict each other. */
  unsure: boolean;
}

/**
 * npm's timetable, in one place, in order. Read from npm's and GitHub's announcements up to October 2026; nothing of it was tried on
 * npm's own registry.
 */
export const npmDates: readonly NpmDate[] = [
  {
    when: "2025-10-13",
    what: "npm takes no new authenticator apps as a second factor.",
    means: ({ mode }) =>
      mode === "otp"
        ? "Whoever set up 2FA since then has a passkey or security key: npm gives them a link, which Countersign shows them."
        : null,
    source:
      "github.blog/changelog/2025-09-29-strengthening-npm-security-important-changes-to-authentication-and-token-management",
    unsure: false,
  },
  {
    when: "2025-12-09",
    what: "Classic tokens work no more.",
    means: () => null,
    source:
      "github.blog/changelog/2025-12-09-npm-classic-tokens-revoked-session-based-auth-and-cli-token-management-now-available",
    unsure: false,
  },
  {
    when: "2026-02-03",
    what: "A token that may publish lives 90 days at most.",
    means: ({ mode }) =>
      mode === "otp" || mode === "stage"
        ? "Each releaser makes a new token every 90 days; Countersign warns them."
        : null,
    source:
      "github.blog/changelog/2025-11-05-npm-security-update-classic-token-creation-disabled-and-granular-token-changes",
    unsure: false,
  },
  {
    when: "2026-05-22",
    what: "Versions can be staged and approved later with a second factor.",
    means: ({ mode }) =>
      mode === "trusted"
        ? "With `trusted-stage` whoever takes over the job can only stage, and a person has the last word."
        : null,
    source: "docs.npmjs.com/staged-publishing",
    unsure: false,
  },
  {
    when: "2026-09",
    what: "New trusted publishers may only stage, unless publishing is allowed explicitly.",
    means: ({ mode }) =>
      mode === "trusted"
        ? "A trusted publisher that is made anew needs `--allow-publish`, or the mode `trusted-stage`."
        : null,
    source: "npm CLI, `npm trust`: --allow-publish and --allow-stage-publish",
    unsure: true,
  },
  {
    when: "2026-09-18",
    what: "Tokens can be limited to staging.",
    means: ({ mode }) =>
      mode === "stage" ? "Make the releasers' tokens stage-only: a stolen one can't publish." : null,
    source: "npm/documentation#2036",
    unsure: false,
  },
  {
    when: "2026-10-02",
    what: "A package's very first version can be staged, with a token or a session.",
    means: ({ mode }) =>
      mode === "otp" ? "A new package needs no publish by hand any more, where its first version is staged." : null,
    source: "github.blog/changelog/2026-10-02-npm-staged-publishing-now-supports-creating-new-packages",
    unsure: false,
  },
  {
    when: "2027-01",
    what: "Tokens that bypass the second factor can't publish directly any more.",
    means: ({ mode, token }) => {
      if (mode !== "otp") return null;
      return token.bypass2fa === null
        ? "Drafts of npm's documents speak of tokens in general: publishing directly with a token and a live second factor may end as well."
        : "Releases with such tokens stop working.";
    },
    source:
      "github.blog/changelog/2026-07-08-npm-install-time-security-and-gat-bypass2fa-deprecation; npm/documentation#2036",
    unsure: true,
  },
];
