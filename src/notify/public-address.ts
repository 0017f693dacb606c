import { BlockList, isIP } from "node:net";

/** IPv4 that isn't of the public internet (IANA's registry of special-purpose addresses, with multicast and reserved ones). */
const closed4: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** In IPv6 only 2000::/3 is given out at all; of it these lead elsewhere: Teredo and the like, documentation, 6to4. */
const closed6: ReadonlyArray<readonly [string, number]> = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const four = new BlockList();
for (const [net, prefix] of closed4) four.addSubnet(net, prefix, "ipv4");
const open6 = new BlockList();
open6.addSubnet("2000::", 3, "ipv6");
const six = new BlockList();
for (const [net, prefix] of closed6) six.addSubnet(net, prefix, "ipv6");

/** Whether an IP address is one of the public internet. False for a private, link-local or loopback one, and for no address. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !four.check(address, "ipv4");
  return family === 6 && open6.check(address, "ipv6") && !six.check(address, "ipv6");
}
