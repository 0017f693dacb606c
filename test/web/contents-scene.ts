import type { Inside } from "../../src/desk/inside.ts";
import { notable } from "../../src/domain/inside/points.ts";
import type { Contents } from "../../src/domain/inside/types.ts";
import { contentsOf } from "../support/surveys.ts";
import type { Files } from "../support/surveys.ts";

const manifest = (fields: object): string => `${JSON.stringify(fields, null, 2)}\n`;
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");

const common: Files = {
  LICENSE: "Apache-2.0\n",
  "lib/count.js": lines(40, (index) => `export const count${index} = (widgets) => widgets.length + ${index};`),
  "lib/refuse.js": lines(20, (index) => `export function refuse${index}() {}`),
  "test/count.test.js": "import '../lib/count.js';\n",
};

const before: Files = {
  ...common,
  "package.json": manifest({
    name: "@acme/widget",
    version: "1.1.0",
    main: "lib/index.js",
    scripts: { test: "node --test" },
    dependencies: { "left-pad": "^1.3.0", "old-friend": "~2.0.0" },
    engines: { node: ">=20" },
  }),
  "README.md": "# Widget\n\nCounts widgets.\n",
  "lib/index.js": lines(30, (index) => `export { count${index} } from "./count.js";`),
  "lib/legacy.js": "module.exports = 1;\n",
};

/** Somebody has been at it. */
const now: Files = {
  ...common,
  "package.json": manifest({
    name: "@acme/widget",
    version: "2.0.0-beta.3",
    main: "lib/index.js",
    scripts: { test: "node --test", postinstall: "node tools/setup.js" },
    dependencies: { "left-pad": "^1.3.0", "right-pad": "^1.0.1" },
    engines: { node: ">=22" },
  }),
  "README.md": "# Widget\n\nCounts widgets, and refuses what is none.\n",
  "lib/index.js": `${lines(12, (index) => `export { count${index} } from "./count.js";`)}const allowed = isAdmin; // \u202e check later \u2066\n${lines(18, (index) => `export { count${index + 12} } from "./count.js";`)}`,
  "tools/setup.js": `var _0x1f=${JSON.stringify(Array.from({ length: 30 }, (_, index) => `_0x${(4096 + index * 77).toString(16)}`))};eval(atob("${"QWxs".repeat(700)}"));\n`,
  "tools/run.sh": { text: "#!/bin/sh\nexec node setup.js\n", executable: true },
};

function told(contents: Contents, otherBytes: string | null = null): Inside {
  return { toldAt: new Date("2026-11-23T09:59:00Z"), contents, points: notable(contents), otherBytes };
}

/** What was told of the scenes' releases. */
export function contentsScenes(): Record<string, Inside> {
  return {
    r2: told(contentsOf(now, { version: "1.1.0", files: before })),
    r3: told(contentsOf(before, null)),
    r4: told(contentsOf(before, { version: "1.0.0", files: before }), "5f2a1c0d9b8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a"),
    r5: told(contentsOf(before, { why: "The registry answered 503 when asked for the package." })),
    r6: told({
      ...{ form: 1, state: "unread", shasum: "d".repeat(40) },
      why: "The step stopped reading the tarball: it has more than 100000 entries.",
    }),
  };
}
