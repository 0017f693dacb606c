/**
 * API address of a GitHub: `api.` before the host for github.com and for enterprises with data residency (`…ghe.com`; docs, "Getting
 * started with data residency"), `/api/v3` on a server of one's own.
 */
export function apiUrlOf(githubUrl: string): string {
  const { protocol, host } = new URL(githubUrl);
  const hosted = host === "github.com" || host.endsWith(".ghe.com");
  return hosted ? `${protocol}//api.${host}` : `${githubUrl}/api/v3`;
}
