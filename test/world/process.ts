import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { WorldLine } from "./main.ts";
import { inherited } from "../support/inherited.ts";

/** A world in another process, and its control. */
export class WorldProcess {
  readonly line: WorldLine;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, line: WorldLine) {
    this.#child = child;
    this.line = line;
  }

  /** Starts a world for an app at this address; rejects with what it said where it ends before its first line. */
  static async start(publicUrl: string, workflow = "publish.yml"): Promise<WorldProcess> {
    const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "main.ts")];
    const child = spawn(process.execPath, [...args, "--public-url", publicUrl, "--workflow", workflow], {
      env: { ...inherited() },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => void (complaint += chunk.toString()));
    const lines = createInterface(child.stdout);
    const first = await Promise.race([
      once(lines, "line").then(([text]) => String(text)),
      once(child, "close").then(() => null),
    ]);
    if (first === null) throw new Error(`the world ended at its start: ${complaint}`);
    return new WorldProcess(child, JSON.parse(first) as WorldLine);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Asks for one of the verbs of `control/verbs.ts`. Throws its sentence where it refuses. */
  async ask<Answer = unknown>(verb: string, body: Record<string, unknown> = {}): Promise<Answer> {
    const { url, key } = this.line.control;
    const response = await fetch(new URL(verb, url), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = (await response.json()) as Answer & { error?: string };
    if (!response.ok) throw new Error(said.error ?? `the world answered ${response.status}`);
    return said;
  }

  /** Ends its standard input, as the end of the process that started it would; resolves with its exit status. */
  async close(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const gone = once(this.#child, "exit");
    this.#child.stdin?.end();
    await gone;
    return this.#child.exitCode;
  }
}
