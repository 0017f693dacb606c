import type { Rule } from "../rule.ts";

const base = { area: "package", level: "warn", fixed: false, zizmor: null } as const;

/** Rules about the package as the registry shows it to everybody. */
export const packageRules = [
  {
    ...base,
    id: "package-exists",
    title: "The package exists on the registry",
    why: "A first version needs a token that may create packages, and neither staging nor trusted publishing is sure to work for it.",
    mend: "Publish the first version by hand (see [publishing locally](../local-publishing.md)), or with a token that isn't limited to one package.",
    guide: null,
  },
  {
    ...base,
    id: "maintainers",
    title: "Releasers may publish at npm, and nobody else",
    why: "A releaser whom npm doesn't know as a maintainer fails after everybody has agreed; a maintainer who is no releaser can publish past all of this.",
    mend: "Compare `npm owner ls <package>` with `releasers` in the policy; `npm owner add` and `npm owner rm` bring them together.",
    guide: "Give it read/write access only to your package",
  },
  {
    ...base,
    id: "publisher",
    title: "Every version came the same way",
    why: "A version that came another way than those before it (by a token where there was trusted publishing, without provenance where there was some) is what a stolen token looks like.",
    mend: "Find out who published that version; where it was you, say in the policy's `mode` how you publish now.",
    guide: null,
  },
  {
    ...base,
    id: "dist-tags",
    title: "`latest` is the newest stable version",
    why: "`npm install` takes `latest`, whatever it points at.",
    mend: "Let it point at the right one: `npm dist-tag add <package>@<version> latest`.",
    guide: null,
  },
  {
    ...base,
    id: "directory",
    title: "`directory` is the package's folder",
    why: "`/release --changed` looks there: in another package's folder it would leave out what changed, and release what didn't.",
    mend: "Name the folder that holds the package's package.json, from the repository's root on, or leave the key out.",
    guide: null,
  },
] as const satisfies readonly Rule[];
