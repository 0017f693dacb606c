import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { madePages } from "../../../scripts/rules-doc.ts";
import { rules } from "../../../src/domain/doctor/rules.ts";

const docs = join(import.meta.dirname, "..", "..", "..", "docs");
const read = (path: string): string => readFileSync(join(docs, path), "utf8");

/** What GitHub makes of a heading. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Links of a page that lead nowhere, as far as they lead to files of ours. */
function broken(path: string): string[] {
  const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = ""]) => href);
  return links
    .filter((href) => !/^https?:/.test(href))
    .filter((href) => {
      const [file = "", anchor] = href.split("#");
      const target = join(dirname(path), file === "" ? (path.split("/").at(-1) ?? "") : file);
      return !existsSync(join(docs, target)) || (anchor !== undefined && !anchors(read(target)).includes(anchor));
    });
}

describe("the doctor in docs", () => {
  test.each([...madePages()])("%s is made of the code as it is; scripts/rules-doc.ts makes it anew", (path, text) => {
    expect(read(path)).toBe(text);
  });

  test("there is no page of a rule that is gone", () => {
    const names = readdirSync(join(docs, "rules")).map((name) => `rules/${name}`);
    expect(names.filter((name) => !madePages().has(name))).toEqual([]);
  });

  test.each(["guide.md", "doctor.md", ...madePages().keys()])("every link of %s leads somewhere", (path) => {
    expect(broken(path)).toEqual([]);
  });

  test.each(rules.filter(({ guide }) => guide !== null).map(({ id }) => id))(
    "the guide's page links to %s, which the guide states",
    (id) => {
      expect(read("guide.md")).toContain(`(rules/${id}.md)`);
    },
  );
});
