import { expect, test } from "vitest";
import { parsePolicy, policyLines } from "../../src/domain/policy.ts";

const file = `# who releases what
version: 1
defaults:
  releasers: [alice]
  approvals:
    count: 1
    from: [bob]

packages:
  - name: left-pad
    environment: npm

  - environment: other
    name: right-pad
    approvals: { count: 2, from: [bob, carol] }
`;

test("each package has the line it begins in, and each key its own line or that of the defaults", () => {
  expect(parsePolicy(file).ok).toBe(true);
  expect(policyLines(file)).toEqual([
    {
      line: 10,
      keys: {
        releasers: { line: 4, from: "defaults" },
        approvals: { line: 5, from: "defaults" },
        name: { line: 10, from: "package" },
        environment: { line: 11, from: "package" },
      },
    },
    {
      line: 13,
      keys: {
        releasers: { line: 4, from: "defaults" },
        approvals: { line: 15, from: "package" },
        name: { line: 14, from: "package" },
        environment: { line: 13, from: "package" },
      },
    },
  ]);
});

test.each(["", "packages: x", "version: 1", "[", "packages: [1, [2]]"])("of %j there are none that mislead", (text) => {
  for (const { keys } of policyLines(text)) expect(keys).toEqual({});
});
