const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** Where npm sends people for the second factor (npm CLI, `authUrl`); not below the registry's own domain. */
const npmPages = ["https://www.npmjs.com", "https://npmjs.com"];

/** Whether a registry is on this machine, as in tests and the demo. */
export function isLoopback(url: URL): boolean {
  return loopback.includes(url.hostname);
}

/**
 * Where a registry's own pages live: a link that it gives for the second factor may point there and nowhere else. npm's own
 * registry has them at npm's website; any other at its own origin and, as `registry.X`, at `www.X` or `X` too. Plain http only on
 * loopback; no origin at all for an address that isn't one.
 */
export function webOrigins(registry: string, npmRegistry: string): string[] {
  if (!URL.canParse(registry)) return [];
  const url = new URL(registry);
  if (url.protocol !== "https:") return url.protocol === "http:" && isLoopback(url) ? [url.origin] : [];
  if (url.origin === new URL(npmRegistry).origin) return npmPages;
  const domain = url.host.startsWith("registry.") ? url.host.slice("registry.".length) : "";
  return domain.includes(".") ? [url.origin, `https://www.${domain}`, `https://${domain}`] : [url.origin];
}
