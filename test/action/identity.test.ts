import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { confirmIdentity } from "../../action/src/identity.ts";
import { digestsOf } from "../../action/src/pack.ts";
import type { Packed } from "../../action/src/pack.ts";
import { tarOf } from "../support/tarball.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-identity-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where there is no npm, whoever asks it is refused. */
async function confirm(files: number, more: Partial<Packed> = {}): Promise<string> {
  const file = join(folder, "a.tgz");
  const body = JSON.stringify({ name: "@acme/widget", version: "1.2.0" });
  const others = Array.from({ length: files - 1 }, (_, at) => ({ name: `package/${at}.js`, body: "" }));
  writeFileSync(file, gzipSync(tarOf([{ name: "package/package.json", body }, ...others])));
  const packed = { file, name: "@acme/widget", version: "1.2.0", ...digestsOf(file), ...more };
  return await confirmIdentity([packed], { cwd: folder, env: { PATH: folder } }).then(
    () => "confirmed",
    (error: unknown) => String(error),
  );
}

test("npm is asked what it would publish, unless it would have to unpack a lot that it has just packed itself", async () => {
  expect(await confirm(2_000)).toContain("npm can't tell what it would publish");
  expect(await confirm(2_001)).toBe("confirmed");
});

test("npm is asked of every tarball that somebody else packed", async () => {
  expect(await confirm(2_001, { given: true })).toContain("npm can't tell what it would publish");
});

test("another name or version is refused without asking", async () => {
  expect(await confirm(2_001, { name: "@acme/gadget" })).toContain("The tarball holds @acme/widget@1.2.0");
  expect(await confirm(2_001, { version: "1.2.1" })).toContain("what was approved is @acme/widget@1.2.1");
});
