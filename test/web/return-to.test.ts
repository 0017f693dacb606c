import fc from "fast-check";
import { expect, test } from "vitest";
import { localPath } from "../../src/web/return-to.ts";

test.each(["/", "/releases/r1", "/tokens/new?repository=1&package=%40acme%2Fwidget"])("goes back to %s", (path) => {
  expect(localPath(path)).toBe(path);
});

test.each([
  null,
  "",
  "releases",
  "//evil.test",
  "///evil.test",
  "/\\evil.test",
  "\\\\evil.test",
  "https://evil.test/",
  "javascript:alert(1)",
  "/\t/evil.test",
  "/a/..//evil.test",
  "/.//evil.test",
  "/sign-out",
  "/sign-in?return_to=/",
  `/${"a".repeat(600)}`,
])("goes to the front page instead of %j", (given) => {
  expect(localPath(given)).toBe("/");
});

test("never leaves the site, whatever is given", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string({ unit: fc.constantFrom("/", "\\", ".", ":", "@", "a", "%", "?", "\t") }),
      ),
      (given) => {
        const url = new URL(localPath(given), "https://countersign.test");
        expect(url.origin).toBe("https://countersign.test");
      },
    ),
  );
});
