const hosts = ["127.0.0.1", "localhost", "[::1]"];

/** Whether an address is one of this machine alone. */
export function isLoopback(address: string): boolean {
  return hosts.includes(URL.parse(address)?.hostname ?? "");
}
