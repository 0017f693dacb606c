import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { actionBench, canaryToken } from "./bench.ts";
import type { ActionBench, StepRun } from "./bench.ts";

let bench: ActionBench;
afterEach(async () => await bench.close());

const main = "publish/dist/main.js";
const publish = async (
  inputs: Record<string, string> = {},
  env: Record<string, string | undefined> = {},
): Promise<StepRun> => await bench.run(main, { "npm-token": canaryToken, ...inputs }, env);
const manifest = (more: object, folder = "."): void =>
  writeFileSync(
    join(bench.workspace, folder, "package.json"),
    JSON.stringify({ name: "@acme/widget", version: "1.2.0", ...more }),
  );
const reported = async () => (await bench.relay.release()).runnerReport;
const puts = (): string[] => bench.registry.asked.filter((line) => line.startsWith("PUT"));
const states = async (): Promise<string[]> =>
  (await bench.relay.store.challenges.ofRelease("r1")).map(({ state }) => state);

/** Commands that tell the runner to mask a value are the one place where a code is written. */
function unmasked(log: string): string {
  return log.replace(/^::add-mask::.*$/gm, "");
}

describe("the publish step", () => {
  it("asks the releaser for the code that npm wants, and publishes what was packed", async () => {
    bench = await actionBench();
    bench.registry.codes.add("654321");
    const [run, challenge] = await Promise.all([publish(), bench.answerNext("654321")]);
    expect(run.log).toContain("is published");
    expect(run.status).toBe(0);
    const [bytes] = bench.registry.published;
    const shasum = createHash("sha1")
      .update(bytes ?? "")
      .digest("hex");
    expect(run.outputs).toMatchObject({ version: "1.2.0", shasum, integrity: expect.stringMatching(/^sha512-/) });
    expect(challenge.subject).toMatchObject({ name: "@acme/widget", version: "1.2.0", tag: "latest", shasum });
    expect(await reported()).toMatchObject({ outcome: "published", npmUser: "alice-npm", shasum });
    expect(await states()).toEqual(["accepted"]);
    expect(run.summary).toContain(`${bench.url}/challenges/${challenge.id}`);
  });

  it("keeps token and code out of log, arguments, reports and other processes", async () => {
    bench = await actionBench();
    manifest({ scripts: { prepublishOnly: "true", prepack: "true", postpublish: "true" } });
    bench.registry.codes.add("654321");
    const env = { NODE_AUTH_TOKEN: canaryToken, OTHER: `x${canaryToken}`, NPM_CONFIG_OTP: "old" };
    const [run] = await Promise.all([publish({}, env), bench.answerNext("654321")]);
    expect(run.status).toBe(0);
    expect(run.log.indexOf("::add-mask::654321")).toBeGreaterThan(-1);
    expect(unmasked(run.log) + run.summary + JSON.stringify([run.outputs, run.state])).not.toMatch(
      /654321|canaryTOKEN/,
    );
    const calls = bench.npmCalls();
    expect(calls.map(({ args }) => args.slice(0, 2).join(" ").replace(/ \/.*/, ""))).toEqual([
      ...[
        "prefix",
        "config get",
        "run prepublishOnly",
        "run prepack",
        "pack --json",
        "pack",
        "publish",
        "publish",
        "run postpublish",
      ],
    ]);
    for (const { args, env: seen } of calls) {
      expect(args.join(" ")).not.toMatch(/654321|canaryTOKEN/);
      expect(Object.keys(seen).filter((name) => /^ACTIONS_ID_TOKEN|^INPUT_|^OTHER$/.test(name))).toEqual([]);
      if (args[0] !== "publish") expect(JSON.stringify(seen)).not.toMatch(/654321|canaryTOKEN/);
    }
    const everything = [await reported(), await bench.relay.store.audit.ofRelease("r1"), bench.relay.logged];
    expect(JSON.stringify(everything)).not.toMatch(/654321|canaryTOKEN/);
  });

  it("asks again for a wrong code, and tells the page", async () => {
    bench = await actionBench();
    bench.registry.codes.add("654321");
    const people = async (): Promise<void> => {
      await bench.answerNext("111111");
      await bench.answerNext("654321");
    };
    const [run] = await Promise.all([publish(), people()]);
    expect(run.status).toBe(0);
    expect(await states()).toEqual(["refused", "accepted"]);
  });

  it("stops after three wrong codes, and says so", async () => {
    bench = await actionBench();
    const people = async (): Promise<void> => {
      for (const code of ["111111", "222222", "333333"]) await bench.answerNext(code);
    };
    const [run] = await Promise.all([publish(), people()]);
    expect(run.status).toBe(1);
    expect(run.log).toContain("::error::npm refused 3 answers");
    expect(puts()).toHaveLength(4);
    expect(await reported()).toMatchObject({ outcome: "failed", message: expect.stringContaining("refused 3") });
    expect(run.outputs).toEqual({});
  });

  it("shows a passkey's owner npm's own page, and waits for npm's word", async () => {
    bench = await actionBench();
    bench.registry.factor = "link";
    const atNpm = bench.answerNext(async ({ authUrl }) => {
      expect(authUrl).toBe(`${bench.registry.url}auth/cli/1`);
      bench.registry.proven = true;
    });
    const [run] = await Promise.all([publish(), atNpm]);
    expect(run.status).toBe(0);
    expect(unmasked(run.log)).not.toContain("proof-1");
    expect(await states()).toEqual(["accepted"]);
    expect(bench.registry.published).toHaveLength(1);
  });

  it("asks anew when nobody answered one question in its time", async () => {
    bench = await actionBench();
    bench.registry.codes.add("654321");
    const run = publish();
    await bench.answerNext(async ({ id }) => {
      bench.relay.clock.add(301);
      await bench.relay.store.notify("challenge", id);
    });
    await waitForAnother();
    await bench.answerNext("654321");
    expect((await run).status).toBe(0);
    expect(await states()).toEqual(["expired", "accepted"]);
  });

  it.each([
    ["the secret is empty", { "npm-token": "" }, {}, "The secret is empty: this job was approved without Countersign"],
    ["setup-node's placeholder is there", { "npm-token": "XXXXX-XXXXX-XXXXX-XXXXX" }, {}, "The secret is empty"],
    ["the job may not have an OIDC token", {}, { ACTIONS_ID_TOKEN_REQUEST_URL: undefined }, "id-token: write"],
    ["the address is missing", { url: "" }, {}, "The input `url` is missing"],
    ["the address isn't https", { url: "http://countersign.example" }, {}, "must begin with https://"],
    ["the time is none", { "wait-timeout": "soon" }, {}, "a number of minutes"],
    ["another tag is given", { tag: "next" }, {}, "what was approved is `latest`"],
    ["the access is none", { access: "all" }, {}, "`public` or `restricted`"],
    ["the registry is none", { registry: "npm" }, {}, "not an address"],
    ["the folder is empty", { "package-dir": "nowhere" }, {}, "no readable package.json"],
  ])("fails before npm is asked for anything when %s", async (_, inputs, env, sentence) => {
    bench = await actionBench();
    const run = await publish(inputs, env);
    expect(run.status).toBe(1);
    expect(run.log).toContain("::error::");
    expect(run.log).toContain(sentence);
    expect(puts()).toEqual([]);
  });

  it("publishes nothing else than what was approved", async () => {
    bench = await actionBench();
    for (const other of [{ version: "1.2.1" }, { name: "@acme/gadget" }]) {
      manifest(other);
      const run = await publish();
      expect(run.status).toBe(1);
      expect(run.log).toContain("and what was approved is @acme/widget@1.2.0");
    }
    expect(puts()).toEqual([]);
    expect(await reported()).toMatchObject({ outcome: "failed" });
  });

  it("is refused for a run that nobody approved, without a token leaving the job", async () => {
    bench = await actionBench();
    await bench.relay.change({ state: "cancelled", endedAt: bench.relay.clock.now(), holds: null });
    const run = await publish();
    expect(run.log).toMatch(/::error::Countersign refused: .*ask again with \/release/);
    expect(bench.registry.asked).toEqual([]);
  });

  it("publishes nothing where the release ended since it was packed, and goes on where Countersign doesn't know the question", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    bench.meanwhile = async (asked) => {
      if (asked.endsWith("/contents"))
        await bench.relay.change({ state: "cancelled", endText: "bob stopped it.", endedAt: new Date(), holds: null });
      return undefined;
    };
    const run = await publish();
    expect(run.log).toContain("::error::This release is over (cancelled). bob stopped it. Nothing was published.");
    expect([run.status, puts()]).toEqual([1, []]);
    await bench.relay.change({ state: "running", endText: null, endedAt: null });
    bench.meanwhile = async (asked) => (/^GET \/sessions\/\w+$/.test(asked) ? 404 : undefined);
    expect((await publish()).log).toContain("is published");
  });

  it("stops when npm wants no more tries, and when a script of the package fails", async () => {
    bench = await actionBench();
    bench.registry.broken = 429;
    expect((await publish()).log).toContain("::error::npm takes no more answers for now (429)");
    manifest({ scripts: { prepack: "exit 1" } });
    expect((await publish()).log).toContain("::error::The package's script prepack failed (1).");
    expect(puts()).toHaveLength(1);
  });

  it("hides what npm repeats in its errors", async () => {
    bench = await actionBench();
    bench.registry.broken = 403;
    const run = await publish();
    expect(run.log).toContain("npm| npm error with ***");
    expect(run.log).toContain("::error::npm publish failed (E403)");
  });

  it("asks again when npm's answer to a code got lost, and npm doesn't send a code twice by itself", async () => {
    bench = await actionBench();
    for (const code of ["654321", "765432"]) bench.registry.codes.add(code);
    bench.registry.hiccup = "gone";
    const people = async (): Promise<void> => {
      for (const code of ["654321", "765432"]) await bench.answerNext(code);
    };
    const [run] = await Promise.all([publish(), people()]);
    expect(run.status).toBe(0);
    expect(await states()).toEqual(["refused", "accepted"]);
    const publishing = bench.npmCalls().filter(({ args }) => args[0] === "publish");
    expect(publishing.map(({ args, env }) => [args.includes("--fetch-retries=0"), env["NPM_CONFIG_OTP"]])).toEqual([
      ...[
        [false, undefined],
        [true, "654321"],
        [false, undefined],
        [true, "765432"],
      ],
    ]);
  }, 20_000);

  it("takes the registry's word that it has the bytes when npm's answer got lost", async () => {
    bench = await actionBench();
    bench.registry.codes.add("654321");
    bench.registry.hiccup = "kept";
    const [run] = await Promise.all([publish(), bench.answerNext("654321")]);
    expect([run.status, run.outputs["version"], await states()]).toEqual([0, "1.2.0", ["accepted"]]);
  }, 20_000);

  it("lets no output of the package's scripts become a command to the runner, nor steer the post step", async () => {
    bench = await actionBench();
    bench.registry.codes.add("654321");
    manifest({ scripts: { prepack: "ok\r::stop-commands::never\n  ::add-path::/x\n ##[stop-commands]never\nend" } });
    const [run] = await Promise.all([publish(), bench.answerNext("654321")]);
    expect(run.status).toBe(0);
    expect(run.log).toContain("ok\n | ::stop-commands::never\n | ::add-path::/x\n ## [stop-commands]never\nend\n");
    expect(run.log).not.toMatch(/^\s*::(?!add-mask|notice)|##\[/m);
    for (const { env } of bench.npmCalls()) expect(env).not.toHaveProperty("GITHUB_STATE");
  });

  it("hands npm no proof of the job under another name", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    await publish({}, { NPM_ID_TOKEN: "proof", SIGSTORE_ID_TOKEN: "proof" });
    expect(puts()).toHaveLength(1);
    expect(JSON.stringify(bench.npmCalls())).not.toContain('"proof"');
  });

  it("works with the real npm in a workspace, by the settings of its root", async () => {
    bench = await actionBench({ npm: "real" });
    bench.registry.codes.add("654321");
    writeFileSync(
      join(bench.workspace, "package.json"),
      JSON.stringify({ name: "root", private: true, workspaces: ["packages/*"] }),
    );
    writeFileSync(join(bench.workspace, ".npmrc"), "ignore-scripts=true\n");
    mkdirSync(join(bench.workspace, "packages", "widget"), { recursive: true });
    manifest({ scripts: { prepack: "exit 1" } }, "packages/widget");
    const [run] = await Promise.all([publish({ "package-dir": "packages/widget" }), bench.answerNext("654321")]);
    expect(run.log).toContain("@acme/widget@1.2.0 is published");
    expect(run.status).toBe(0);
  }, 60_000);

  it("works with the real npm, asking for a code", async () => {
    bench = await actionBench({ npm: "real" });
    bench.registry.codes.add("654321");
    const [run] = await Promise.all([publish({ access: "public" }), bench.answerNext("654321")]);
    expect(run.log).toContain("is published");
    const [body] = bench.registry.published;
    const document = JSON.parse(String(body)) as { versions: Record<string, { dist: { shasum: string } }> };
    expect(document.versions["1.2.0"]?.dist.shasum).toBe(run.outputs["shasum"]);
    expect(unmasked(run.log)).not.toMatch(/654321|canaryTOKEN/);
  }, 60_000);

  it("publishes nothing where a folder comes out of the real npm as another package", async () => {
    bench = await actionBench({ npm: "real" });
    bench.registry.factor = "none";
    mkdirSync(join(bench.workspace, "z:"));
    manifest({ name: "@acme/core", version: "9.9.9" }, "z:");
    const run = await publish();
    expect(run.log).toContain("has more than one file that may count as its package.json");
    expect([run.status, puts()]).toEqual([1, []]);
    expect(await reported()).toMatchObject({ outcome: "failed" });
  }, 60_000);

  it("publishes nothing that was changed after it was packed", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    bench.meanwhile = async (asked) => {
      const [option] = bench.npmCalls().flatMap(({ args }) => args.filter((one) => one.startsWith("--pack-dest")));
      if (asked.startsWith("GET /sessions/")) writeFileSync(join(option?.split("=")[1] ?? "", "package.tgz"), "other");
      return undefined;
    };
    const run = await publish();
    expect(run.log).toContain("The tarball of @acme/widget@1.2.0 was changed after it was packed and looked into");
    expect([run.status, puts()]).toEqual([1, []]);
  });

  it("publishes nothing that npm itself takes for another package or version", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    for (const seen of ["@acme/core@1.2.0", "@acme/widget@1.2.1"]) {
      const run = await publish({}, { FAKE_NPM_SEES: seen });
      expect(run.log).toContain(`npm would publish ${seen}, and what was approved is @acme/widget@1.2.0`);
      expect(run.status).toBe(1);
    }
    expect(puts()).toEqual([]);
  });

  it("works with the real npm, with a link and the package's own scripts", async () => {
    bench = await actionBench({ npm: "real" });
    // In two parts, since npm puts the script's own text into a variable too.
    const found = "Object.values(process.env).join().includes('canary' + 'TOKEN')";
    const look = `node -e "console.log(${found} ? 'LEAK' : 'clean')"`;
    manifest({ scripts: { prepublishOnly: look, prepack: look, prepare: look, postpack: look, postpublish: look } });
    bench.registry.factor = "link";
    const [run] = await Promise.all([publish(), bench.answerNext(async () => void (bench.registry.proven = true))]);
    expect(run.status).toBe(0);
    expect(run.log.match(/^clean$/gm)).toHaveLength(5);
    expect(run.log).not.toMatch(/^LEAK$/m);
  }, 60_000);
});

