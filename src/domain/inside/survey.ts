import type { Scan } from "./scan.ts";
import type { Side } from "./types.ts";

/** What was seen of one name in a tarball. */
export interface Seen {
  kind: "file" | "link" | "odd";
  bytes: number;
  /** Of its bytes; two files are the same where it is. */
  digest: string;
  executable: boolean;
  /** Its name is absolute or climbs out of the package's folder. */
  outside: boolean;
  twice: boolean;
  scan: Scan | null;
}

/** One tarball, read once. */
export interface Survey extends Side {
  /** By name, without the folder that everything in a package lies in; an own prototype's name is a name like another. */
  seen: Map<string, Seen>;
  /** The text of its package.json; null: it has none, or a very large one. */
  manifest: string | null;
}
