import {
  bare,
  builders,
  bun,
  bunQuiet,
  installers,
  npm,
  pnpm,
  pnpmQuiet,
  programs,
  publishers,
  valued,
  yarn,
  yarnQuiet,
} from "./program-tables.ts";

/** What a command does, as far as it matters to a release. */
export type Deed =
  /** Sends a package to a registry. */
  | "publish"
  /** Brings in code of others. */
  | "install"
  /** Runs the project's or others' code, by names that say what for. */
  | "build"
  | "test"
  /** Runs a script of package.json, of which this file doesn't tell what it does. */
  | "script"
  /** `npm version`, with the scripts of the package. */
  | "version"
  /** Talks to the registry, and runs nothing: `npm whoami`, `npm dist-tag`. */
  | "registry"
  /** Pushes a tag; makes a release. */
  | "tag"
  | "release"
  /** Pushes something that isn't surely a tag. */
  | "push";

/** What is done, by which words; `detail` names the script that is run. */
export interface Reading {
  deed: Deed;
  /** As people write it: `npm run build`. */
  said: string;
  script?: string;
}

/** What a command does; null: nothing of note, or nobody can tell. */
export function readCommand(words: readonly string[]): Reading | null {
  const name = program(words[0] ?? "");
  const rest = words.slice(1);
  if (rest.some((word) => word === "--help" || word === "--version") && name !== "npm") return null;
  switch (name) {
    case "npm":
      return readNpm(rest);
    case "pnpm":
    case "pnpx":
      return name === "pnpx" ? fetching("pnpx", rest) : readPnpm(rest);
    case "yarn":
    case "yarnpkg":
      return readYarn(rest);
    case "bun":
      return readBun(rest);
    case "npx":
    case "bunx":
      return fetching(name, rest);
    case "git":
      return readGit(rest);
    case "gh":
      return readGh(rest);
    case "hub":
      return rest[0] === "release" && rest[1] === "create" ? { deed: "release", said: "hub release create" } : null;
    default:
      return readOther(name, rest);
  }
}

/** `./node_modules/.bin/tsc`, `tsc.cmd` are `tsc`. */
function program(word: string): string {
  const path = word.replaceAll("\\", "/");
  const local = /(?:^|\/)node_modules\/\.bin\/([^/]+)$/.exec(path)?.[1];
  const system = /^\/(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$/.exec(path)?.[1];
  const own = path === "./gradlew" || path === "./mvnw" ? path.slice(2) : undefined;
  return (local ?? system ?? own ?? path).replace(/\.(?:cmd|exe|ps1)$/i, "");
}

/** A package's name without its version: `npm@11`, `@changesets/cli@2`. */
export function bareName(spec: string): string {
  const at = spec.indexOf("@", 1);
  return at === -1 ? spec : spec.slice(0, at);
}

/** Words that aren't options, from the first such word on. */
function operands(manager: string, words: readonly string[]): string[] {
  const bareOptions = bare.get(manager);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) return words.slice(index);
    if (word === "--") return words.slice(index + 1);
    if (valued.has(word) && bareOptions?.has(word) !== true) index += 1;
  }
  return [];
}

/** Whether an option is switched on: `--dry-run`, `--dry-run=true`. */
export function isOn(words: readonly string[], ...names: string[]): boolean {
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  return own.some((word) => names.some((name) => word === name || word === `${name}=true`));
}

function readNpm(words: readonly string[]): Reading | null {
  const [first = "", second = "", third = ""] = operands("npm", words);
  if (first === "run" || first === "run-script" || first === "rum" || first === "urn")
    return script("npm run", operands("npm", operands("npm", words).slice(1))[0] ?? "");
  if (first === "stage" && second === "publish") return dry(words, "npm stage publish");
  if (first === "stage") return { deed: "registry", said: "npm stage" };
  if (first === "audit" && second === "fix") return { deed: "install", said: "npm audit fix" };
  if (first === "exec" || first === "x") return fetching("npm exec", operands("npm", words).slice(1));
  const deed = npm.get(first);
  if (deed === undefined) return null;
  if (deed === "publish") return dry(words, "npm publish");
  // `npm version` alone only prints versions.
  if (deed === "version" && second === "" && third === "") return null;
  return { deed, said: `npm ${first}`, ...(deed === "script" ? { script: first } : {}) };
}

