import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { tarEntry } from "../../test/support/tarball.ts";
import type { Bench, Figure } from "./figure.ts";

const files = 20_000;
/** One file in so many differs between the two versions. */
const changed = 10;

interface Spent {
  seconds: number;
  /** Of all processors, the process's start included, without that of its children. */
  busy: number;
  megabytes: number;
}

export const inside: Bench = {
  name: "inside",
  about: `the step looks into a tarball of 50 MB with ${files} files and compares it with the version before, in a process of its own; beside it what reads such a tarball and keeps nothing`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-inside-"));
    try {
      const [before, now] = [join(folder, "before.tgz"), join(folder, "now.tgz")];
      await write(before, 0);
      await write(now, 1);
      const { size } = await stat(now);
      const whole = await inProcess("describe", now, before);
      const alone = await inProcess("describe", now);
      const identity = await inProcess("identity", now);
      const gunzip = await inProcess("gunzip", now);
      const figures: Figure[] = [
        { what: "the tarball, packed", value: size / 1e6, unit: "MB", above: 50 },
        { what: "compared with the version before", value: whole.seconds, unit: "s", below: 10 },
        { what: "the same, memory at its highest", value: whole.megabytes, unit: "MB", below: 300 },
        { what: "the same, time of processors", value: whole.busy, unit: "s" },
        { what: "a first version, alone", value: alone.seconds, unit: "s", below: 10 },
        { what: "the same, memory at its highest", value: alone.megabytes, unit: "MB", below: 300 },
        { what: "its name and version, as every program reads them", value: identity.seconds, unit: "s", below: 10 },
        { what: "the same, memory at its highest", value: identity.megabytes, unit: "MB", below: 300 },
        { what: "unpacked with zlib and thrown away", value: gunzip.seconds, unit: "s" },
        { what: "the same, memory at its highest", value: gunzip.megabytes, unit: "MB" },
        { what: "the same, time of processors", value: gunzip.busy, unit: "s" },
        { what: "tar -tzf", value: await tarSeconds(now), unit: "s" },
      ];
      return figures;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Code as people write it, with comments that don't compress well: about 9 KB a file, 2.5 KB packed. */
async function write(file: string, version: number): Promise<void> {
  const body = (at: number): string => {
    const mark = at % changed === 0 ? version : 0;
    return Array.from({ length: 70 }, (_, line) => {
      const code = `export function f${at}_${line}(a, b) { return a.map((x) => x + b[${line}]).filter(Boolean); }\n`;
      return line % 2 === 0 ? code : `${code}// ${digest(`${at} ${line} ${mark}`)}${digest(`${line} ${at}`)}\n`;
    }).join("");
  };
  async function* archive(): AsyncGenerator<Buffer> {
    const manifest = JSON.stringify({ name: "large", version: `1.0.${version}` }, null, 2);
    yield tarEntry({ name: "package/package.json", body: manifest });
    for (let at = 1; at < files; at += 1)
      yield tarEntry({ name: `package/lib/${at % 100}/file-${at}.js`, body: body(at) });
    yield await Promise.resolve(Buffer.alloc(1024));
  }
  await pipeline(archive, createGzip({ level: 6 }), createWriteStream(file));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

async function inProcess(work: "describe" | "identity" | "gunzip", ...args: string[]): Promise<Spent> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "inside-child.ts"), work, ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  await new Promise((done) => child.once("close", done));
  return JSON.parse(told) as Spent;
}

async function tarSeconds(file: string): Promise<number> {
  const began = performance.now();
  const child = spawn("tar", ["-tzf", file], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.resume();
  await new Promise((done) => child.once("close", done));
  return (performance.now() - began) / 1000;
}
