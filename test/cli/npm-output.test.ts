import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpmOutput } from "../../src/cli/npm-output.ts";
import { npmToken } from "../support/command-line.ts";

const token = npmToken("a");
const key = "b4a1c9d2-1111-4222-8333-123456789abc";

describe("what npm says of a token that it made", () => {
  test("is read as JSON, whichever words it uses", () => {
    const about = { name: "laptop", key, expiresAt: "2026-12-23T10:00:00.000Z" };
    for (const field of ["expiry", "expires"]) {
      const json = JSON.stringify({ token, name: "laptop", key, [field]: "2026-12-23T10:00:00Z", bypass_2fa: true });
      expect(readNpmOutput(json)).toEqual({ text: token, ...about, bypass2fa: true });
      expect(readNpmOutput(`npm password: \n${json}\n`)).toEqual({ text: token, ...about, bypass2fa: true });
    }
  });

  test("is read in words, with the day where it says one", () => {
    expect(readNpmOutput(`Created token ${token}\n`)).toMatchObject({ text: token, expiresAt: null });
    expect(readNpmOutput(`Created token ${token}\nexpires: 2026-12-23T10:00:00Z\n`)).toMatchObject({
      expiresAt: "2026-12-23T10:00:00.000Z",
    });
  });

  test("or it is anything else, for others to read", () => {
    for (const given of [token, `//npm.example/:_authToken=${token}`, "//npm.example/:_authToken=${NPM_TOKEN}", ""])
      expect(readNpmOutput(given)).toMatchObject({ text: given, key: null });
  });
});

/** The npm that the repository brings, against a registry that makes one token. */
describe("the real npm", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-npm-"));
  const made = { token, key, name: "laptop", created: "2026-11-23T10:00:00Z", expiry: "2026-12-23T10:00:00Z" };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(made));
  });
  let registry = "";
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    registry = `http://${host}/`;
    writeFileSync(join(folder, ".npmrc"), `//${host}/:_authToken=session\n`);
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function create(...more: string[]): Promise<string> {
    const npm = join(import.meta.dirname, "..", "..", "node_modules", "npm", "bin", "npm-cli.js");
    const args = ["token", "create", "--name", "laptop", "--password", "x", "--registry", registry, ...more];
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, npm_config_update_notifier: "false" };
    return (await promisify(execFile)(process.execPath, [npm, ...args], { env, cwd: folder })).stdout;
  }

  test("prints the token in words alone: what it prints otherwise is refused with what to do", async () => {
    expect(readNpmOutput(await create())).toMatchObject({ text: token });
    for (const form of ["--json", "--parseable"]) {
      const said = await create(form);
      expect(said).not.toContain(token);
      expect(readNpmOutput(said)).toEqual({ problem: expect.stringContaining("npm 11 does so") as string });
    }
  });
});
