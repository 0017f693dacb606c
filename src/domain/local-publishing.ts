/** One thing to do, in the order in which it is done. */
export interface LocalStep {
  /** What is done, a few words. */
  title: string;
  /** How and why, as paragraphs in the Markdown that rules use. */
  text: readonly string[];
  /** What to type; `your-package` stands for the package's name. */
  commands: readonly string[];
}

/** Publishing from one's own machine: the page and docs/local-publishing.md are made of this. */
export const localPublishing: {
  title: string;
  introduction: string;
  /** When to choose it, and when to publish from CI. */
  choice: Record<"local" | "ci", readonly string[]>;
  /** What is done once for an account and its packages, and what is done for each version. */
  once: readonly LocalStep[];
  each: readonly LocalStep[];
} = {
  title: "Publishing locally",
  introduction:
    "For those who publish from their own machine, without a workflow and without Countersign. It is simpler, and for most projects it is the safer choice: there is no token in CI that could be taken, and npm asks you for your second factor each time.",
  choice: {
    local: [
      "One or two people publish, now and then.",
      "They sit at their own machines and answer npm's second factor themselves.",
      "Nobody else has to agree before a version goes out, or you agree on it elsewhere.",
    ],
    ci: [
      "Several people release, and often.",
      "Somebody else has to agree to each release, and it has to be on record who did.",
      "What is published has to come from the commit that was reviewed, on a machine that nobody else has used.",
    ],
  },
  once: [
    {
      title: "Turn on two-factor authentication for everything that writes",
      text: [
        "On npm's site, under *Account*, with a passkey or a security key: a code can be passed on to whoever asks for it on a page that looks like npm's. Choose the level that covers writes as well.",
        "The answer has to be `auth-and-writes`.",
      ],
      commands: ['npm profile get "two-factor auth"'],
    },
    {
      title: "Have the package demand it as well",
      text: [
        "On the package's page at npm, under *Settings → Publishing access*: two-factor authentication required, tokens disallowed. Then nobody can publish it with a token that was left somewhere. The command demands the second factor; that tokens are disallowed is set on the page.",
      ],
      commands: ["npm access set mfa=publish your-package"],
    },
    {
      title: "Take away every token that lies around",
      text: [
        "Revoke those that may publish and that you don't need, by their id. Look for what is left in files: a line with `_authToken` in a `.npmrc` is a password in clear, also in a project's folder, and in backups of it.",
      ],
      commands: ["npm token list", "npm token revoke the-id", "grep -n _authToken ~/.npmrc .npmrc"],
    },
  ],
  each: [
    {
      title: "Begin with what everybody has",
      text: [
        "The default branch as it is on GitHub, and nothing that isn't committed: the last command prints nothing.",
      ],
      commands: ["git switch main", "git pull --ff-only", "git status --short"],
    },
    {
      title: "Log in for this one time",
      text: [
        "npm opens your browser. The session that it makes ends by itself after some hours; you end it yourself below.",
      ],
      commands: ["npm login", "npm whoami"],
    },
    {
      title: "Look at what would go out",
      text: ["Read the list of files: no `.env`, no `.npmrc`, nothing that isn't meant for everybody."],
      commands: ["npm pack --dry-run"],
    },
    {
      title: "Set the version and publish",
      text: [
        "npm asks for your second factor. Answer it at npm's own address; a password manager that offers nothing there says that it isn't.",
        "A scoped package needs `--access=public` the first time, a prerelease a dist-tag of its own, such as `--tag=next`.",
      ],
      commands: ["npm version patch", "npm publish"],
    },
    {
      title: "Log out",
      text: [
        "It ends the session at npm, and takes its token out of `~/.npmrc`: nothing lies on your machine until the next time.",
      ],
      commands: ["npm logout"],
    },
    {
      title: "Look whether it is right",
      text: [
        "`latest` has to point at the version that you meant. What anybody can install now is what the second command shows.",
      ],
      commands: ["npm dist-tag ls your-package", "npm view your-package@latest version dist.shasum"],
    },
    {
      title: "Tag and release, once the version is live",
      text: ["Push the commit and its tag, make a draft of the release on GitHub, read it, and only then publish it."],
      commands: ["git push --follow-tags", "gh release create v1.2.0 --verify-tag --draft --generate-notes"],
    },
  ],
};

/** The text of docs/local-publishing.md; a test keeps the file the same. */
export function localPublishingPage(): string {
  const { title, introduction, choice, once, each } = localPublishing;
  const points = (all: readonly string[]): string => all.map((one) => `- ${one}`).join("\n");
  const steps = (all: readonly LocalStep[]): string[] =>
    all.flatMap(({ title: what, text, commands }, index) => [
      `### ${index + 1}. ${what}`,
      ...text,
      ["```sh", ...commands, "```"].join("\n"),
    ]);
  const blocks = [
    "<!-- Made from src/domain/local-publishing.ts: change it there, then run scripts/rules-doc.ts. -->",
    `# ${title}`,
    introduction,
    "The app shows the same to everybody at `/local-publishing`. What npm's pages call their settings is as of npm 11; it was not tried against npm itself.",
    "## When to choose it",
    points(choice.local),
    "Publish from CI, with [Countersign](main-job.md), where",
    points(choice.ci),
    "## Once",
    ...steps(once),
    "## For each version",
    ...steps(each),
  ];
  return `${blocks.join("\n\n")}\n`;
}
