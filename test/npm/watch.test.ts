import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { provenanceIn } from "../../src/npm/provenance.ts";
import { createRegistry } from "../../src/npm/registry.ts";
import { RegistryError } from "../../src/npm/types.ts";
import type { PackageView, RegistryWatch } from "../../src/npm/types.ts";
import { packageView } from "../../src/npm/view.ts";
import { startRegistry } from "../world/registry/index.ts";
import { pack, sha512Of } from "../world/registry/tarball.ts";

const name = "@acme/widget";

describe("a watched package", () => {
  let world: Awaited<ReturnType<typeof startRegistry>>;
  let watch: RegistryWatch;
  beforeAll(async () => {
    world = await startRegistry();
    watch = createRegistry({ defaultRegistry: world.url, timeoutMs: 5000 });
    await world.seed(name, "1.0.0");
  });
  afterAll(async () => await world.close());

  async function seen(etag: string | null = null): Promise<PackageView> {
    const found = await watch.look(name, { etag });
    if (found === null || found === "unchanged") throw new Error(`not a view: ${String(found)}`);
    return found;
  }

  test("is read once, and is unchanged until a version appears", async () => {
    const first = await seen();
    expect(first.etag).not.toBeNull();
    expect(await watch.look(name, { etag: first.etag })).toBe("unchanged");
    expect(world.log.at(-1)).toMatchObject({ operation: "read a package", status: 304, token: null });
    await world.publishElsewhere(name, "1.1.0", { by: "mallory" });
    const { versions, tags, etag } = await seen(first.etag);
    expect(etag).not.toBe(first.etag);
    expect(tags).toEqual({ latest: "1.1.0" });
    expect(versions.map(({ version }) => version)).toEqual(["1.0.0", "1.1.0"]);
    expect(await watch.look("nothing")).toBeNull();
    expect(await watch.look("nothing", { etag: '"x"' })).toBeNull();
  });

  test("shows what is odd about a version: who, by which publisher, install scripts, dependencies, commit", async () => {
    await world.publishElsewhere(name, "2.0.0", {
      by: "mallory",
      manifest: {
        gitHead: "c0ffee".padEnd(40, "0"),
        scripts: { postinstall: "node evil.js", test: "true" },
        dependencies: { "left-pad": "^1.0.0" },
      },
    });
    const config = world.trust(name, {
      ...{ repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: "http://127.0.0.1:9" },
    });
    await world.publishElsewhere(name, "2.1.0", { byJob: true });
    const { versions } = await seen();
    expect(versions.find(({ version }) => version === "2.0.0")).toEqual({
      ...{ version: "2.0.0", publishedAt: expect.any(Date) as Date, size: null },
      shasum: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      integrity: expect.stringMatching(/^sha512-/) as string,
      publisher: { name: "mallory", email: "mallory@example.com" },
      ...{ trustedPublisher: null, approver: null, provenanceType: null },
      ...{ commit: "c0ffee".padEnd(40, "0"), installScripts: { postinstall: "node evil.js" } },
      runsOnInstall: true,
      dependencies: { "left-pad": "^1.0.0" },
    });
    expect(versions.find(({ version }) => version === "2.1.0")).toMatchObject({
      publisher: { name: "GitHub Actions" },
      trustedPublisher: { id: "github", configId: `oidc:${config.id}` },
    });
  });

  test("shows who approved a version that was staged", async () => {
    await world.account("alice", { tfa: null });
    const token = world.token("alice", { packages: [name] });
    const data = pack({ "package.json": JSON.stringify({ name, version: "3.0.0" }) }).toString("base64");
    await fetch(new URL("/-/stage/package/@acme%2fwidget", world.url), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        ...{ name, "dist-tags": { latest: "3.0.0" }, versions: { "3.0.0": { name, version: "3.0.0" } } },
        _attachments: { a: { content_type: "application/octet-stream", data } },
      }),
    });
    expect((await seen()).versions.some(({ version }) => version === "3.0.0")).toBe(false);
    await world.stages.approve(world.stages.list()[0]?.id ?? "", "stranger");
    const view = (await seen()).versions.find(({ version }) => version === "3.0.0");
    expect(view).toMatchObject({ publisher: { name: "alice" }, approver: "stranger" });
  });

  test("tells the run that a version's provenance names, and of which bytes", async () => {
    const claims = {
      ...{ repository: "acme/widget", ref: "refs/heads/main", sha: "c0ffee".padEnd(40, "0") },
      ...{ workflow_ref: "acme/widget/.github/workflows/publish.yml@refs/heads/main", run_id: "7", run_attempt: "1" },
    };
    await world.publishElsewhere(name, "4.0.0", { byJob: true, provenance: claims });
    const view = (await seen()).versions.find(({ version }) => version === "4.0.0");
    expect(view?.provenanceType).toBe("https://slsa.dev/provenance/v1");
    const tarball = (await world.published(name))?.versions["4.0.0"]?.dist.tarball ?? "";
    expect(await watch.provenance(name, "4.0.0")).toEqual({
      sha512: sha512Of(Buffer.from(await (await fetch(tarball)).arrayBuffer())),
      ...{ repository: "https://github.com/acme/widget", workflow: ".github/workflows/publish.yml" },
      ...{ ref: "refs/heads/main", commit: "c0ffee".padEnd(40, "0") },
      run: "https://github.com/acme/widget/actions/runs/7/attempts/1",
    });
    expect(await watch.provenance(name, "1.0.0")).toBeNull();
  });

  test("that can't be read says so, and never with what the registry said", async () => {
    for (const [status, code] of [
      [401, "refused"],
      [503, "unavailable"],
    ] as const) {
      world.faults.status = status;
      await expect(watch.look(name, { etag: '"x"' })).rejects.toMatchObject({ code });
      await expect(watch.provenance(name, "4.0.0")).rejects.toMatchObject({ code });
    }
    world.faults.status = null;
    world.faults.unanswered.set("read a package", "before");
    const hasty = createRegistry({ defaultRegistry: world.url, timeoutMs: 150 });
    await expect(hasty.look(name)).rejects.toMatchObject({ code: "unavailable" });
    world.faults.unanswered.clear();
  });
});

