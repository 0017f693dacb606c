import { expect, test } from "vitest";
import { alarmComment, alarmIssue, withCalls } from "../../src/chat/alarm-words.ts";
import { aSighting, aWatch } from "../support/examples.ts";

const evil = "`</code> @everyone <img src=x onerror=1> [x](https://evil.test) | #1 \u202e";
const publicUrl = "https://countersign.test";

test("what a registry says stays text in the issue and its comments: nobody else is called, nothing is a link or a cell", () => {
  const facts = { ...aSighting().facts, publisher: evil, tags: [evil], publishedAt: evil };
  const sighting = aSighting({ facts, oddities: [{ code: "other-publisher", text: evil }] });
  const watch = aWatch();
  for (const body of [alarmIssue({ watch, open: [sighting], publicUrl }).body, alarmComment(sighting)]) {
    // Code is shown as it is; what is outside of it counts.
    const outside = body
      .replaceAll("\\`", "")
      .replace(/```[\s\S]*?```/g, "")
      .replace(/`[^`\n]*`/g, "");
    expect(outside).not.toMatch(/@(?!\u200b)\w|(?<!\\)<img|(?<!\\)\]\(https:\/\/evil|\u202e/);
    const rows = body.split("\n").filter((line) => line.startsWith("| "));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|").length).toBe(6);
  }
});

test("people are called once, each by their name, teams too", () => {
  const watch = aWatch({
    policy: { ...aWatch().policy, releasers: ["alice", "@acme/core"], approvers: ["bob", "alice"] },
  });
  const view = { watch, open: [aSighting()], publicUrl };
  expect(withCalls(view, "x")).toBe("@alice @acme/core @bob: x");
});

test("commands go to the package's own registry, and give `latest` back to the version before", () => {
  const watch = aWatch({ registry: "https://npm.acme.test/" });
  const { body } = alarmIssue({ watch, open: [aSighting()], publicUrl });
  expect(body).toContain("npm dist-tag add '@acme/widget@1.2.0' latest --registry=https://npm.acme.test/");
  expect(body).toContain("npm unpublish '@acme/widget@1.2.1' --registry=https://npm.acme.test/");
});

test("of very many the issue names twenty, and where the others are", () => {
  const open = Array.from({ length: 300 }, (_, index) => aSighting({ id: `g${index}`, version: `1.2.${index}` }));
  const { body } = alarmIssue({ watch: aWatch(), open, publicUrl });
  expect(body).toContain("And 280 more: [all of them](https://countersign.test/repositories/1#without-a-release).");
  expect(body.length).toBeLessThan(65_536);
});
