import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = (name: string): string => readFileSync(join(root, name), "utf8");

test("docs/dependencies.md names every package, and none that isn't there", () => {
  const given = JSON.parse(page("package.json")) as Record<string, Record<string, string>>;
  const wanted = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.keys(given[kind] ?? {}),
  );
  const rows = page("docs/dependencies.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""),
  );
  expect(named.toSorted()).toEqual(wanted.toSorted());
});

test("the README's Install names what the browser test of the first release presses and reads, in its order", () => {
  const install = /^## Install$(.*?)^## /ms.exec(page("README.md"))?.[1] ?? "";
  const labels = [...install.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)|`(\/release [^`]+)`/g)].map(
    ([, label, said]) => label ?? said ?? "",
  );
  expect(labels.length).toBeGreaterThan(10);
  const walk = page("test/setup/first-release.test.ts");
  let at = walk.indexOf("test(");
  for (const label of labels) {
    const found = walk.indexOf(`"${label}"`, at);
    expect([label, found > 0]).toEqual([label, true]);
    at = found;
  }
  expect(install).toContain("npm ci && npm run build && npm start");
});

test("links between pages lead somewhere", () => {
  const pages = globSync(["*.md", "docs/**/*.md", "action/**/*.md"], { cwd: root });
  const broken = pages.flatMap((name) =>
    [...page(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target]) => target ?? "")
      .filter((target) => !existsSync(join(root, dirname(name), target)))
      .map((target) => `${name}: ${target}`),
  );
  expect(broken).toEqual([]);
});
