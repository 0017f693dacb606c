import { execFileSync } from "node:child_process";

/** What a registry has of a version: the very bytes, and the package's dist-tags. */
export async function publishedBytes(
  registry: string,
  name: string,
  version: string,
): Promise<{ bytes: Buffer; tags: Record<string, string> }> {
  const of = await fetch(new URL(`/${name.replace("/", "%2f")}`, registry));
  const { versions, "dist-tags": tags } = (await of.json()) as {
    versions: Record<string, { dist: { tarball: string } }>;
    "dist-tags": Record<string, string>;
  };
  const file = await fetch(new URL(new URL(versions[version]?.dist.tarball ?? "").pathname, registry));
  return { bytes: Buffer.from(await file.arrayBuffer()), tags };
}

/** The files in a package, in order of name. */
export function filesOf(bytes: Buffer): string[] {
  const listed = execFileSync("tar", ["-tzf", "-"], { input: bytes, encoding: "utf8" });
  return listed
    .split("\n")
    .filter((line) => line !== "")
    .toSorted();
}
