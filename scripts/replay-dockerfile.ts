import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { readCopy, readDockerfile, readEnv, readExec } from "./dockerfile.ts";
import type { Stage } from "./dockerfile.ts";

/**
 * Replays the Dockerfile's steps in empty folders with this machine's npm, where no container engine is: each stage has a folder
 * that stands for its `/`. Then starts the last stage's CMD on loopback, asks its HEALTHCHECK, and stops it. It shows that
 * nothing is missing from the image; that an engine builds it, and what the base image holds, it can't show.
 */
const root = join(import.meta.dirname, "..");
const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");

interface Built {
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
  health: string[];
}

/** A path of the image below the stage's folder. */
const inside = (built: Built, path: string): string =>
  path.startsWith("/") ? join(built.root, path) : join(built.root, built.workdir, path);

function replay(stage: Stage, folder: string, built: ReadonlyMap<string, Built>): Built {
  const here: Built = { root: join(folder, stage.name), workdir: "/", env: {}, command: [], health: [] };
  mkdirSync(here.root);
  for (const { name, text, line } of stage.steps) {
    console.log(`${stage.name}: ${name} ${text.slice(0, 100)}`);
    if (name === "WORKDIR") {
      here.workdir = resolve(here.workdir, text);
      mkdirSync(inside(here, "."), { recursive: true });
    } else if (name === "COPY") copy(text, here, built);
    else if (name === "ENV") Object.assign(here.env, readEnv(text));
    else if (name === "CMD") here.command = readExec(text);
    else if (name === "HEALTHCHECK") here.health = readExec(text);
    else if (name === "RUN") {
      const run = spawnSync("sh", ["-ec", text], { cwd: inside(here, "."), stdio: ["ignore", "inherit", "inherit"] });
      if (run.status !== 0) throw new Error(`line ${line}: RUN ended with ${run.status ?? run.signal}`);
    }
  }
  return here;
}

function copy(text: string, here: Built, built: ReadonlyMap<string, Built>): void {
  const { from, sources, target } = readCopy(text);
  const stage = from === null ? null : built.get(from);
  if (stage === undefined) throw new Error(`COPY names the stage ${from}, which there isn't`);
  for (const source of sources) {
    // The context is what .dockerignore lets through.
    if (stage === null && !ignored.includes(`!${source}`)) throw new Error(`.dockerignore keeps ${source} out`);
    const path = stage === null ? join(root, source) : inside(stage, source);
    const to = inside(here, target);
    cpSync(path, target.endsWith("/") ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true });
  }
}

/** Runs the image's command until its own check says that it is well; stops it and expects a clean end. */
async function tryOut(image: Built): Promise<void> {
  const port = await freePort();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const data = inside(image, image.env["COUNTERSIGN_DATA"] ?? "/data");
  if (!existsSync(data)) throw new Error("the image has no folder for its data");
  chmodSync(data, 0o700);
  const env = {
    PATH: process.env["PATH"] ?? "",
    ...image.env,
    HOST: "127.0.0.1",
    PORT: String(port),
    COUNTERSIGN_DATA: data,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    // Nobody is there: the server has to start all the same.
    GITHUB_URL: "http://127.0.0.1:9",
    APP_ID: "1",
    CLIENT_ID: "replay",
    CLIENT_SECRET: "replay",
    WEBHOOK_SECRET: "a-secret-for-the-replay",
    PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  const [program = "", ...args] = image.command;
  const stdio = ["ignore", "inherit", "inherit", "ipc"] as const;
  const child = spawn(program, args, { cwd: inside(image, "."), env, stdio: [...stdio] });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  const first = await Promise.race([once(child, "message").then(() => "ready"), ended.then(() => "ended")]);
  if (first === "ended") throw new Error("the image's command ended at its start");
  if (!isWell(image, env)) throw new Error("the image's command is ready, but its HEALTHCHECK says that it isn't well");
  child.kill("SIGTERM");
  const [code] = await ended;
  if (code !== 0) throw new Error(`the image's command ended with ${code} when it was stopped`);
}

/** With half of the settings the image has to say what is missing, and end. */
function refuses(image: Built): void {
  const [program = "", ...args] = image.command;
  const options = { cwd: inside(image, "."), encoding: "utf8", timeout: 30_000 } as const;
  const env = { PATH: process.env["PATH"] ?? "", ...image.env };
  const help = spawnSync(program, [...args, "--help"], { ...options, env });
  if (help.status !== 0 || !help.stdout.includes("PUBLIC_URL")) throw new Error(`--help failed: ${help.stderr}`);
  const bare = spawnSync(program, args, { ...options, env: { ...env, APP_ID: "1" } });
  // What the set-up registers an app from.
  if (!existsSync(inside(image, "app.yml"))) throw new Error("the image has no app.yml");
  if (bare.status !== 1 || !bare.stderr.includes("PUBLIC_URL is missing"))
    throw new Error(
      `with half of its settings the image's command ended with ${bare.status ?? bare.signal}: ${bare.stderr}`,
    );
  console.log(bare.stderr.trim());
}

function isWell(image: Built, env: Record<string, string>): boolean {
  const [program = "", ...args] = image.health;
  return spawnSync(program, args, { env, timeout: 5000 }).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const folder = mkdtempSync(join(tmpdir(), "countersign-image-"));
try {
  const built = new Map<string, Built>();
  for (const stage of readDockerfile(readFileSync(join(root, "Dockerfile"), "utf8")))
    built.set(stage.name, replay(stage, folder, built));
  const image = [...built.values()].at(-1);
  if (image === undefined) throw new Error("the Dockerfile has no stage");
  refuses(image);
  await tryOut(image);
  const size = spawnSync("du", ["-sm", image.root], { encoding: "utf8" }).stdout.split("\t")[0];
  console.log(
    `Replayed: the image's own layers hold ${size} MB; it refused to start with half of its settings, started with them, was healthy, and stopped.`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
