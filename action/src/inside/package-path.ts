import { posix, win32 } from "node:path";

/** Where npm puts what has a name in a tarball. */
export interface PackagePath {
  /** From the package's folder; of what npm leaves out its name as it stands, with `./` before it, which no path begins with. */
  path: string;
  /** It is absolute, climbs out of the package's folder, or doesn't lie in it. */
  outside: boolean;
}

/** Folders in folders that npm goes down. */
const deepest = 1024;

/**
 * A name in a tarball as npm takes it (pacote's extraction with node-tar 7: `strip`, `stripAbsolutePath`, `maxDepth`): all up to the first
 * slash is left out, whatever it is; then slashes and drives at the head go, as often as there are any; what has `..` in it, or no slash
 * at all, isn't unpacked.
 */
export function packagePath(name: string): PackagePath {
  const [first = "", ...rest] = name.split("/");
  const stripped = withoutRoot(rest.join("/"));
  const climbs = (text: string): boolean => text.split(/[\\/]/).includes("..");
  const path = posix.normalize(stripped).replace(/\/$/, "");
  const left = climbs(stripped) || stripped === "" || path === "." || rest.length > deepest;
  const odd = first === "" || climbs(first) || stripped !== rest.join("/");
  return left ? { path: `./${name}`, outside: true } : { path, outside: odd };
}

/** What is absolute on Windows loses its root everywhere: a package has to come out the same on all machines. */
function withoutRoot(path: string): string {
  let left = path;
  for (let { root } = win32.parse(left); root !== ""; { root } = win32.parse(left))
    left = left.slice(left.startsWith("/") && !left.startsWith("//?/") ? 1 : root.length);
  return left;
}

/**
 * Whether a name may become the package's own package.json, or a folder in its place, for any program that reads tarballs: npm on Linux
 * and on Windows, `tar`, machines that know no capitals or write letters in another way. More is taken for one than any of them does.
 */
export function mayBeManifest(name: string): boolean {
  const readings = [name, name.replaceAll("\\", "/")].flatMap((one) => [
    packagePath(one).path,
    packagePath(one.replace(/^[./\\]+/, "")).path,
    afterFolder(posix.normalize(withoutRoot(one))),
  ]);
  return readings.some((path) => isManifest(path));
}

/** As `tar` and most others read a name: what lies in the first folder, or beside it. */
function afterFolder(normal: string): string {
  const parts = normal.split("/").filter((part) => part !== "" && part !== "..");
  return (parts.length > 1 ? parts.slice(1) : parts).join("/");
}

/** Its first part, without what some file systems don't tell apart: capitals, forms of a letter, unseen signs, an end of dots and blanks. */
function isManifest(path: string): boolean {
  const [first = ""] = path.replace(/^\.\//, "").split("/");
  const folded = first.normalize("NFKD").replace(/[\p{Cf}\p{Mn}\p{Cc}]/gu, "");
  return folded.toLowerCase().replace(/[. ]+$/, "") === "package.json";
}