describe("a document of any form", () => {
  const odd = fc.jsonValue();
  // zod leaves `__proto__` out, which is no version.
  const versions = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.oneof(
      odd,
      fc.record({ _npmUser: odd, gitHead: odd, scripts: odd, dependencies: odd, dist: odd }),
      fc.record({ dist: fc.record({ shasum: odd, attestations: odd, unpackedSize: odd, fileCount: odd }) }),
    ),
  );

  test("shows every version that it lists, or is refused as none", () => {
    const body = fc.oneof(
      fc.integer(),
      fc.array(odd),
      fc.record({ "dist-tags": fc.dictionary(fc.string(), odd), versions, time: odd }),
    );
    fc.assert(
      fc.property(body, (document) => {
        try {
          const view = packageView(document, "host");
          expect(view.versions.map(({ version }) => version)).toEqual(
            Object.keys((document as { versions?: object }).versions ?? {}),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }),
    );
  });

  test("a fault in one field hides nothing else", () => {
    const shasum = "0123456789abcdef0123456789abcdef01234567";
    const { versions: read } = packageView(
      {
        versions: {
          "1.0.0": {
            dist: { shasum, attestations: 3 },
            _npmUser: "ada <ada@example.com>",
            scripts: [],
            gitHead: "main",
          },
          "1.1.0": { _npmUser: { name: 3 }, dist: null, dependencies: { a: "1", b: 2, c: "x".repeat(5000) } },
        },
        time: { "1.0.0": "2026-01-02T03:04:05.000Z", "1.1.0": "soon" },
      },
      "host",
    );
    expect(read).toMatchObject([
      { shasum, publisher: { name: "ada", email: "ada@example.com" }, commit: null, installScripts: {} },
      { shasum: null, publisher: null, publishedAt: null, dependencies: { a: "1" } },
    ]);
    expect(read[0]?.publishedAt?.toISOString()).toBe("2026-01-02T03:04:05.000Z");
  });

  test("what runs when it is installed is never left out for being long, nor a build that no script names", () => {
    const long = "x".repeat(3000);
    const { versions: read } = packageView(
      {
        versions: {
          "1.0.0": { scripts: { postinstall: `${long}a`, prepare: "b" } },
          "1.1.0": { scripts: { postinstall: `${long}b` } },
          "1.2.0": { gypfile: true },
          "1.3.0": { hasInstallScript: true, scripts: { install: 3 } },
          "1.4.0": { scripts: { test: "true" } },
        },
      },
      "host",
    );
    expect(read.map(({ runsOnInstall }) => runsOnInstall)).toEqual([true, true, true, true, false]);
    const [one, other] = read.map(({ installScripts }) => installScripts["postinstall"] ?? "");
    expect(one).toMatch(/^x+… \(3001 characters, SHA-256 [0-9a-f]{64}\)$/);
    expect(one).not.toBe(other);
    expect(Object.keys(read[0]?.installScripts ?? {})).toEqual(["postinstall"]);
  });

  test("provenance about another package, another version or of another form is none", () => {
    const said = (statement: unknown, predicateType = "https://slsa.dev/provenance/v1"): unknown => {
      const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
      return { attestations: [{ predicateType, bundle: { dsseEnvelope: { payload } } }] };
    };
    const statement = (purl: string): unknown => ({
      subject: [{ name: purl, digest: { sha512: "0".repeat(128) } }],
      predicate: {
        buildDefinition: {
          externalParameters: { workflow: { repository: "r", path: "p", ref: "f" } },
          resolvedDependencies: [],
        },
        runDetails: { metadata: { invocationId: "i" } },
      },
    });
    const own = statement("pkg:npm/%40acme/widget@1.0.0");
    expect(provenanceIn(said(own), name, "1.0.0", "host")).toMatchObject({ run: "i", commit: null });
    expect(provenanceIn(said(own), name, "1.0.1", "host")).toBeNull();
    expect(provenanceIn(said(statement("pkg:npm/widget@1.0.0")), name, "1.0.0", "host")).toBeNull();
    expect(provenanceIn(said(own, "https://slsa.dev/provenance/v0.2"), name, "1.0.0", "host")).toBeNull();
    expect(provenanceIn(said("x"), name, "1.0.0", "host")).toBeNull();
    expect(() => provenanceIn({ attestations: "x" }, name, "1.0.0", "host")).toThrow(RegistryError);
    fc.assert(
      fc.property(odd, (value) => {
        expect(provenanceIn(said(value), name, "1.0.0", "host")).toBeNull();
      }),
    );
  });
});
