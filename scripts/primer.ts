// Takes what the pages use from GitHub's Primer packages (devDependencies, MIT) and writes it into src/web, where it is committed
// so that production needs neither package: colour tokens for four themes, and octicons. Run it after a style or the list of icons
// has changed: node scripts/run.mjs scripts/primer.ts
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "web");
const require = createRequire(import.meta.url);

const icons = (
  "alert bell check check-circle-fill clock comment-discussion copy git-commit history hourglass inbox info key link-external lock mail no-entry package " +
  "passkey-fill people play rocket search shield-check shield-lock skip stop tag trash unlock verified webhook x x-circle-fill dot-fill"
).split(" ");

const themes = [
  { file: "light", media: null },
  // Paper is white whatever the screen is.
  { file: "dark", media: "screen and (prefers-color-scheme: dark)" },
  { file: "light-high-contrast", media: "(prefers-contrast: more)" },
  { file: "dark-high-contrast", media: "screen and (prefers-color-scheme: dark) and (prefers-contrast: more)" },
];

function notice(name: string): string {
  const { version } = require(`${name}/package.json`) as { version: string };
  const licence = readFileSync(require.resolve(`${name}/LICENSE`), "utf8").trim();
  return `Taken from ${name} ${version} by scripts/primer.ts; don't edit.\n\n${licence}`;
}

/** Declarations of one theme, name → value, comments dropped. */
function theme(file: string): Map<string, string> {
  const path = require.resolve(`@primer/primitives/dist/css/functional/themes/${file}.css`);
  const css = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const first = css.slice(css.indexOf("{") + 1, css.indexOf("}"));
  return new Map(
    [...first.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value.trim()]),
  );
}

/** The names that a text uses, and those that their values use in turn. */
function used(text: string, values: Map<string, string>): Set<string> {
  const names = new Set<string>();
  const add = (some: string): void => {
    for (const [, name = ""] of some.matchAll(/var\((--[\w-]+)/g)) {
      if (names.has(name)) continue;
      names.add(name);
      const value = values.get(name);
      if (value === undefined) throw new Error(`Primer has no ${name}.`);
      add(value);
    }
  };
  add(text);
  return names;
}

function tokens(): string {
  const folder = join(web, "assets", "style");
  const style = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const blocks = themes.map(({ file, media }) => {
    const values = theme(file);
    const lines = [...used(style, values)].sort().map((name) => `  ${name}: ${values.get(name)};`);
    const block = `:root {\n${lines.join("\n")}\n}`;
    return media === null ? block : `@media ${media} {\n${block}\n}`;
  });
  return `/*!\n${notice("@primer/primitives")}\n*/\n${blocks.join("\n")}\n`;
}

function iconPaths(): string {
  const data = require("@primer/octicons/build/data.json") as Record<
    string,
    { heights: Record<string, { path: string }> } | undefined
  >;
  const lines = icons.sort().map((name) => {
    const path = data[name]?.heights["16"]?.path;
    if (path === undefined) throw new Error(`There is no octicon ${name}.`);
    return `  ${JSON.stringify(name)}: ${JSON.stringify(path.replaceAll("></path>", "/>"))},`;
  });
  return [
    `/*\n${notice("@primer/octicons")}\n*/`,
    "",
    "/** Octicons of 16 by 16, name → markup of their paths. */",
    `export const iconPaths = {\n${lines.join("\n")}\n} as const;`,
    "",
    "/** An icon we carry. */",
    "export type IconName = keyof typeof iconPaths;",
    "",
  ].join("\n");
}

writeFileSync(join(web, "assets", "tokens.css"), tokens());
writeFileSync(join(web, "assets", "icon-paths.ts"), iconPaths());
