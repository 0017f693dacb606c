import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rulePage, rulesPage } from "../src/domain/doctor/pages.ts";
import { rules } from "../src/domain/doctor/rules.ts";
import { localPublishingPage } from "../src/domain/local-publishing.ts";

/** The pages that are made from the doctor's rules and from the steps of publishing locally, by their path below docs. */
export function madePages(): Map<string, string> {
  return new Map([
    ["local-publishing.md", localPublishingPage()],
    ["rules/README.md", rulesPage()],
    ...rules.map((rule) => [`rules/${rule.id}.md`, rulePage(rule)] as const),
  ]);
}

/** Writes them, and takes away those of rules that are gone; a test fails where they differ. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const docs = join(import.meta.dirname, "..", "docs");
  const pages = madePages();
  mkdirSync(join(docs, "rules"), { recursive: true });
  for (const name of readdirSync(join(docs, "rules")))
    if (!pages.has(`rules/${name}`)) rmSync(join(docs, "rules", name));
  for (const [path, text] of pages) writeFileSync(join(docs, path), text);
}
