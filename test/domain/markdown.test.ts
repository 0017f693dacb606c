import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { code, lines, markdown, plain } from "../../src/domain/markdown.ts";
import { outsideOfCode } from "../support/markdown.ts";

const gap = "\u200b";

describe("text of strangers in a comment of ours", () => {
  test.each([
    ["a mention", "@acme/everyone, look", `@${gap}acme/everyone, look`],
    ["a link", "[here](https://evil.test/)", `\\[here\\](https:/${gap}/evil.test/)`],
    ["an image", "![](http://evil.test/x.png)", `!\\[\\](http:/${gap}/evil.test/x.png)`],
    ["HTML", "<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)\\>"],
    ["an entity", "&lt;b&gt;", "\\&lt;b\\&gt;"],
    ["an address by itself", "www.evil.test", `www${gap}.evil.test`],
    ["a heading on a line of its own", "no\n\n# Approved", "no \\# Approved"],
    ["a reference", "see #12 and GH-13", `see \\#${gap}12 and GH-${gap}13`],
    ["mathematics", "$\\sqrt 2$", "\\$\\\\sqrt 2\\$"],
    ["text that runs backwards", "a\u202ecba", "a cba"],
    ["code", "`rm -rf`", "\\`rm -rf\\`"],
  ])("%s stays text", (_name, text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test("a sentence of ours keeps its code and the way to our own page; what was put into it stays text", () => {
    const own = "https://countersign.test";
    expect(markdown("`@acme/widget` waits, said @bob: `/reject`.")).toBe(
      `\`@acme/widget\` waits, said @${gap}bob: \`/reject\`.`,
    );
    expect(markdown(`Held (${own}/releases/r1), not ${own}.evil.test/`, own)).toBe(
      `Held (${own}/releases/r1), not https:/${gap}/countersign.test.evil.test/`,
    );
    // A name with a backtick turns our code inside out.
    expect(markdown("The environment `a`<img>`b` is open.")).toBe("The environment `a`\\<img\\>`b` is open.");
    expect(markdown("The environment `a`<img> is open.` ` `")).not.toMatch(/(?<!\\)<img/);
  });

  test("a sentence begins no list", () => {
    expect([markdown("- one"), markdown("1. one"), plain("1.2.0")]).toEqual([`${gap}- one`, `${gap}1. one`, "1.2.0"]);
  });

  test("a sentence of several lines keeps its list", () => {
    expect(lines("Two:\n- `a` is <b>\n# c")).toBe("Two:\n- `a` is \\<b\\>\n\\# c");
  });

  test("a name is one code, in a table too", () => {
    expect(code("ma`in|<b>")).toBe("`ma'in|<b>`");
    expect(code("a|b\nc", "cell")).toBe("`a\\|b c`");
  });

  test("whatever is written, nothing stands outside of code that GitHub would act on", () => {
    const odd = fc.constantFrom(
      "`",
      "``",
      "@a",
      "<i>",
      "[x](y)",
      "\\",
      "\n",
      "http://x",
      "www.",
      "#1",
      "&lt;",
      " ",
      "a",
      "*",
      "|",
    );
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 12 }), (words) => {
        for (const said of [plain(words.join("")), markdown(words.join(""))]) {
          const outside = outsideOfCode(said);
          expect(outside).not.toMatch(/[`<[*|#&\n]|@(?!\u200b)|:\/\/|www\./);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
