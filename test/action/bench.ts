import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { seal } from "../../src/domain/sealed-box.ts";
import type { Challenge } from "../../src/domain/release-types.ts";
import { createIdTokenVerifier, createRunnerRoutes } from "../../src/web/runner/index.ts";
import { alice, relayBench } from "../desk/relay/bench.ts";
import type { BenchOptions, RelayBench } from "../desk/relay/bench.ts";
import { startIssuer } from "../web/runner/issuer.ts";
import { startRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";

const root = join(import.meta.dirname, "..", "..");
/** Looked for in everything that could leak it. */
export const canaryToken = "npm_canaryTOKENcanaryTOKENcanaryTOKEN01";

export interface StepRun {
  status: number;
  log: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
}

export interface ActionBench {
  relay: RelayBench;
  registry: Registry;
  url: string;
  /** Countersign answers 503 to what is asked of such paths. */
  hidden: RegExp | null;
  /** Happens before Countersign hears a request (`GET /sessions/…`); a status that it gives is the answer, `proxy`: a proxy's 404. */
  meanwhile: ((request: string) => Promise<number | "proxy" | undefined>) | null;
  /** Folder of the package. */
  workspace: string;
  /** Runs one of the committed bundles as a runner would, with these inputs and further variables. */
  run(bundle: string, inputs?: Record<string, string>, env?: Record<string, string | undefined>): Promise<StepRun>;
  /** Answers the next question as the releaser, when it is there. */
  answerNext(code: string | ((challenge: Challenge) => Promise<void>)): Promise<Challenge>;
  /** Each call of npm: its arguments and variables. */
  npmCalls(): Array<{ args: string[]; env: Record<string, string> }>;
  /** A database, everything in it. */
  close(): Promise<void>;
}

/** The step's whole surroundings on loopback: Countersign's relay, GitHub's issuer, a registry, a package, an npm. */
export async function actionBench(
  options: { revoke?: boolean; npm?: "fake" | "real"; policy?: BenchOptions["policy"]; packages?: string[] } = {},
): Promise<ActionBench> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const registry = await startRegistry();
  registry.tokens.set(canaryToken, "alice-npm");
  const relay = await relayBench({
    ...{ publicUrl: url, start: new Date(), defaultRegistry: registry.url },
    policy: { revoke: options.revoke ?? false, ...options.policy },
    ...(options.packages === undefined ? {} : { packages: options.packages }),
  });
  const issuer = await startIssuer(() => relay.claims());
  const verifyIdToken = createIdTokenVerifier({ issuer: issuer.url, publicUrl: url, clock: { now: () => new Date() } });
  const routes = createRunnerRoutes({ ...relay, verifyIdToken, publicUrl: url });
  const app = new Hono();
  app.use(async (context, next) => {
    if (bench.hidden?.test(context.req.path) === true) return context.body(null, 503);
    const asked = `${context.req.method} ${context.req.path.replace("/api/v1/runner", "")}`;
    const status = await bench.meanwhile?.(asked);
    if (status === "proxy") return context.text("404 page not found", 404);
    return status === undefined ? await next() : context.json({ code: "not-found", message: "no" }, status as 404);
  });
  const { fetch } = app.route("/api/v1/runner", routes);
  const server = serve({ fetch, hostname: "127.0.0.1", port });
  const folder = mkdtempSync(join(tmpdir(), "countersign-step-"));
  const bin = join(folder, "bin");
  const workspace = join(folder, "workspace");
  for (const made of [bin, workspace]) mkdirSync(made);
  writeFileSync(
    join(workspace, "package.json"),
    JSON.stringify({ name: "@acme/widget", version: "1.2.0", scripts: {} }),
  );
  if (options.npm !== "real") {
    copyFileSync(join(import.meta.dirname, "fake-npm.mjs"), join(bin, "npm"));
    chmodSync(join(bin, "npm"), 0o755);
  }
  const calls = join(folder, "calls");
  const path = [
    bin,
    ...(options.npm === "real" ? [join(root, "node_modules", ".bin")] : []),
    dirname(process.execPath),
    process.env["PATH"],
  ];
  const base: Record<string, string> = {
    ...{ PATH: path.join(delimiter), HOME: folder, GITHUB_WORKSPACE: workspace, FAKE_NPM_CALLS: calls },
    ...{ FAKE_NPM_REGISTRY: registry.url, npm_config_registry: registry.url, npm_config_cache: join(folder, "cache") },
    ...{ npm_config_update_notifier: "false", GITHUB_REPOSITORY: "acme/widget_kit" },
    ...{ ACTIONS_ID_TOKEN_REQUEST_URL: issuer.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token" },
  };
  const bench: ActionBench = {
    ...{ relay, registry, url, workspace, hidden: null, meanwhile: null },
    run: async (bundle, inputs = {}, env = {}) =>
      await runStep(folder, bundle, { url, ...inputs }, { ...base, ...env }),
    answerNext: async (code) => await answerNext(relay, code),
    npmCalls: () =>
      existsSync(calls)
        ? readFileSync(calls, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as never)
        : [],
    async close() {
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await issuer.close();
      await registry.close();
      await relay.close();
      rmSync(folder, { recursive: true });
    },
  };
  return bench;
}

async function answerNext(
  { store, relay }: RelayBench,
  code: string | ((challenge: Challenge) => Promise<void>),
): Promise<Challenge> {
  const challenge = await new Promise<Challenge>((resolve, reject) => {
    const look = (): void => {
      store.challenges.pending("r1").then((pending) => pending?.state === "open" && resolve(pending), reject);
    };
    store.listen("challenge", look).then(look, reject);
  });
  if (typeof code !== "string") {
    await code(challenge);
    return challenge;
  }
  const { session } = await relay.challengeFor(alice, challenge.id);
  await relay.answer({ person: alice, challengeId: challenge.id, sealed: await seal(code, session.publicKey) });
  return challenge;
}

async function runStep(
  folder: string,
  bundle: string,
  inputs: Record<string, string>,
  env: Record<string, string | undefined>,
): Promise<StepRun> {
  const files = Object.fromEntries(
    ["OUTPUT", "STATE", "STEP_SUMMARY"].map((name) => [`GITHUB_${name}`, join(folder, name)]),
  );
  for (const file of Object.values(files)) writeFileSync(file, "");
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const child = spawn(process.execPath, [join(root, "action", bundle)], {
    cwd: folder,
    env: { ...env, ...files, ...given },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (log += text.toString()));
  const status = await new Promise<number>((done) => child.once("close", (code) => done(code ?? 1)));
  const read = (name: string): string => readFileSync(files[`GITHUB_${name}`] ?? "", "utf8");
  return {
    status,
    log,
    outputs: records(read("OUTPUT")),
    state: records(read("STATE")),
    summary: read("STEP_SUMMARY"),
  };
}

function records(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
