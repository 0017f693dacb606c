import { readYaml } from "../yaml.ts";
import type { YamlFile, YamlLimits } from "../yaml.ts";

/** Where a key of a package is written: with the package, or once for all in `defaults`. */
export interface KeyLine {
  line: number;
  from: "package" | "defaults";
}

/** Where a package of a policy stands in its file; a key that isn't there has what the app takes by default. */
export interface PackageLines {
  line: number;
  keys: Partial<Record<string, KeyLine>>;
}

/** The lines of each package, in the policy's order; empty where the file can't be read. Never throws. */
export function packageLines(text: string, limits: YamlLimits): PackageLines[] {
  const read = readYaml(text, limits);
  if (!read.ok) return [];
  const { packages, defaults } = fields(read.file.value);
  if (!Array.isArray(packages)) return [];
  const common = keysAt(read.file, ["defaults"], defaults, "defaults");
  return packages.map((one: unknown, index) => {
    const path = ["packages", index];
    return {
      line: read.file.position(path, "value").line,
      keys: { ...common, ...keysAt(read.file, path, one, "package") },
    };
  });
}

function keysAt(
  file: YamlFile,
  path: Array<string | number>,
  value: unknown,
  from: KeyLine["from"],
): Record<string, KeyLine> {
  const keys = Object.keys(fields(value));
  return Object.fromEntries(keys.map((key) => [key, { line: file.position([...path, key], "key").line, from }]));
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
