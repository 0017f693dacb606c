import { connect, createServer } from "node:net";
import type { Socket } from "node:net";

/** Nobody asks for compression: what is looked for could not be found in it. */
function plainly(chunk: Buffer): Buffer {
  return Buffer.from(chunk.toString("latin1").replaceAll(/^accept-encoding:/gim, "x-no-encoding:"), "latin1");
}

/** Stands between the app and whoever talks to it, on loopback, and keeps every byte of both directions. */
export class Recorder {
  readonly #chunks: Buffer[] = [];
  readonly #open = new Set<Socket>();
  readonly #server = createServer((client) => {
    const app = connect(this.#target, "127.0.0.1");
    for (const [from, to] of [
      [client, app],
      [app, client],
    ] as const) {
      this.#open.add(from);
      from.on("data", (chunk) => {
        this.#chunks.push(chunk);
        to.write(from === client ? plainly(chunk) : chunk);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => this.#open.delete(from));
    }
  });
  readonly #target: number;

  constructor(target: number) {
    this.#target = target;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(port, "127.0.0.1", done));
  }

  /** Everything that went over the wire. */
  text(): string {
    return Buffer.concat(this.#chunks).toString("latin1");
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}
