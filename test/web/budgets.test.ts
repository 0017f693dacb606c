import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ReleaseView } from "../../src/desk/types.ts";
import { aRelease } from "../support/examples.ts";
import { aView, createBench, nothing } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { busyMorning, gallery } from "./gallery.ts";
import { signedIn, stranger } from "./visitor.ts";

// Bytes over the wire, gzipped: sizes are no timings, they are the same on every machine.
const most = { script: 15_000, style: 20_000, page: 30_000 };

/** Pages that seal carry the sealed box besides. */
const sealing = /\/(?:token|challenge)\.js$/;

/** A page, with the bytes that it takes on the wire. */
async function pageOf(bench: Bench, login: string | null, path: string): Promise<{ text: string; size: number }> {
  const visitor = login === null ? stranger(bench) : await signedIn(bench, login);
  const response = await visitor.get(path, { "accept-encoding": "gzip, deflate, br" });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  const bytes = await response.arrayBuffer();
  return { text: gunzipSync(bytes).toString(), size: bytes.byteLength };
}

async function sizeOf(bench: Bench, path: string): Promise<number> {
  const response = await bench.app.request(path, { headers: { "accept-encoding": "gzip" } });
  expect([path, response.status, response.headers.get("content-encoding")]).toEqual([path, 200, "gzip"]);
  return (await response.arrayBuffer()).byteLength;
}

async function total(bench: Bench, paths: string[]): Promise<number> {
  const sizes = await Promise.all([...new Set(paths)].map((path) => sizeOf(bench, path)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, path = ""]) => path);
}

const scripts = (text: string): string[] => found(text, /<script src="([^"]+)"/g);
const styles = (text: string): string[] => found(text, /<link rel="stylesheet" href="([^"]+)"/g);
const icons = (text: string): string[] => found(text, /<use href="([^"#]+)#/g);

describe("what a page costs", () => {
  test.each(gallery)("%s stays within its scripts and styles", async (_name, login, path) => {
    const bench = createBench(busyMorning());
    const { text, size } = await pageOf(bench, login, path);
    const plain = scripts(text).filter((one) => !sealing.test(one));
    expect(plain).toHaveLength(1);
    expect(await total(bench, plain)).toBeLessThanOrEqual(most.script);
    expect(styles(text)).toHaveLength(1);
    expect(await total(bench, styles(text))).toBeLessThanOrEqual(most.style);
    expect(size).toBeLessThanOrEqual(most.page);
  });

  test.each([
    ["the queue", "/"],
    ["a release", "/releases/r30"],
  ])("%s at its fullest is below 30 KB with everything that a first visit loads", async (_name, path) => {
    const bench = createBench({ ...busyMorning(), views: manyViews(), abilities: { ...nothing, approve: true } });
    const { text, size } = await pageOf(bench, "bob", path);
    const all = await total(bench, [...scripts(text), ...styles(text), ...icons(text)]);
    expect(size + all).toBeLessThanOrEqual(most.page);
  });

  test("icons are one file, asked for once and kept for ever", async () => {
    const bench = createBench(busyMorning());
    const paths = await Promise.all(
      ["/", "/tokens", "/account", "/releases/r2"].map(async (path) =>
        icons((await pageOf(bench, "alice", path)).text),
      ),
    );
    const [sprite = "", ...others] = new Set(paths.flat());
    expect(others).toEqual([]);
    const response = await bench.app.request(sprite);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-type")).toBe("image/svg+xml");
  });

  test("a page goes as it is to who takes no gzip", async () => {
    const response = await createBench().app.request("/");
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });
});

/** More than one page of releases, no two alike: what compresses worst. */
function manyViews(): ReleaseView[] {
  return Array.from({ length: 80 }, (_, index) => {
    const mixed = (seed: number): string => Buffer.from(`${(index + 7) * seed * 7_919}-${seed * 31}`).toString("hex");
    return aView({
      release: aRelease({
        id: `r${index}`,
        number: index,
        package: `@acme/${mixed(3)}`,
        version: `${index}.${index * 7}.${index * 13}`,
        sha: mixed(11).padEnd(40, mixed(5)).slice(0, 40),
        commitTitle: `${mixed(17)} ${mixed(19)}`.slice(0, 72),
        commitAuthor: mixed(23).slice(0, 39),
        runUrl: `https://github.test/acme/widget/actions/runs/${index * 104_729}`,
        ...(index < 60 ? {} : { state: "published", endedAt: new Date("2026-11-23T09:00:00Z") }),
      }),
      decision: {
        rule: "release",
        verdict: "waiting",
        text: "Waits for one approval.",
        children: Array.from({ length: 12 }, (_one, rule) => ({
          rule: "approvals",
          verdict: "waiting" as const,
          text: `${rule} of 12 approvals from ${mixed(rule + 29)}.`,
          waitsFor: ["bob", mixed(rule + 41)],
        })),
      },
    });
  });
}