describe("the publish step, before it uses the token", () => {
  const token = async () => (await bench.relay.token())!;

  it("tells Countersign what the registry tells of it, and the log what it doesn't", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    const run = await publish();
    expect(run.status).toBe(0);
    expect(run.log).toContain(
      "The registry says of the token: npm user alice-npm, may write the package: yes, expires: unknown, bypasses 2FA: unknown.",
    );
    expect((await token()).seen).toMatchObject({
      npmUser: "alice-npm",
      mayWrite: true,
      expiresAt: null,
      bypass2fa: null,
    });
    const first = bench.registry.asked.findIndex((line) => line.startsWith("PUT"));
    expect(bench.registry.asked.slice(0, first).join()).toMatch(/whoami/);
  });

  it("stops, packs nothing and publishes nothing, where it is another npm user's", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    bench.registry.tokens.set(canaryToken, "mallory-npm");
    manifest({ scripts: { prepack: "true" } });
    const run = await publish();
    expect(run.status).toBe(1);
    expect(run.log).toContain("::error::Countersign refused: alice's npm token was refused before the step published");
    expect(run.log).toContain("It belongs to npm user mallory-npm, and was sealed as one of alice-npm.");
    expect(bench.npmCalls().map(({ args }) => args[0])).toEqual(["prefix", "config"]);
    expect(puts()).toEqual([]);
    expect(bench.registry.published).toEqual([]);
    expect(await bench.relay.release()).toMatchObject({ state: "failed", endCode: "token-refused" });
    expect((await token()).refusedWhy).toContain("mallory-npm");
    expect(await reported()).toMatchObject({ outcome: "failed", npmUser: "mallory-npm" });
  });

  it("stops where it bypasses 2FA and nobody allowed that, and goes on where the policy gives a reason", async () => {
    const listed = [[{ token: `${canaryToken.slice(0, 8)}...${canaryToken.slice(-4)}`, bypass_2fa: true }]];
    bench = await actionBench();
    Object.assign(bench.registry, { factor: "none", listed });
    const refused = await publish();
    expect([refused.status, puts()]).toEqual([1, []]);
    expect(refused.log).toContain("It bypasses 2FA, as npm says, which isn't allowed for @acme/widget.");
    await bench.close();
    bench = await actionBench({ policy: { bypass2fa: "the mirror has no second factor" } });
    Object.assign(bench.registry, { factor: "none", listed });
    expect((await publish()).status).toBe(0);
    expect((await token()).seen).toMatchObject({ bypass2fa: true });
  });

  it("stops with a sentence where the registry doesn't know it any more", async () => {
    bench = await actionBench();
    bench.registry.tokens.clear();
    const run = await publish();
    expect([run.status, puts()]).toEqual([1, []]);
    expect(run.log).toContain("npm doesn't know it any more (401): it was revoked there, or it ended.");
    expect((await token()).refusedAt).not.toBeNull();
  });

  it("publishes where the registry refuses to tell, which is unknown and not fine", async () => {
    bench = await actionBench();
    Object.assign(bench.registry, { factor: "none", probes: { whoami: 401, collaborators: 500, tokens: "<html>" } });
    const run = await publish();
    expect(run.status).toBe(0);
    expect(run.log).toContain(
      "npm user unknown, may write the package: unknown, expires: unknown, bypasses 2FA: unknown.",
    );
    expect((await token()).seen).toMatchObject({ npmUser: null, mayWrite: null, expiresAt: null, bypass2fa: null });
  });

  it("stops where Countersign can't be asked about it", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    bench.hidden = /\/token$/;
    const run = await publish();
    expect([run.status, puts()]).toEqual([1, []]);
    expect(run.log).toContain("::error::Countersign refused: It answered 503.");
  }, 40_000);

  it("tells nobody the token itself, though the registry repeats it as a name", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    bench.registry.tokens.set(canaryToken, canaryToken);
    bench.registry.collaborators = { [canaryToken]: "read-write" };
    const run = await publish();
    expect(run.log).toContain("npm user unknown");
    const kept = [await bench.relay.release(), await token(), await bench.relay.store.audit.ofRelease("r1")];
    expect(JSON.stringify([kept, bench.relay.logged, run.log])).not.toContain("canaryTOKEN");
  });
});