function dry(words: readonly string[], said: string): Reading | null {
  return isOn(words, "--dry-run", "-n") ? null : { deed: "publish", said };
}

function script(said: string, name: string): Reading | null {
  if (name === "") return null;
  const deed = scriptDeed(name);
  return { deed, said: `${said} ${name}`, script: name };
}

/** By the name of a script what it surely is for; otherwise nobody can tell. */
function scriptDeed(name: string): Deed {
  const first = name.toLowerCase().split(/[:_-]/)[0] ?? "";
  if (["build", "compile", "bundle", "dist", "tsc", "transpile", "generate", "codegen"].includes(first)) return "build";
  if (
    ["test", "tests", "lint", "check", "typecheck", "types", "coverage", "e2e", "ci", "format", "verify"].includes(
      first,
    )
  )
    return "test";
  return "script";
}

function readPnpm(words: readonly string[]): Reading | null {
  const [first = "", ...rest] = operands("pnpm", words);
  if (["recursive", "multi", "m"].includes(first)) return readPnpm(rest);
  if (first === "run" || first === "run-script") return script("pnpm run", operands("pnpm", rest)[0] ?? "");
  if (first === "exec") return nested("pnpm exec", operands("pnpm", rest));
  if (first === "dlx") return fetching("pnpm dlx", rest);
  if (first === "" || pnpmQuiet.has(first)) return null;
  const deed = pnpm.get(first);
  if (deed === "publish") return dry(words, "pnpm publish");
  if (deed === "version") return { deed: "registry", said: "pnpm version" };
  return deed === undefined ? nested("pnpm", [first, ...rest]) : { deed, said: `pnpm ${first}` };
}

function readYarn(words: readonly string[]): Reading | null {
  const [first = "", ...rest] = operands("yarn", words);
  if (first === "") return isOn(words, "-v") ? null : { deed: "install", said: "yarn" };
  if (first === "workspaces" && rest[0] === "foreach") return readYarn(afterForeach(rest.slice(1)));
  if (first === "workspaces" && rest[0] === "run") return script("yarn workspaces run", rest[1] ?? "");
  if (first === "workspaces") return rest[0] === "focus" ? { deed: "install", said: "yarn workspaces focus" } : null;
  if (first === "workspace") return rest.length < 2 ? null : readYarn(rest.slice(1));
  if (first === "npm")
    return rest[0] === "publish"
      ? dry(words, "yarn npm publish")
      : { deed: "registry", said: `yarn npm ${rest[0] ?? ""}` };
  if (first === "run") return nested("yarn run", operands("yarn", rest));
  if (first === "exec") return nested("yarn exec", operands("yarn", rest));
  if (first === "dlx") return fetching("yarn dlx", rest);
  if (yarnQuiet.has(first)) return null;
  const deed = yarn.get(first);
  if (deed === "publish") return dry(words, "yarn publish");
  // Yarn 2 and later runs no scripts there; what Yarn 1 runs is the package's own.
  if (deed === "version") return { deed: "registry", said: "yarn version" };
  return deed === undefined ? nested("yarn", [first, ...rest]) : { deed, said: `yarn ${first}` };
}

/** Behind the options of `yarn workspaces foreach`, some of which take a word along. */
function afterForeach(words: readonly string[]): string[] {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) return words.slice(index);
    if (["--include", "--exclude", "--from", "-j", "--jobs"].includes(word)) index += 1;
  }
  return [];
}

