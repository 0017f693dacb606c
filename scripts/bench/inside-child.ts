import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { confirmIdentity } from "../../action/src/identity.ts";
import { describeTarball } from "../../action/src/inside/describe.ts";

// One piece of work, and what it took: printed as JSON. The process is new, so its highest memory is that of the work.
const [work = "", now = "", before] = process.argv.slice(2);
const began = performance.now();
if (work === "gunzip") {
  for await (const _ of createReadStream(now).pipe(createGunzip({ chunkSize: 256 * 1024 })));
} else if (work === "identity") {
  const hash = createHash("sha512");
  await pipeline(createReadStream(now), hash);
  const packed = {
    file: now,
    name: "large",
    version: "1.0.1",
    shasum: "",
    integrity: `sha512-${hash.digest("base64")}`,
  };
  const bin = join(import.meta.dirname, "../../node_modules/.bin");
  const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: dirname(now) };
  await confirmIdentity([packed], { cwd: dirname(now), env });
} else {
  const earlier = before === undefined ? { first: true as const } : { file: before, version: "1.0.0" };
  const contents = await describeTarball(now, "0".repeat(40), earlier);
  if (contents.state !== "read" || (before !== undefined && contents.before.state !== "compared"))
    throw new Error("It wasn't read.");
}
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ seconds, busy: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 }));
