/** How a repository installs, runs its scripts and packs. */
export interface ManagerWords {
  label: string;
  /** The file at the root that tells of it. */
  lockfile: string | null;
  /** Before anything else. */
  prepare: string | null;
  /** Never without a lockfile, and never past it. */
  install: string | null;
  run: (script: "build" | "test") => string;
  /** Into the folder `$PACKED`. `prepublishOnly` is for publishing, so packing alone doesn't run it. */
  pack: readonly string[];
}

const npmPack = ["npm run prepublishOnly --if-present", 'npm pack --pack-destination "$PACKED"'] as const;

/** Corepack, which brings pnpm and Yarn, comes with Node 24, not with 25 and later. */
export const managers = {
  npm: {
    label: "npm",
    lockfile: "package-lock.json",
    prepare: null,
    install: "npm ci",
    run: (script) => `npm run ${script}`,
    pack: npmPack,
  },
  pnpm: {
    label: "pnpm",
    lockfile: "pnpm-lock.yaml",
    prepare: "corepack enable",
    install: "pnpm install --frozen-lockfile",
    run: (script) => `pnpm run ${script}`,
    pack: ["pnpm run --if-present prepublishOnly", 'pnpm pack --pack-destination "$PACKED"'],
  },
  yarn: {
    label: "Yarn 2 or later",
    lockfile: "yarn.lock",
    prepare: "corepack enable",
    install: "yarn install --immutable",
    run: (script) => `yarn run ${script}`,
    pack: ['yarn pack --out "$PACKED/package.tgz"'],
  },
  "yarn-1": {
    label: "Yarn 1",
    lockfile: null,
    prepare: "corepack enable",
    install: "yarn install --frozen-lockfile",
    run: (script) => `yarn run ${script}`,
    pack: ['yarn pack --filename "$PACKED/package.tgz"'],
  },
  none: {
    label: "nothing to install",
    lockfile: null,
    prepare: null,
    install: null,
    run: (script) => `npm run ${script}`,
    pack: npmPack,
  },
} as const satisfies Record<string, ManagerWords>;

export type Manager = keyof typeof managers;

export function isManager(text: string): text is Manager {
  return Object.hasOwn(managers, text);
}
