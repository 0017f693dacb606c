import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startRegistry } from "./index.ts";
import type { PersonAtNpm, StageItem } from "./index.ts";
import { createNpm } from "./npm.ts";
import type { Npm, Said } from "./npm.ts";
import { pack, shasumOf } from "./tarball.ts";

const name = "@acme/widget";

describe("staged publishing, by the real npm", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let npm: Npm;
  let alice: PersonAtNpm;
  let token: string;
  let minor = 0;
  beforeAll(async () => {
    registry = await startRegistry();
    npm = await createNpm(registry);
    alice = await registry.account("alice", { tfa: "totp" });
    token = registry.token("alice", { packages: [name, "new"] });
    await registry.seed(name, "1.0.0");
  });
  afterEach(() => {
    registry.faults.unanswered.clear();
    registry.habits.stagesNew = false;
    for (const { id } of registry.stages.list()) registry.stages.remove(id);
  });
  afterAll(async () => {
    await npm.close();
    await registry.close();
  });

  const nextVersion = (): string => `1.${(minor += 1)}.0`;
  /** A code that wasn't used: the authenticator's is good once in half a minute. */
  const code = (): Record<string, string> => ({ NPM_CONFIG_OTP: registry.recoveryOf("alice") });

  async function stage(version: string, args: string[] = [], by = token): Promise<Said> {
    await npm.write({ name, version });
    return await npm.run(["stage", "publish", "--json", ...args], by);
  }

  async function staged(version: string, args: string[] = []): Promise<string> {
    const { output } = await stage(version, args);
    const id = /"stageId": "([\w-]+)"/.exec(output)?.[1];
    if (id === undefined) throw new Error(output);
    return id;
  }

  /** A stage made without npm, where npm itself isn't what the test is about. */
  async function put(version: string, by = token, of = name): Promise<Response> {
    const tarball = pack({ "package.json": JSON.stringify({ name: of, version }) });
    return await ask("POST", `/-/stage/package/${of.replace("/", "%2f")}`, by, {
      name: of,
      "dist-tags": { latest: version },
      versions: { [version]: { name: of, version } },
      _attachments: { "x.tgz": { content_type: "application/octet-stream", data: tarball.toString("base64") } },
    });
  }
  const idOf = async (response: Response): Promise<string> => ((await response.json()) as { stageId: string }).stageId;

  async function ask(method: string, path: string, by: string, body?: unknown, more = {}): Promise<Response> {
    const headers = {
      ...(by === "" ? {} : { authorization: `Bearer ${by}` }),
      "content-type": "application/json",
      ...more,
    };
    const of = body === undefined ? {} : { body: JSON.stringify(body) };
    return await fetch(new URL(path, registry.url), { method, headers, ...of });
  }

  test("stage, list, view, download, approve: the version becomes public with the very same bytes, under the tag of the stage", async () => {
    const version = nextVersion();
    const id = await staged(version, ["--tag", "next"]);
    expect((await registry.published(name))?.versions[version]).toBeUndefined();
    expect(registry.log.at(-1)).toMatchObject({ operation: "stage", otp: false, status: 201 });

    const listed = JSON.parse((await npm.run(["stage", "list", name, "--json"], token)).stdout) as StageItem[];
    const viewed = JSON.parse((await npm.run(["stage", "view", id, "--json"], token)).stdout) as StageItem;
    expect(listed).toEqual([viewed]);
    expect(viewed).toEqual({
      ...{ id, packageName: name, version, tag: "next", access: "public", status: "staged" },
      ...{ actor: "alice", actorType: "user", createdAt: expect.stringMatching(/^20.*Z$/) as string },
      shasum: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    await npm.run(["stage", "download", id], token);
    const bytes = await npm.read(`acme-widget-${version}-${id}.tgz`);
    expect(shasumOf(bytes)).toBe(viewed.shasum);

    expect((await npm.run(["stage", "approve", id], token)).output).toContain("EOTP");
    const approved = await npm.run(["stage", "approve", id], token, { NPM_CONFIG_OTP: alice.totp() });
    expect(approved.output).toContain(`Staged package ${id} approved and published successfully.`);
    const after = await registry.published(name);
    expect(after?.["dist-tags"]).toMatchObject({ latest: "1.0.0", next: version });
    const live = after?.versions[version];
    expect(live).toMatchObject({
      dist: { shasum: viewed.shasum },
      _npmUser: { name: "alice", approver: { name: "alice" } },
    });
    const served = await fetch(live?.dist.tarball ?? "");
    expect(Buffer.from(await served.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await npm.run(["stage", "view", id], token)).output).toContain("E404");
  });

  test("reject: the stage is gone for good, and the version is free again", async () => {
    const version = nextVersion();
    const id = await staged(version);
    expect((await stage(version)).output).toContain(`Cannot stage previously published version \\"${version}\\"`);
    expect((await npm.run(["stage", "reject", id], token)).output).toContain("EOTP");
    const rejected = await npm.run(["stage", "reject", id], token, code());
    expect(rejected.output).toContain(`Staged package ${id} has been rejected.`);
    expect(registry.stages.list()).toEqual([]);
    expect((await put(version)).status).toBe(201);
  });

  test("somebody with a security key gets a link with `--json`, and its proof approves one stage and no second", async () => {
    const carol = await registry.account("carol", { tfa: "web" });
    const hers = registry.token("carol", { packages: [name], bypass2fa: true });
    const [one, two] = [await idOf(await put(nextVersion())), await idOf(await put(nextVersion()))];
    const masked = (await npm.run(["stage", "approve", one], hers)).output;
    expect(masked).toMatch(/auth\/cli\/\*\*\*/);
    const { output } = await npm.run(["stage", "approve", one, "--json"], hers);
    const [authUrl, doneUrl] = [/"authUrl": "([^"]+)"/, /"doneUrl": "([^"]+)"/].map(
      (form) => form.exec(output)?.[1] ?? "",
    );
    await carol.confirm(authUrl ?? "");
    const { token: otp } = (await (await fetch(doneUrl ?? "")).json()) as { token: string };
    expect((await npm.run(["stage", "approve", one], hers, { NPM_CONFIG_OTP: otp })).status).toBe(0);
    expect((await ask("POST", `/-/stage/${two}/approve`, hers, undefined, { "npm-otp": otp })).status).toBe(401);
  });

  test("without the headers of npm's CLI the link is in `npm-notice`", async () => {
    await registry.account("carl", { tfa: "web" });
    const id = await idOf(await put(nextVersion()));
    const his = registry.token("carl", { packages: [name] });
    const bare = await ask("POST", `/-/stage/${id}/approve`, his);
    expect(bare.status).toBe(401);
    expect(await bare.json()).toEqual({ message: "Unauthorized" });
    expect(bare.headers.get("npm-notice")).toMatch(/^Open http:.*\/login\/[\w-]+ to use your security key/);
    const asked = await ask("DELETE", `/-/stage/${id}`, his, undefined, {
      "npm-auth-type": "web",
      "npm-command": "stage",
    });
    expect(await asked.json()).toMatchObject({ authUrl: expect.stringContaining("/auth/cli/") as string });
  });

  test("five wrong codes on an approval are followed by 429", async () => {
    const dora = await registry.account("dora", { tfa: "totp" });
    const hers = registry.token("dora", { packages: [name] });
    const id = await idOf(await put(nextVersion()));
    const approve = async (otp: string): Promise<number> =>
      (await ask("POST", `/-/stage/${id}/approve`, hers, undefined, { "npm-otp": otp })).status;
    for (let tries = 0; tries < 5; tries += 1) expect(await approve(dora.wrongCode())).toBe(401);
    expect(await approve(dora.totp())).toBe(429);
  });

  test("a stage and a publish of one version exclude each other, also after the version was unpublished", async () => {
    const version = nextVersion();
    await put(version);
    await npm.write({ name, version });
    const refused = await npm.run(["publish"], token, code());
    expect(refused.output).toContain(`Cannot publish over previously staged version "${version}"`);
    expect((await put("1.0.0")).status).toBe(409);
    await registry.publishElsewhere(name, "0.9.0", { tag: "old" });
    await registry.unpublish(name, "0.9.0");
    expect((await registry.published(name))?.versions["0.9.0"]).toBeUndefined();
    expect((await registry.published(name))?.["dist-tags"]["old"]).toBeUndefined();
    expect((await put("0.9.0")).status).toBe(409);
  });

  test("a package that was never published can't be staged, unless npm lets it", async () => {
    expect((await put("1.0.0", token, "new")).status).toBe(404);
    registry.habits.stagesNew = true;
    const id = await idOf(await put("1.0.0", token, "new"));
    await registry.stages.approve(id, "alice");
    expect((await registry.published("new"))?.versions["1.0.0"]?._npmUser?.name).toBe("alice");
  });

  test("who may stage, read and decide: nobody without a token, no reader, no stranger, nobody without a second factor", async () => {
    await registry.account("bob", { tfa: null });
    const reader = registry.token("alice", { packages: [name], readOnly: true });
    const stranger = registry.token("bob", { packages: ["other"] });
    const version = nextVersion();
    expect((await put(version, "")).status).toBe(401);
    expect((await put(version, reader)).status).toBe(403);
    expect((await put(version, stranger)).status).toBe(404);
    expect((await ask("POST", `/-/stage/package/@acme%2fwidget`, token, { name })).status).toBe(400);
    const id = await idOf(await put(version));
    expect((await ask("GET", `/-/stage/${id}`, reader)).status).toBe(200);
    expect((await ask("GET", `/-/stage/${id}`, stranger)).status).toBe(404);
    expect((await ask("GET", "/-/stage", "")).status).toBe(401);
    expect(await (await ask("GET", "/-/stage", stranger)).json()).toMatchObject({ items: [], total: 0 });
    expect((await ask("POST", `/-/stage/${id}/approve`, reader)).status).toBe(403);
    const without = await ask("POST", `/-/stage/${id}/approve`, registry.token("bob", { packages: [name] }));
    expect(await without.json()).toMatchObject({ message: "Please enable 2fa for your account" });
    expect(registry.stages.list()).toHaveLength(1);
  });

  test("the list comes a page at a time, the last first, and npm reads all of it", async () => {
    const versions = Array.from({ length: 12 }, nextVersion);
    for (const version of versions) await put(version);
    const page = async (query: string): Promise<{ items: StageItem[]; total: number }> =>
      (await (await ask("GET", `/-/stage?${query}`, token)).json()) as { items: StageItem[]; total: number };
    const first = await page("");
    expect([first.items.length, first.total]).toEqual([10, 12]);
    expect(first.items[0]?.version).toBe(versions.at(-1));
    expect((await page("page=1&perPage=5&package=@acme/widget")).items.map(({ version }) => version)).toEqual(
      versions.toReversed().slice(5, 10),
    );
    expect((await page("package=other")).total).toBe(0);
    const all = JSON.parse((await npm.run(["stage", "list", "--json"], token)).stdout) as StageItem[];
    expect(all).toHaveLength(12);
  });

  test("what others and npm do to a stage: approved by a stranger, taken away, held, blocked, tampered with", async () => {
    const [one, two, three, four] = [nextVersion(), nextVersion(), nextVersion(), nextVersion()] as const;
    await registry.stages.approve(await idOf(await put(one)), "mallory");
    expect((await registry.published(name))?.versions[one]?._npmUser).toMatchObject({
      ...{ name: "alice", approver: { name: "mallory" } },
    });
    registry.stages.remove(await idOf(await put(two)));
    expect(await registry.status(name, two)).toBeNull();
    const held = await idOf(await put(three));
    for (const status of ["validating", "blocked"] as const) {
      registry.stages.mark(held, status);
      expect(await registry.status(name, three)).toBe(status);
      expect((await npm.run(["stage", "view", held], token)).output).toContain(status);
      const refused = await ask("POST", `/-/stage/${held}/approve`, token, undefined, {
        "npm-otp": registry.recoveryOf("alice"),
      });
      expect(refused.status).toBe(409);
    }
    const id = await idOf(await put(four));
    const before = registry.stages.list()[0]?.shasum;
    const bytes = pack({ "package.json": JSON.stringify({ name, version: four }), "evil.js": "" });
    registry.stages.tamper(id, bytes, { quietly: true });
    expect(registry.stages.list()[0]?.shasum).toBe(before);
    registry.stages.tamper(id, bytes);
    expect(registry.stages.list()[0]?.shasum).toBe(shasumOf(bytes));
    await registry.stages.approve(id, "alice");
    expect((await registry.published(name))?.versions[four]?.dist.shasum).toBe(shasumOf(bytes));
  });

  test("an operation that is never answered was done, or wasn't, as a test says", async () => {
    const [one, two] = [await idOf(await put(nextVersion())), await idOf(await put(nextVersion()))];
    const giveUp = new AbortController();
    const approve = (id: string): Promise<unknown> =>
      fetch(new URL(`/-/stage/${id}/approve`, registry.url), {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "npm-otp": registry.recoveryOf("alice") },
        signal: giveUp.signal,
      });
    registry.faults.unanswered.set("approve a stage", "before");
    const first = approve(one);
    await vi.waitFor(() => expect(registry.log.at(-1)?.path).toContain(one));
    expect(registry.stages.list()).toHaveLength(2);
    registry.faults.unanswered.set("approve a stage", "after");
    const second = approve(two);
    await vi.waitFor(() => expect(registry.stages.list().map(({ id }) => id)).toEqual([one]));
    giveUp.abort();
    await expect(first).rejects.toThrow("aborted");
    await expect(second).rejects.toThrow("aborted");
    expect(registry.log.filter(({ operation }) => operation === "approve a stage").slice(-2)).toMatchObject([
      { status: 0 },
      { status: 0 },
    ]);
  });
});
