import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Secrets, Settings } from "../../src/settings/settings.ts";

/** Settings and secrets as a message to another process. */
export interface Plain {
  settings: Settings;
  secrets: {
    privateKey: string;
    clientSecret: string;
    webhookSecrets: string[];
    databaseUrl: string;
    keys: Array<{ id: string; key: number[] }>;
  };
}

export interface Order {
  now: number;
  start?: Plain;
  /** Ask for the look at the tokens that end. */
  ask?: true;
}

/** A second instance on the same database: a process of its own, so that it can be killed, with the clock in the test's hands. */
export class Instance {
  readonly #child: ChildProcess;
  readonly #ended: Promise<"ended">;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit").then(() => "ended" as const);
  }

  static async start(of: { settings: Settings; secrets: Secrets }, now: Date): Promise<Instance> {
    const instance = new Instance(
      fork(join(import.meta.dirname, "instance-child.ts"), [], {
        execArgv: ["--disable-warning=ExperimentalWarning"],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      }),
    );
    const { secrets } = of;
    const start: Plain = {
      settings: { ...of.settings, port: 0 },
      secrets: {
        privateKey: secrets.privateKey.reveal(),
        clientSecret: secrets.clientSecret.reveal(),
        webhookSecrets: secrets.webhookSecrets.map((one) => one.reveal()),
        databaseUrl: secrets.databaseUrl?.reveal() ?? "",
        keys: (secrets.keys ?? []).map(({ id, key }) => ({ id, key: [...key] })),
      },
    };
    await instance.#order({ now: now.getTime(), start });
    return instance;
  }

  /** Asks for the look at the tokens that end, and does all that is due; `ended` where it was killed in the middle. */
  async warn(now: Date): Promise<"settled" | "ended"> {
    return await this.#order({ now: now.getTime(), ask: true });
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #order(order: Order): Promise<"settled" | "ended"> {
    this.#child.send(order);
    return await Promise.race([once(this.#child, "message").then(() => "settled" as const), this.#ended]);
  }
}
