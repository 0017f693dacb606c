import { jsonIn, npm, quote } from "./child.ts";
import { ownManifest } from "./inside/own-manifest.ts";
import type { Packed } from "./pack.ts";
import { StepError } from "./step-error.ts";

/** npm unpacks all of a tarball to read its name: of many files that takes minutes. */
const mostAsked = 2_000;

/**
 * Approvals are for a name, and npm publishes what it finds in the file: so npm itself is asked what these very files are, by `npm pack
 * <file> --dry-run`, which unpacks and reads them as `npm publish <file>` does (both by pacote's `manifest`), asks no registry and writes
 * nothing. Our own reading has to find the same, or what is described isn't what is published; of what npm has just packed itself from a
 * folder with very many files that reading is enough, since it takes no tarball in which more than one file may count.
 * @throws StepError where one is another package or version than `packed` says, or where that can't be told for sure
 */
export async function confirmIdentity(
  packed: readonly Packed[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<void> {
  const asked: Packed[] = [];
  for (const one of packed) {
    const title = `What was packed as ${one.name}`;
    const { text, entries } = await ownManifest(one.file, title);
    refuseOther(one, fields(text, title), "its package.json");
    if (one.given === true || entries <= mostAsked) asked.push(one);
  }
  if (asked.length === 0) return;
  const files = asked.map(({ file }) => file);
  const ran = await npm(["pack", ...files, "--dry-run", "--json", "--ignore-scripts"], { cwd, env });
  const listed = Object.values((jsonIn(ran.stdout) ?? {}) as Record<string, unknown>);
  if (ran.status !== 0 || listed.length !== asked.length) {
    quote(ran.stderr, []);
    throw new StepError("npm can't tell what it would publish; its own words are above. Nothing was published.");
  }
  for (const one of asked) {
    // npm sorts them, or doesn't: the bytes say which is which.
    const seen = listed.find((entry) => (entry as { integrity?: unknown } | null)?.integrity === one.integrity);
    refuseOther(one, (seen ?? {}) as Record<string, unknown>, "npm");
  }
}

function refuseOther({ name, version }: Packed, seen: Record<string, unknown>, who: string): void {
  if (seen["name"] === name && seen["version"] === version) return;
  const told = (value: unknown): string => (typeof value === "string" ? value.slice(0, 214) : "(nothing)");
  throw new StepError(
    `${who === "npm" ? "npm would publish" : "The tarball holds"} ${told(seen["name"])}@${told(seen["version"])}, and what was approved is ${name}@${version}: by ${who} it is another one. Look at what is packed. Nothing was published.`,
  );
}

function fields(text: string, title: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new StepError(`${title} has a package.json that isn't JSON: look at what is packed. Nothing was published.`);
  }
}
