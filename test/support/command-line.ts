import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenChecksum } from "../../src/domain/npm-token.ts";
import type { GitHub } from "../world/github/index.ts";
import type { UserState } from "../world/github/state.ts";

const main = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** What standard input holds; nothing by default. */
  input?: string;
  /** Who types in the code that is shown; nobody by default. */
  as?: UserState;
  says?: "yes" | "no";
  env?: Record<string, string>;
}

/** The command line on somebody's machine, as a process of its own for each command. */
export class CommandLine {
  readonly home: string = mkdtempSync(join(tmpdir(), "countersign-cli-"));
  /** Everything that any command printed or was started with. */
  readonly traces: string[] = [];
  readonly #github: GitHub | null;
  readonly #url: string | null;
  readonly #command: readonly string[];

  /** `command`: how it is started, where that is not from the checkout. */
  constructor(github: GitHub | null, url: string | null, command?: readonly string[]) {
    this.#github = github;
    this.#url = url;
    this.#command = command ?? [process.execPath, "--disable-warning=ExperimentalWarning", main];
  }

  async run(args: string[], options: RunOptions = {}): Promise<Ended> {
    const [program = "", ...before] = this.#command;
    const child = spawn(program, [...before, ...args], {
      env: {
        PATH: process.env["PATH"] ?? "",
        XDG_CONFIG_HOME: this.home,
        ...(this.#url === null ? {} : { COUNTERSIGN_URL: this.#url }),
        ...options.env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const ended = { status: null as number | null, stdout: "", stderr: "" };
    let shown = false;
    child.stdout.on("data", (chunk: Buffer) => void (ended.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      ended.stderr += chunk.toString();
      const code = /enter ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(ended.stderr)?.[1];
      if (code === undefined || shown || options.as === undefined) return;
      shown = true;
      if (options.says === "no") this.#github?.denyDevice(code, options.as);
      else this.#github?.approveDevice(code, options.as);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    [ended.status] = (await once(child, "close")) as [number | null];
    this.traces.push(JSON.stringify(args), ended.stdout, ended.stderr);
    return ended;
  }

  /** A command's JSON; throws what it said where it didn't end well. */
  async json<Value = Record<string, never>>(args: string[], options: RunOptions = {}): Promise<Value> {
    const { status, stdout, stderr } = await this.run([...args, "--json"], options);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Value;
  }

  /** The files that it keeps: name, rights (in octal), text. */
  files(): Array<{ name: string; mode: string; text: string }> {
    const folder = join(this.home, "countersign");
    return readdirSync(folder).map((name) => {
      const path = join(folder, name);
      return { name, mode: (statSync(path).mode & 0o777).toString(8), text: readFileSync(path, "utf8") };
    });
  }

  folderMode(): string {
    return (statSync(join(this.home, "countersign")).mode & 0o777).toString(8);
  }

  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** An npm token of the right form; the letter tells one from another. */
export function npmToken(letter: string): string {
  const random = letter.repeat(30);
  return `npm_${random}${tokenChecksum(random)}`;
}
