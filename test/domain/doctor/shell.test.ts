import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readActs } from "../../../src/domain/doctor/workflow/acts.ts";
import { readScript } from "../../../src/domain/doctor/workflow/shell.ts";

/** The commands of a script, each as its words. */
const words = (script: string): string[][] => readScript(script).map((command) => command.words);
/** What a script does: `deed said`. */
const deeds = (script: string): string[] => readActs(script, "posix").map(({ deed, said }) => `${deed} ${said}`);

describe("a script", () => {
  test.each<[string, string[][]]>([
    ["a b && c; d | e || f & g", [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]]],
    ["echo \"npm ci\" 'npm test' # npm install", [["echo", "npm ci", "npm test"]]],
    ['npm version \\\n  "$V" \\\r\n  --x', [["npm", "version", "$V", "--x"]]],
    ["a#b # c", [["a#b"]]],
    ["cat <<'END' > file\nnpm ci\nEND\nb", [["cat"], ["b"]]],
    ["cat <<-END\n\tnpm ci\n\tEND\nb", [["cat"], ["b"]]],
    ["cat <<< 'npm ci'\nb", [["cat"], ["b"]]],
    ['a $(b "$(c)") `d`', [["c"], ["b", "$(c)"], ["d"], ["a", '$(b "$(c)")', "`d`"]]],
    ["if a; then b; elif ! c; then d; else e; fi", [["a"], ["b"], ["c"], ["d"], ["e"]]],
    ["for x in npm ci; do a; done", [["a"]]],
    ["case $x in\n npm) a ;;\n *) b ;;\nesac", [["a"], ["b"]]],
    ["f() { a; }\nf", [["a"], ["f"]]],
    ["A=1 B='x y' a > out 2>&1 < in", [["a"]]],
    ["a \"${{ inputs.x == '\"' }}\" ${{ 'b;c' }}", [["a", "${{ inputs.x == '\"' }}", "${{ 'b;c' }}"]]],
    ["(a && b) || { c; }", [["a"], ["b"], ["c"]]],
    ["echo $'it\\'s' x", [["echo", "it\\'s", "x"]]],
    ['a ${B:-"c d"} e', [["a", '${B:-"c d"}', "e"]]],
    ["", []],
  ])("%j is read into its commands", (script, expected) => {
    expect(words(script)).toEqual(expected);
  });

  test("tells the line on which each command begins", () => {
    const lines = readScript("a\n\nb \\\n  c && d\n# e\nf").map(({ words: [name], line }) => `${name} ${line}`);
    expect(lines).toEqual(["a 0", "b 2", "d 3", "f 5"]);
  });

  test("of PowerShell has its own escapes", () => {
    const script = 'Write-Output "npm ci `"x`"" # npm ci\nnpm run `\n  build\nif ($x) { npm test }';
    expect(readScript(script, "powershell").map((command) => command.words)).toEqual([
      ["Write-Output", 'npm ci "x"'],
      ["npm", "run", "build"],
      ["$x"],
      ["npm", "test", "}"],
    ]);
  });

  const text = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(
          ..."a|b c|\"|'|`|$(|)|(|${|}|{|;|&&|\\|\n|\\\n|<<E|\nE\n|${{|}}|#|npm ci|case x in|esac|&|>".split("|"),
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join("")),
  );

  test("of any text is read, each command at a line of its own text", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("posix" as const, "powershell" as const, "cmd" as const), (script, dialect) => {
        const lines = script.split("\n").length;
        for (const command of readScript(script, dialect)) {
          expect(command.line).toBeLessThan(lines);
          expect(command.offset).toBeGreaterThanOrEqual(0);
          expect(script.slice(0, command.offset).split("\n").length - 1).toBe(command.line);
        }
        readActs(script, dialect);
      }),
      { numRuns: 2000 },
    );
  });

  test("in quotes is one word, whatever it holds", () => {
    const plain = fc.string({ maxLength: 30 }).map((one) => one.replaceAll(/['\r\n]|\$\{\{/g, "x"));
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const escaped = other.replaceAll(/[\\"$`]/g, "\\$&");
        expect(words(`echo '${one}' "${escaped}" && b`)).toEqual([["echo", one, other], ["b"]]);
      }),
    );
  });

  test("does as much with a comment, a here-document or a quoted text beside it", () => {
    const noise = fc.constantFrom("# npm ci", "echo 'npm ci; npm test'", "cat <<X\nnpm ci\nX", "true", 'echo "npm i"');
    const real = fc.constantFrom("npm publish", "npm ci", "pnpm -r build", "git push --tags", "env -u A npm version 1");
    fc.assert(
      fc.property(fc.array(fc.oneof(noise, real), { maxLength: 8 }), (lines) => {
        const alone = lines.filter((line) => deeds(line).length > 0);
        expect(deeds(lines.join("\n"))).toEqual(alone.flatMap(deeds));
      }),
    );
  });
});

