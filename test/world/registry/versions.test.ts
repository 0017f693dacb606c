import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRunner } from "../runner/index.ts";
import { orderOf, workflowOf } from "../runner/order.ts";
import type { JobOrder } from "../types.ts";
import { startRegistry } from "./index.ts";
import { createNpm } from "./npm.ts";
import type { Npm } from "./npm.ts";
import { integrityOf, pack, sha512Of } from "./tarball.ts";

const name = "@acme/widget";

interface Statement {
  subject: Array<{ name: string; digest: { sha512: string } }>;
  predicateType: string;
  predicate: unknown;
}

describe("versions as the registry shows them", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let npm: Npm;
  let token: string;
  let minor = 0;
  beforeAll(async () => {
    registry = await startRegistry();
    npm = await createNpm(registry);
    await registry.account("alice", { tfa: null });
    token = registry.token("alice", { packages: [name] });
    await registry.seed(name, "1.0.0");
  });
  afterAll(async () => {
    await npm.close();
    await registry.close();
  });
  const nextVersion = (): string => `1.${(minor += 1)}.0`;

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return await fetch(new URL(path, registry.url), { headers });
  }
  async function status(version: string, by = token): Promise<[number, unknown]> {
    const path = `/-/package/@acme%2fwidget/version/${version}/status`;
    const response = await get(path, by === "" ? {} : { authorization: `Bearer ${by}` });
    return [response.status, ((await response.json()) as { status?: string }).status];
  }
  async function publish(version: string): Promise<string> {
    await npm.write({ name, version });
    return (await npm.run(["publish", "--access", "public"], token)).output;
  }

  test("a version's status: not there, staged, validating, published, deleted", async () => {
    const version = nextVersion();
    expect(await status(version)).toEqual([404, undefined]);
    await npm.write({ name, version });
    await npm.run(["stage", "publish"], token);
    expect(await status(version)).toEqual([200, "staged"]);
    registry.hold(name, version);
    await registry.stages.approve(registry.stages.list()[0]?.id ?? "", "alice");
    expect(registry.stages.list()).toEqual([]);
    expect(await status(version)).toEqual([200, "validating"]);
    expect((await registry.published(name))?.versions[version]).toBeUndefined();
    await registry.settle(name, version, "published");
    expect(await status(version)).toEqual([200, "published"]);
    expect((await registry.published(name))?.versions[version]?._npmUser?.approver?.name).toBe("alice");
    await registry.unpublish(name, version);
    expect(await status(version)).toEqual([200, "deleted"]);
  });

  test("it is told to whoever may publish the package, and to nobody else", async () => {
    expect(await status("1.0.0")).toEqual([200, "published"]);
    expect(await status("1.0.0", "")).toEqual([401, undefined]);
    expect(await status("1.0.0", registry.token("alice", { packages: ["other"] }))).toEqual([404, undefined]);
    registry.habits.tellsStatus = false;
    expect(await status("1.0.0")).toEqual([403, undefined]);
    registry.habits.tellsStatus = true;
  });

  test("a publish whose checks aren't through is a success to npm, and isn't there; nor is a second one possible", async () => {
    const version = nextVersion();
    registry.hold(name, version);
    expect(await publish(version)).toContain(`+ ${name}@${version}`);
    expect((await get("/@acme%2fwidget")).status).toBe(200);
    expect((await registry.published(name))?.versions[version]).toBeUndefined();
    expect(await publish(version)).toContain(`Cannot publish over previously staged version "${version}"`);
    await registry.settle(name, version, "blocked");
    expect(await status(version)).toEqual([200, "blocked"]);
    await expect(registry.settle(name, "9.9.9", "blocked")).rejects.toThrow("nobody handed it in");
  });

  test("a version appears without us: by another account, by a job, with what is odd about it", async () => {
    const [one, two] = [nextVersion(), nextVersion()];
    await registry.publishElsewhere(name, one, {
      by: "mallory",
      manifest: { scripts: { postinstall: "node evil.js" }, dependencies: { "left-pad": "1.0.0" } },
      files: { "evil.js": "" },
    });
    const viewed = await npm.run(["view", `${name}@${one}`, "--json"], token);
    expect(JSON.parse(viewed.stdout)).toMatchObject({
      ...{ _npmUser: "mallory <mallory@example.com>", scripts: { postinstall: "node evil.js" } },
      dependencies: { "left-pad": "1.0.0" },
    });
    await registry.publishElsewhere(name, two, { byJob: true, tag: "next", manifest: { gitHead: "c0ffee" } });
    const document = await registry.published(name);
    expect(document?.versions[two]).toMatchObject({
      gitHead: "c0ffee",
      _npmUser: { trustedPublisher: { id: "github" } },
    });
    expect(document?.["dist-tags"]).toMatchObject({ latest: one, next: two });
  });

  test("whoever has the package's document already gets 304 until it changes, in the short form too", async () => {
    for (const accept of ["application/json", "application/vnd.npm.install-v1+json"]) {
      const first = await get("/@acme%2fwidget", { accept });
      const etag = first.headers.get("etag") ?? "";
      expect(first.headers.get("content-type")).toContain(accept);
      const again = await get("/@acme%2fwidget", { accept, "if-none-match": etag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      await registry.publishElsewhere(name, nextVersion(), {});
      const changed = await get("/@acme%2fwidget", { accept, "if-none-match": etag });
      expect(changed.status).toBe(200);
      expect(changed.headers.get("etag")).not.toBe(etag);
    }
  });

  test("what a job of a public repository publishes or stages carries provenance that names its run", async () => {
    const runner = await createRunner();
    try {
      registry.github({ issuer: runner.issuer, server: "https://github.example" });
      registry.trust(name, {
        ...{ repository: "acme/widget", workflow: "publish.yml", environment: "npm", issuer: runner.issuer },
      });
      const job = async (command: string, version: string, visibility: "public" | "private"): Promise<void> => {
        const steps = `- uses: actions/checkout@v5\n- run: ${command} --registry ${registry.url}`;
        const repository = { id: 501, owner: "acme", ownerId: 77, name: "widget", visibility };
        const files = new Map([["package.json", JSON.stringify({ name, version })]]);
        const order: Partial<JobOrder> = { files, repository };
        const text = workflowOf(steps, "permissions: { id-token: write }");
        expect((await runner.start(orderOf(text, order), () => {}).done).conclusion).toBe("success");
      };
      const [direct, staged, hidden] = [nextVersion(), nextVersion(), nextVersion()];
      await job("npm publish", direct, "public");
      await job("npm stage publish", staged, "public");
      await registry.stages.approve(registry.stages.list()[0]?.id ?? "", "alice");
      await job("npm publish", hidden, "private");
      const versions = (await registry.published(name))?.versions ?? {};
      expect(versions[hidden]?.dist.attestations).toBeUndefined();
      for (const version of [direct, staged]) {
        const { url, provenance } = versions[version]?.dist.attestations ?? {};
        expect(provenance).toEqual({ predicateType: "https://slsa.dev/provenance/v1" });
        expect(url).toBe(`${registry.url}-/npm/v1/attestations/@acme%2fwidget@${version}`);
        const [own, statement] = await statements(url ?? "");
        expect(own?.predicateType).toContain("/specs/publish/");
        const tarball = Buffer.from(await (await fetch(versions[version]?.dist.tarball ?? "")).arrayBuffer());
        expect(versions[version]?.dist.integrity).toBe(integrityOf(tarball));
        expect(statement).toMatchObject({
          subject: [{ name: `pkg:npm/%40acme/widget@${version}`, digest: { sha512: sha512Of(tarball) } }],
          predicate: {
            buildDefinition: {
              externalParameters: {
                workflow: { ref: "refs/heads/main", path: ".github/workflows/publish.yml" },
              },
              resolvedDependencies: [{ digest: { gitCommit: "c0ffee".padEnd(40, "0") } }],
            },
            runDetails: {
              metadata: { invocationId: "https://github.example/acme/widget/actions/runs/7001/attempts/1" },
            },
          },
        });
      }
    } finally {
      await runner.close();
    }
  });

  test("provenance that npm sends along is kept as it came; where there is none, npm says 404", async () => {
    expect((await get(`/-/npm/v1/attestations/@acme%2fwidget@1.0.0`)).status).toBe(404);
    const version = nextVersion();
    const tarball = pack({ "package.json": JSON.stringify({ name, version }) });
    const type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const payload = Buffer.from(JSON.stringify({ predicateType: "x", subject: [], predicate: {} })).toString("base64");
    const bundle = { mediaType: type, dsseEnvelope: { payload } };
    const response = await fetch(new URL("/@acme%2fwidget", registry.url), {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { name, version } },
        _attachments: {
          a: { content_type: "application/octet-stream", data: tarball.toString("base64") },
          b: { content_type: type, data: JSON.stringify(bundle) },
        },
      }),
    });
    expect(response.status).toBe(201);
    const url = (await registry.published(name))?.versions[version]?.dist.attestations?.url ?? "";
    const { attestations } = (await (await fetch(url)).json()) as { attestations: Array<{ bundle: unknown }> };
    expect(attestations[1]?.bundle).toEqual(bundle);
  });

  /** What is inside of each attestation, as pacote unpacks it. */
  async function statements(url: string): Promise<Statement[]> {
    const { attestations } = (await (await fetch(url)).json()) as {
      attestations: Array<{ bundle: { dsseEnvelope: { payload: string } } }>;
    };
    return attestations.map(
      ({ bundle }) => JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, "base64").toString()) as Statement,
    );
  }
});
