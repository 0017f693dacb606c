import type { Deed } from "./programs.ts";

/** Subcommands of npm that do something of note, with the other names that npm knows for them. */
export const npm: ReadonlyMap<string, Deed> = table({
  publish: "publish",
  install:
    "install i in ins inst insta instal isnt isnta isntal isntall add ci clean-install ic install-clean isntall-clean install-test it install-ci-test cit clean-install-test sit update up upgrade udpate rebuild rb dedupe ddp link ln exec x init create innit",
  test: "test t tst",
  script: "start restart stop",
  version: "version verison",
  registry:
    "whoami ping dist-tag dist-tags access owner author deprecate undeprecate unpublish token profile view v info show search login logout adduser add-user trust",
});
export const pnpm: ReadonlyMap<string, Deed> = table({
  publish: "publish",
  install: "install i add ci update up upgrade dlx rebuild rb import link ln fetch create self-update env runtime",
  test: "test t tst install-test it",
  script: "start restart",
  version: "version",
  registry: "whoami ping dist-tag view info show search login logout deprecate unpublish owner access token",
});
/** Known words of pnpm that do nothing of note: any other is the name of a script. */
export const pnpmQuiet = new Set(
  "pack list ls la ll why outdated audit licenses store root bin prune patch patch-commit config get set setup server deploy doctor cat-file cat-index find-hash approve-builds ignored-builds help".split(
    " ",
  ),
);
export const yarn: ReadonlyMap<string, Deed> = table({
  publish: "publish",
  install: "install add up upgrade dlx create import link rebuild",
  test: "test",
  version: "version",
  registry: "login logout owner tag whoami info npm",
});
export const yarnQuiet = new Set(
  "pack config cache set list why audit licenses outdated bin global dedupe constraints explain plugin stage help node autoclean check generate-lock-entry patch patch-commit unlink remove policies search team".split(
    " ",
  ),
);
export const bun: ReadonlyMap<string, Deed> = table({
  publish: "publish",
  install: "install i add update x create link patch",
  test: "test",
  build: "build",
});
export const bunQuiet = new Set(
  "pm pack outdated audit why info init upgrade remove rm unlink repl exec help".split(" "),
);

/** Options of the package managers that take the next word along. */
export const valued = new Set(
  "-C --dir --prefix --cwd -w --workspace -F --filter --filter-prod --registry --tag --otp --access --userconfig --cache --loglevel --include --omit --script-shell --from --since -p --package -c --call --config --use-workspace --reporter".split(
    " ",
  ),
);
/** `pnpm -w` and `yarn -w` take no word along, as npm's does. */
export const bare: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["pnpm", new Set(["-w"])],
  ["yarn", new Set(["-w", "-p"])],
]);

/** Programs that publish to npm, by the subcommand with which they do; without one they always do. */
export const publishers: ReadonlyMap<string, string | null> = new Map([
  ["semantic-release", null],
  ["multi-semantic-release", null],
  ["np", null],
  ["release-it", null],
  ["lerna", "publish"],
  ["changeset", "publish"],
  ["@changesets/cli", "publish"],
  ["beachball", "publish"],
  ["rush", "publish"],
]);

/** Programs by what they are for. */
export const programs: ReadonlyMap<string, Deed> = table({
  build:
    "tsc make cmake webpack rollup vite esbuild tsup unbuild parcel babel swc turbo nx gulp grunt node-gyp gradle gradlew mvn ng next pkgroll rolldown tsdown wasm-pack lerna rush grunt-cli bazel just task",
  test: "jest vitest mocha ava tap tape uvu jasmine karma cypress playwright c8 nyc eslint oxlint prettier biome xo standard publint attw tsd ava",
  install: "node-pre-gyp prebuild-install bower jspm husky",
});

/** Package managers of other worlds, by the words that bring code in. */
export const installers: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    pip: "install",
    pip3: "install",
    pipx: "install run",
    uv: "add sync pip tool",
    gem: "install",
    bundle: "install update",
    cargo: "install binstall",
    go: "install get",
    brew: "install upgrade",
    apt: "install upgrade",
    "apt-get": "install upgrade dist-upgrade",
    apk: "add upgrade",
    dnf: "install",
    yum: "install",
    choco: "install",
    winget: "install",
    deno: "install add",
    composer: "install require update",
    poetry: "install add",
    volta: "install",
    nvm: "install",
    fnm: "install",
  }).map(([name, words]) => [name, new Set(words.split(" "))]),
);
export const builders: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["cargo", new Set(["build", "test", "run"])],
  ["go", new Set(["build", "test", "generate", "run"])],
  ["docker", new Set(["build", "run", "compose", "buildx"])],
  ["dotnet", new Set(["build", "test", "restore"])],
]);

function table(words: Partial<Record<Deed, string>>): ReadonlyMap<string, Deed> {
  return new Map(
    Object.entries(words).flatMap(([deed, names]) =>
      names.split(" ").map((name): [string, Deed] => [name, deed as Deed]),
    ),
  );
}
