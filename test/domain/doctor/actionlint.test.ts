import { describe, expect, test } from "vitest";
import { actionlint } from "./actionlint.ts";
import { readCases } from "./read-cases.ts";

/** GitHub took up anchors after actionlint 1.7.7, which reads none. */
const newer = ["clean/anchors"];
/** The planted faults that actionlint knows, too, and the line on which it sees them: all other ones are no fault to it. */
const known = new Map([
  ["faulty/event-in-another-job", "23 expression"],
  // It compares names of inputs to the letter in `inputs['Version']`, GitHub doesn't: another fault than the planted one.
  ["faulty/input-by-index", "17 expression"],
  ["faulty/misspelt-key", "31 syntax-check"],
  // Said of the job, where we point at its `needs:`.
  ["faulty/needs-nobody", "10 job-needs"],
  // Said of the dispatch, where we point at its `secrets:`.
  ["faulty/secrets-of-a-dispatch", "7 syntax-check"],
  ["faulty/tab-in-yaml", "4 syntax-check"],
  ["faulty/unclosed-expression", "18 expression"],
  ["faulty/unknown-value", "18 expression"],
]);

describe("actionlint", () => {
  test.each(readCases("clean/*.yml").filter(({ name }) => !newer.includes(name)))(
    "has nothing to say of a clean workflow: $name",
    async ({ text }) => {
      expect(await actionlint(text)).toEqual([]);
    },
  );

  test.each(readCases("faulty/*.yml"))("sees the same where it knows the fault: $name", async ({ name, text }) => {
    const said = (await actionlint(text)).map(({ line, kind }) => `${line} ${kind}`);
    expect(said).toEqual(known.has(name) ? [known.get(name)] : []);
  });
});
