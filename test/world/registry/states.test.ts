import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uploadOf } from "./document.ts";
import { startRegistry } from "./index.ts";
import type { VersionStatus } from "./index.ts";
import { pack, shasumOf } from "./tarball.ts";

type Deed = "stage" | "publish" | "approve" | "reject" | "hold" | "settle" | "unpublish";
const deeds: Deed[] = ["stage", "publish", "approve", "reject", "hold", "settle", "unpublish"];

/** What a version is in, in the test's own words; `on its way`: held by npm's checks. */
interface Expected {
  state: "none" | "staged" | "on its way" | "public" | "gone";
  held: boolean;
  /** Of the bytes that are to be public. */
  shasum: string;
}
const statusOf: Record<Expected["state"], VersionStatus | null> = {
  none: null,
  staged: "staged",
  "on its way": "validating",
  public: "published",
  gone: "deleted",
};

describe("a version of a package", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let token: string;
  let count = 0;
  beforeAll(async () => {
    registry = await startRegistry();
    registry.habits.stagesNew = true;
    await registry.account("alice", { tfa: null });
  });
  afterAll(async () => await registry.close());

  async function hand(name: string, tarball: Buffer, how: "stage" | "publish"): Promise<number> {
    const body = JSON.stringify({
      name,
      "dist-tags": { latest: "1.0.0" },
      versions: { "1.0.0": { name, version: "1.0.0" } },
      _attachments: { a: { content_type: "application/octet-stream", data: tarball.toString("base64") } },
    });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const url = new URL(how === "stage" ? `/-/stage/package/${name}` : `/${name}`, registry.url);
    return (await fetch(url, { method: how === "stage" ? "POST" : "PUT", headers, body })).status;
  }

  /** Does it to both, and says whether they agree that it can be done. */
  async function both(name: string, deed: Deed, expected: Expected, tarball: Buffer): Promise<boolean> {
    const { state, held } = expected;
    const [id] = registry.stages.list().flatMap((one) => (one.packageName === name ? [one.id] : []));
    if (deed === "stage" || deed === "publish") {
      const done = (await hand(name, tarball, deed)) === 201;
      if (state === "none")
        Object.assign(expected, {
          ...{ state: deed === "stage" ? "staged" : held ? "on its way" : "public", shasum: shasumOf(tarball) },
        });
      return done === (state === "none");
    }
    if (deed === "approve" || deed === "reject") {
      if ((id !== undefined) !== (state === "staged")) return false;
      if (id === undefined) return true;
      if (deed === "approve") await registry.stages.approve(id, "alice");
      else registry.stages.remove(id);
      expected.state = deed === "reject" ? "none" : held ? "on its way" : "public";
      return true;
    }
    if (deed === "hold") {
      registry.hold(name, "1.0.0");
      expected.held = true;
    } else if (deed === "settle" && state === "on its way") {
      await registry.settle(name, "1.0.0", "published");
      Object.assign(expected, { state: "public", held: false });
    } else if (deed === "unpublish" && state === "public") {
      await registry.unpublish(name, "1.0.0");
      expected.state = "gone";
    }
    return true;
  }

  test("is in one state only, public with the bytes that were let through, and never public twice", async () => {
    const plan = fc.array(fc.tuple(fc.constantFrom(...deeds), fc.nat(5)), { minLength: 3, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        const name = `package-${(count += 1)}`;
        token = registry.token("alice", { packages: [name] });
        const expected: Expected = { state: "none", held: false, shasum: "" };
        for (const [deed, salt] of steps) {
          expect(await both(name, deed, expected, pack({ "index.js": String(salt) }))).toBe(true);
          expect(await registry.status(name, "1.0.0")).toBe(statusOf[expected.state]);
          const live = (await registry.published(name))?.versions["1.0.0"];
          expect(live?.dist.shasum).toBe(expected.state === "public" ? expected.shasum : undefined);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("is read from any body without a fault", () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((data) => Buffer.from(data)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({
          name: fc.constantFrom("a", 1, null),
          versions: fc.dictionary(fc.string(), fc.anything()),
          _attachments: fc.dictionary(
            fc.string(),
            fc.record({ data: fc.string(), content_type: fc.constantFrom("x", undefined) }),
          ),
        })
        .map((body) =>
          Buffer.from(JSON.stringify(body, (_, value: unknown) => (typeof value === "bigint" ? 1 : value))),
        ),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        const upload = uploadOf(body);
        expect(upload === null || typeof upload.version === "string").toBe(true);
      }),
    );
  });
});
