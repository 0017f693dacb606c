import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What may stand in no committed file: a package registry's host name, and a machine's own paths. */
const root = join(import.meta.dirname, "..");
const registryHost = new RegExp(["registry", "npmjs"].join("\\."), "i");
const ownPath = /(?:^|[^a-zA-Z.])\/(?:work|root|home\/(?!node|runner))\/[A-Za-z0-9._-]+/;
const skipped = /(?:^|\/)(?:package-lock\.json|.*\.png)$|^test\/world\/judge\/openapi\//;

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const hits = files
  .filter((file) => !skipped.test(file))
  .flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(join(root, file), "utf8");
    } catch {
      return [];
    }
    return text
      .split("\n")
      .flatMap((line, index) =>
        registryHost.test(line) || ownPath.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
      );
  });
for (const hit of hits) console.error(hit);
if (hits.length > 0) console.error("A registry's host name or a machine's path stands in these lines: take it out.");
process.exitCode = hits.length > 0 ? 1 : 0;