describe("the post step", () => {
  const post = async (before: StepRun): Promise<StepRun> => {
    const env = Object.fromEntries(Object.entries(before.state).map(([name, value]) => [`STATE_${name}`, value]));
    return await bench.run("publish/dist/post.js", { "npm-token": canaryToken }, env);
  };

  it("revokes the token where the policy wants it, and looks whether it is dead", async () => {
    bench = await actionBench({ revoke: true });
    bench.registry.factor = "none";
    const run = await post(await publish());
    expect(run.log).toContain("The npm token is revoked");
    expect(bench.registry.tokens.size).toBe(0);
    expect(await reported()).toMatchObject({ outcome: "published", revoked: "revoked" });
    expect(await bench.relay.token()).toMatchObject({ removedWhy: "revoked", ciphertext: "" });
    expect(await bench.relay.todos()).toEqual([]);
    expect(run.log).not.toContain("canaryTOKEN");
  });

  it("doesn't believe a registry that says yes and keeps the token alive", async () => {
    bench = await actionBench({ revoke: true });
    Object.assign(bench.registry, { factor: "none", forgets: false });
    const run = await post(await publish());
    expect(run.log).toContain("::warning::The npm token could not be revoked");
    expect(await reported()).toMatchObject({ revoked: "failed" });
    expect(await bench.relay.todos()).toMatchObject([{ why: "revoke-failed", npmUser: "alice-npm" }]);
  });

  it("revokes the token even where Countersign has nothing more to say to the job", async () => {
    bench = await actionBench({ revoke: true });
    bench.registry.factor = "none";
    const before = await publish();
    const endedAt = new Date(bench.relay.clock.now().getTime() - 2 * 3_600_000);
    await bench.relay.change({ state: "published", endedAt, holds: null });
    const run = await post(before);
    expect(bench.registry.tokens.size).toBe(0);
    expect(run.status).toBe(0);
    expect(run.log).toMatch(
      /The npm token is revoked[^]*::warning::Countersign could not be told\. Countersign refused/,
    );
  });

  it("leaves the token alone where the policy doesn't ask", async () => {
    bench = await actionBench();
    bench.registry.factor = "none";
    await post(await publish());
    expect(bench.registry.tokens.size).toBe(1);
    expect(await reported()).toMatchObject({ revoked: "not-asked" });
  });

  it("has nothing to do where the step had no token, which the step has told", async () => {
    bench = await actionBench({ revoke: true });
    const run = await post(await publish({ "npm-token": "" }));
    const told = await reported();
    expect([run.status, told?.outcome, told?.revoked]).toEqual([0, "failed", undefined]);
    expect(told?.message).toContain("The secret is empty");
  });
});

/** Until the first question is over and the next one is there. */
async function waitForAnother(): Promise<void> {
  const { store } = bench.relay;
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      store.challenges.ofRelease("r1").then((all) => all.length > 1 && resolve(), reject);
    };
    store.listen("challenge", look).then(look, reject);
  });
}
