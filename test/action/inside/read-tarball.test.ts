import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeTarball } from "../../../action/src/inside/describe.ts";
import { readTarball, tarballLimits } from "../../../action/src/inside/read-tarball.ts";
import type { Reading } from "../../../action/src/inside/read-tarball.ts";
import { TarballError } from "../../../action/src/inside/tarball-error.ts";
import { tarOf, tgzOf } from "../../support/tarball.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-bombs-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Buffer): string {
  const path = join(folder, "a.tgz");
  writeFileSync(path, bytes);
  return path;
}

/** Why a tarball isn't read to its end; "" where it is. */
async function why(bytes: Buffer, reading: Reading = {}): Promise<string> {
  const nobody = { begin: () => undefined, data: () => undefined, end: () => undefined };
  return await readTarball(file(bytes), nobody, reading).then(
    () => "",
    (error: unknown) => {
      expect(error).toBeInstanceOf(TarballError);
      return (error as Error).message;
    },
  );
}

const zeros = (bytes: number): Buffer => gzipSync(tarOf([{ name: "package/zeros", body: Buffer.alloc(bytes) }]));

describe("a tarball that is made to fill a machine", () => {
  test("grows no further than to a multiple of its size", async () => {
    const limits = { ...tarballLimits, something: 1_000_000 };
    expect(await why(zeros(8_000_000), { limits })).toBe("it unpacks to more than 200 times its size");
    // What is small may be as simple as it likes.
    expect(await why(zeros(900_000), { limits })).toBe("");
  });

  test("grows no further than to a size", async () => {
    const limits = { ...tarballLimits, unpacked: 3 * 1024 ** 2 };
    expect(await why(zeros(4_000_000), { limits })).toBe("it unpacks to more than 3 MB");
  });

  test("isn't begun where it is too large as it is", async () => {
    expect(await why(Buffer.alloc(2_000_000), { limits: { ...tarballLimits, packed: 1024 ** 2 } })).toBe(
      "it is larger than 1 MB",
    );
  });

  test("is left where its time is up", async () => {
    expect(await why(zeros(1000), { signal: AbortSignal.abort() })).toBe("reading it takes too long");
  });

  test("says a size that nothing follows", async () => {
    const huge = gzipSync(tarOf([{ name: "package/huge", size: 0o77777777777 }]));
    expect(await why(huge)).toBe("it ends in the middle of something");
  });
});

describe("what is no tarball", () => {
  test("is said to be none", async () => {
    expect(await why(Buffer.from("@acme/widget@1.2.0"))).toBe("it is damaged, or no gzip file");
    expect(await why(Buffer.alloc(0))).toBe("it is damaged, or no gzip file");
    expect(await why(zeros(100_000).subarray(0, 60))).toBe("it is damaged, or no gzip file");
    const missing = readTarball(join(folder, "missing"), {
      begin: () => undefined,
      data: () => undefined,
      end: () => undefined,
    });
    await expect(missing).rejects.toThrow("it isn't there");
  });

  test("is described as unread, whatever its bytes are", async () => {
    const good = tgzOf({ "package.json": "{}", "index.js": "1\n".repeat(100) });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
      fc.uint8Array({ maxLength: 2000 }).map((raw) => gzipSync(raw)),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
        const changed = Buffer.from(good);
        changed[at] = byte;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const contents = await describeTarball(file(raw), "0".repeat(40), { first: true });
        expect(["read", "unread"]).toContain(contents.state);
      }),
      { numRuns: 60 },
    );
  });
});
