import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry } from "./index.ts";

const npmCli = join(import.meta.dirname, "..", "..", "..", "node_modules", "npm", "bin", "npm-cli.js");

interface Published {
  status: number;
  output: string;
}

describe("the registry, asked by the real npm", () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let folder: string;
  beforeAll(async () => {
    registry = await startRegistry();
    folder = await mkdtemp(join(tmpdir(), "countersign-npm-"));
    await writeFile(join(folder, ".npmrc"), `${registry.url.replace("http:", "")}:_authToken=\${TOKEN}\n`);
  });
  afterAll(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function publish(name: string, token: string, env: Record<string, string> = {}): Promise<Published> {
    await writeFile(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    return await new Promise((done) => {
      execFile(
        process.execPath,
        [npmCli, "publish", "--json", "--registry", registry.url],
        {
          cwd: folder,
          env: { PATH: process.env["PATH"] ?? "", HOME: folder, TOKEN: token, NPM_CONFIG_FETCH_RETRIES: "0", ...env },
        },
        (error, stdout, stderr) => done({ status: error === null ? 0 : 1, output: stdout + stderr }),
      );
    });
  }

  test("without a code a publish is refused with EOTP; with the code it passes; the same code doesn't pass twice", async () => {
    const alice = await registry.account("alice", { tfa: "totp" });
    const token = registry.token("alice", { packages: ["one", "two"] });
    const refused = await publish("one", token);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.output).toContain("EOTP");
    const code = alice.totp();
    expect(await publish("one", token, { NPM_CONFIG_OTP: code })).toMatchObject({ status: 0 });
    expect((await registry.published("one"))?.versions["1.0.0"]?._npmUser?.name).toBe("alice");
    expect((await publish("two", token, { NPM_CONFIG_OTP: code })).output).toContain("EOTP");
  });

  test("a passkey account gets a link, and the proof behind it passes once", async () => {
    const carol = await registry.account("carol", { tfa: "web" });
    const token = registry.token("carol", { packages: ["three"] });
    const { output } = await publish("three", token);
    const authUrl = /http:\/\/127\.0\.0\.1:\d+\/auth\/cli\/[\w-]+/.exec(output)?.[0] ?? "";
    const doneUrl = /http:\/\/127\.0\.0\.1:\d+\/-\/v1\/done\?authId=[\w-]+/.exec(output)?.[0] ?? "";
    expect((await fetch(doneUrl)).status).toBe(202);
    await carol.confirm(authUrl);
    const { token: otp } = (await (await fetch(doneUrl)).json()) as { token: string };
    expect(await publish("three", token, { NPM_CONFIG_OTP: otp })).toMatchObject({ status: 0 });
  });

  test("a token revoked by possession is dead, and a token publishes only its packages", async () => {
    await registry.account("bob", { tfa: null });
    const token = registry.token("bob", { packages: ["four"] });
    expect((await publish("five", token)).output).toContain("E403");
    const url = new URL(`/-/user/token/${token}`, registry.url);
    expect((await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(registry.isAlive(token)).toBe(false);
    expect((await publish("four", token)).output).toContain("E401");
  });

  test("five wrong codes are followed by 429", async () => {
    const dora = await registry.account("dora", { tfa: "totp" });
    const token = registry.token("dora", { packages: ["six"] });
    for (let tries = 0; tries < 5; tries += 1) await publish("six", token, { NPM_CONFIG_OTP: dora.wrongCode() });
    expect((await publish("six", token, { NPM_CONFIG_OTP: dora.totp() })).output).toContain("429");
  });

  test("the log keeps no token and no code", () => {
    expect(JSON.stringify(registry.log)).not.toMatch(/npm_[A-Za-z0-9]{36}/);
  });
});