function readBun(words: readonly string[]): Reading | null {
  const [first = "", ...rest] = operands("bun", words);
  if (first === "run") return script("bun run", operands("bun", rest)[0] ?? "");
  if (first === "x") return fetching("bun x", rest);
  if (first === "" || bunQuiet.has(first)) return null;
  const deed = bun.get(first);
  if (deed === "publish") return dry(words, "bun publish");
  if (deed !== undefined) return { deed, said: `bun ${first}` };
  // A file is the repository's own; any other word a script.
  return /[./]/.test(first) ? null : script("bun", first);
}

/** A program that a package manager runs from what is installed, or a script of that name. */
function nested(said: string, words: readonly string[]): Reading | null {
  const [name = ""] = words;
  if (name === "") return null;
  const known = publishers.has(bareName(name)) || programs.has(name) ? readOther(name, words.slice(1)) : undefined;
  if (known !== undefined) return known === null ? null : { ...known, said: `${said} ${known.said}` };
  return said.endsWith("exec") ? readCommand(words) : script(said, name);
}

/** `npx` and its like: what isn't installed is fetched and run. */
function fetching(said: string, words: readonly string[]): Reading | null {
  const chosen = words.findIndex((word) => word === "-p" || word === "--package");
  const named = chosen === -1 ? undefined : words[chosen + 1];
  const inner = operands("npx", words);
  const name = bareName(inner[0] ?? named ?? "");
  if (name === "") return null;
  const does = ["npm", "pnpm", "yarn"].includes(name)
    ? readCommand([name, ...inner.slice(1)])
    : readOther(name, inner.slice(1));
  if (does?.deed === "publish") return { ...does, said: `${said} ${does.said}` };
  if (publishers.has(name) && does === null) return null;
  return { deed: "install", said: `${said} ${name}` };
}

function readOther(name: string, words: readonly string[]): Reading | null {
  const spec = bareName(name);
  const subcommand = publishers.get(spec);
  const first = words.find((word) => !word.startsWith("-")) ?? "";
  if (subcommand !== undefined && (subcommand === null || first === subcommand)) {
    const said = subcommand === null ? spec : `${spec} ${subcommand}`;
    return isOn(words, "--dry-run", "-d", "--dryRun") ? null : { deed: "publish", said };
  }
  // Commits, makes the tags and pushes them.
  if (spec === "lerna" && first === "version" && !isOn(words, "--no-push"))
    return { deed: "tag", said: "lerna version" };
  if (spec === "nx" && first === "release" && !isOn(words, "--dry-run", "--skip-publish", "-d"))
    return { deed: "publish", said: "nx release" };
  if (publishers.has(spec) && spec !== "lerna" && spec !== "rush") return null;
  if (installers.get(spec)?.has(first) === true) return { deed: "install", said: `${spec} ${first}` };
  if (builders.get(spec)?.has(first) === true) return { deed: "build", said: `${spec} ${first}` };
  const deed = programs.get(spec);
  return deed === undefined ? null : { deed, said: /^[a-z][\w:-]*$/.test(first) ? `${spec} ${first}` : spec };
}

function readGit(words: readonly string[]): Reading | null {
  let rest = words;
  while (rest[0] === "-C" || rest[0] === "-c") rest = rest.slice(2);
  if (rest[0] !== "push" || isOn(rest, "--dry-run", "-n")) return null;
  const tags = rest.some(
    (word) =>
      word === "--tags" ||
      word === "--follow-tags" ||
      word === "tag" ||
      /(?:^|:|\+)refs\/tags\/|^v(?:\d|\$)/.test(word),
  );
  return { deed: tags ? "tag" : "push", said: "git push" };
}

function readGh(words: readonly string[]): Reading | null {
  if (words[0] !== "release" || words[1] !== "create") return null;
  // A draft makes no tag, and nobody is told of it.
  return isOn(words, "--draft", "-d")
    ? { deed: "push", said: "gh release create --draft" }
    : { deed: "release", said: "gh release create" };
}
