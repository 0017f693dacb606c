import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Each string of the sources with its variables as `…`, and quotes as they are. */
function sources(): string {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return files.map((name) => readFileSync(join(root, "src", name), "utf8").replaceAll("\\`", "`")).join("\n");
}

test("every message of docs/tokens.md is one that is really said", () => {
  const page = readFileSync(join(root, "docs", "tokens.md"), "utf8");
  const rows = (page.split("## Messages")[1] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
  const messages = rows.map((line) => (line.split(" | ")[0] ?? "").slice(2)).filter((text) => text !== "message");
  expect(messages.length).toBeGreaterThan(20);
  const said = sources();
  expect(messages.filter((message) => !said.includes(message))).toEqual([]);
});
