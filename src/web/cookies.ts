import { createHash } from "node:crypto";

/** Names of our two cookies. `__Host-` binds them to this host and https; plain names serve loopback http. */
export interface CookieNames {
  session: string;
  /** Ties a sign-in under way to the browser that began it. */
  signIn: string;
}

/** Names for an address of ours. */
export function cookieNames(publicUrl: string): CookieNames {
  const prefix = publicUrl.startsWith("https:") ? "__Host-" : "";
  return { session: `${prefix}countersign`, signIn: `${prefix}countersign-sign-in` };
}

/** A cookie's value as we made it (base64url of 32 bytes); null where it is missing, doubled or of another form. */
export function readCookie(request: Request, name: string): string | null {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}

/** The Set-Cookie header; 0 seconds forgets the cookie. Script can't read it, and other sites' forms don't carry it. */
export function setCookie(name: string, value: string, seconds: number, publicUrl: string): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

/** 32 random bytes as they go into cookies and addresses. */
export function secretText(randomBytes: (size: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString("base64url");
}

/** What is stored instead of a secret: its SHA-256, in hex. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