describe("a command", () => {
  test.each([
    ["npm ci", "install npm ci"],
    ["npm i", "install npm i"],
    ["npm --prefix a install-test", "install npm install-test"],
    ["sudo -E npm install -g npm@latest", "install npm install"],
    ["npm t", "test npm t"],
    ["npm run build", "build npm run build"],
    ["npm run test:unit -- --ci", "test npm run test:unit"],
    ["npm run release", "script npm run release"],
    ["npm version patch", "version npm version"],
    ["npm publish --access=public", "publish npm publish"],
    ["npm -w packages/a publish", "publish npm publish"],
    ["npm stage publish", "publish npm stage publish"],
    ["npm dist-tag add a@1 latest", "registry npm dist-tag"],
    ["npx tsc", "install npx tsc"],
    ["npx --yes npm@11 publish", "publish npx npm publish"],
    ["npx changeset publish", "publish npx changeset publish"],
    ["npx semantic-release", "publish npx semantic-release"],
    ["npm exec -- eslint .", "install npm exec eslint"],
    ["pnpm install --frozen-lockfile", "install pnpm install"],
    ["pnpm -r publish", "publish pnpm publish"],
    ["pnpm --filter a... build", "build pnpm build"],
    ["pnpm changeset publish", "publish pnpm changeset publish"],
    ["corepack pnpm@9 publish", "publish pnpm publish"],
    ["yarn", "install yarn"],
    ["yarn install --immutable", "install yarn install"],
    ["yarn npm publish", "publish yarn npm publish"],
    ["yarn workspaces foreach -A --exclude docs npm publish", "publish yarn npm publish"],
    ["yarn workspace a build", "build yarn build"],
    ["yarn lerna publish", "publish yarn lerna publish"],
    ["bun install", "install bun install"],
    ["bun publish", "publish bun publish"],
    ["bunx prettier .", "install bunx prettier"],
    ["lerna publish from-package", "publish lerna publish"],
    ["semantic-release", "publish semantic-release"],
    ["make -j4", "build make"],
    ["tsc -p .", "build tsc"],
    ["./node_modules/.bin/vitest run", "test vitest run"],
    ["pip install x", "install pip install"],
    ["sudo apt-get install -y jq", "install apt-get install"],
    ["curl -fsSL https://example.org | sudo bash", "install curl … | bash"],
    ["bash -ec 'npm ci'", "install npm ci"],
    ['eval "npm ci"', "install npm ci"],
    ["timeout 5m nice -n 5 env -u A B=c npm ci", "install npm ci"],
    ["git push --follow-tags", "tag git push"],
    ["npx lerna version patch", "install npx lerna"],
    ["lerna version patch --yes", "tag lerna version"],
    ['git -C x push origin "v$V"', "tag git push"],
    ["git push origin HEAD:main", "push git push"],
    ["gh release create v1", "release gh release create"],
    ["gh release create --draft v1", "push gh release create --draft"],
  ])("%j does what it does: %s", (script, expected) => {
    expect(deeds(script)).toEqual([expected]);
  });

  test.each([
    "echo npm ci",
    "npm publish --dry-run",
    "npm pack",
    "npm config set x y",
    "npm version",
    "npm -v",
    "pnpm list",
    "pnpm publish --dry-run",
    "yarn config get x",
    "yarn --version",
    "corepack enable",
    "semantic-release --dry-run",
    "changeset status",
    "node -e 'npm ci'",
    "node scripts/release.js",
    "./release.sh",
    "git push --dry-run --tags",
    "git log",
    "gh release view v1",
    "jq -r .version package.json",
    "printf '%s' 'npm publish'",
  ])("%j does nothing of note, or nobody can tell", (script) => {
    expect(deeds(script)).toEqual([]);
  });

  test.each<[string, boolean]>([
    ["npm publish || true", true],
    ["npm publish ||\n  echo no", true],
    ["npm publish || exit 1", false],
    ["npm publish || { echo no; exit 1; }", false],
    ["npm publish || (echo no; exit 1)", false],
    ["npm publish || echo no && exit 1", false],
    ["npm publish || true\nexit 1", true],
    ["set +e\nnpm publish\necho done", true],
    ["set +e\nnpm publish\nexit $?", false],
    ["set +e\nset -e\nnpm publish\necho done", false],
    ["npm publish && echo done", false],
  ])("%j hides that it failed: %s", (script, expected) => {
    expect(readActs(script, "posix").map(({ swallowed }) => swallowed)).toEqual([expected]);
  });

  test.each<[string, string[]]>([
    ["env -u A -uB --unset=C npm publish", ["A", "B", "C"]],
    ["unset A B\nnpm publish", ["A", "B"]],
    ["env -i npm publish", ["*"]],
    ["npm publish\nunset A", []],
  ])("%j is started without %j", (script, expected) => {
    expect([...(readActs(script, "posix")[0]?.unset ?? [])]).toEqual(expected);
  });
});
