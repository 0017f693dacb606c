/** Where the simulated GitHub is: both without a slash at the end. */
export interface Site {
  api: string;
  web: string;
}

/** An instant as GitHub writes it: whole seconds, UTC. */
export function iso(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : iso(date);
}

/** GitHub's opaque id beside the number. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString("base64url");
}
