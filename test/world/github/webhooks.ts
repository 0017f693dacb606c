import type { Core } from "./core.ts";
import type { Webhook } from "./shapes/index.ts";
import type { AppState, DeliveryState, RepositoryState } from "./state.ts";

interface Outgoing {
  app: AppState;
  guid: string;
  event: string;
  action: string | null;
  payload: string;
  installationId: number | null;
  repositoryId: number | null;
  redelivery: boolean;
}

/** Events that reach every app, subscribed or not (docs, "Webhook events and payloads"). */
const always = ["installation", "installation_repositories", "github_app_authorization", "ping"];

/** Signed webhooks, sent one after another in the order of their events, with GitHub's log of deliveries. */
export class Webhooks {
  readonly #core: Core;
  readonly #queue: Outgoing[] = [];
  readonly held: Outgoing[] = [];
  #sending = false;
  #stopped = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The installation of an app that a repository belongs to. */
  installationOf(app: AppState, repository: RepositoryState): number | null {
    const found = [...this.#core.state.installations.values()].find(
      (one) => one.appId === app.id && one.repositoryIds.has(repository.id) && one.suspendedAt === null,
    );
    return found?.id ?? null;
  }

  /** Sends an event of a repository to every app that is installed there and subscribed (or to `only`). */
  emit(
    repository: RepositoryState,
    senderId: number,
    make: (where: { repository: RepositoryState; senderId: number; installationId: number | null }) => Webhook,
    only?: number,
  ): void {
    for (const app of this.#core.state.apps.values()) {
      if (only !== undefined && app.id !== only) continue;
      const installationId = this.installationOf(app, repository);
      if (installationId === null) continue;
      this.send(app, make({ repository, senderId, installationId }), installationId, repository.id);
    }
  }

  /** Sends an event of an organisation to every app that is installed on it and subscribed. */
  emitIn(accountId: number, make: (installationId: number) => Webhook): void {
    for (const installation of this.#core.state.installations.values()) {
      const app = this.#core.state.apps.get(installation.appId);
      if (installation.accountId === accountId && installation.suspendedAt === null && app !== undefined)
        this.send(app, make(installation.id), installation.id, null);
    }
  }

  /** Sends one webhook to one app. */
  send(
    app: AppState,
    { event, action, payload }: Webhook,
    installationId: number | null,
    repositoryId: number | null,
  ): void {
    if (app.hookUrl === null || (!app.events.includes(event) && !always.includes(event))) return;
    this.#core.judge.webhook(event, action, payload);
    const outgoing: Outgoing = {
      app,
      guid: this.#core.guid(),
      event,
      action,
      payload: JSON.stringify(payload),
      installationId,
      repositoryId,
      redelivery: false,
    };
    const fate = this.#core.faults.fate(event, action);
    if (fate === "lose") return void this.#record(outgoing, "failed to connect", 502);
    if (fate === "hold") return void this.held.push(outgoing);
    this.#queue.push(outgoing);
    if (fate === "double") this.#queue.push(outgoing);
    void this.#work();
  }

  /** Sends what was held back, last one first where `reversed`. */
  release(reversed = false): void {
    const held = this.held.splice(0);
    this.#queue.push(...(reversed ? held.reverse() : held));
    void this.#work();
  }

  /** Sends one of those that were held back, whatever the others wait for; or loses it. */
  async sendHeld(one: Outgoing, fate: "send" | "lose"): Promise<void> {
    const index = this.held.indexOf(one);
    if (index < 0) return;
    this.held.splice(index, 1);
    if (fate === "lose") this.#record(one, "failed to connect", 502);
    else await this.#post(one);
    this.#core.changed();
  }

  /** Sends a delivery again, with the GUID it had. */
  redeliver(delivery: DeliveryState): void {
    const app = this.#core.state.apps.get(delivery.appId);
    if (app === undefined) return;
    this.#queue.push({ ...delivery, app, redelivery: true });
    void this.#work();
  }

  /** Nothing is sent any more: the world ends. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
  }

  /** True while no delivery is on its way or waits for its turn; those held back don't count. */
  idle(): boolean {
    return !this.#sending && this.#queue.length === 0;
  }

  async #work(): Promise<void> {
    if (this.#sending || this.#stopped) return;
    this.#sending = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await this.#post(next);
    this.#sending = false;
    this.#core.changed();
  }

  async #post(outgoing: Outgoing): Promise<void> {
    const { app } = outgoing;
    try {
      const answer = await this.#core.post(app.hookUrl ?? "", {
        method: "POST",
        body: outgoing.payload,
        headers: {
          "content-type": "application/json",
          "user-agent": "GitHub-Hookshot/world",
          "x-github-event": outgoing.event,
          "x-github-delivery": outgoing.guid,
          "x-github-hook-id": "1",
          "x-github-hook-installation-target-id": String(app.id),
          "x-github-hook-installation-target-type": "integration",
          "x-hub-signature": this.#core.sign(app.webhookSecret, outgoing.payload, "sha1"),
          "x-hub-signature-256": this.#core.sign(app.webhookSecret, outgoing.payload),
        },
        signal: AbortSignal.timeout(10_000),
      });
      await answer.arrayBuffer();
      this.#record(outgoing, answer.ok ? "OK" : "Invalid HTTP Response", answer.status);
    } catch {
      this.#record(outgoing, "failed to connect", 502);
    }
  }

  #record(outgoing: Outgoing, status: string, statusCode: number): void {
    this.#core.state.deliveries.push({
      id: this.#core.id(),
      guid: outgoing.guid,
      appId: outgoing.app.id,
      event: outgoing.event,
      action: outgoing.action,
      installationId: outgoing.installationId,
      repositoryId: outgoing.repositoryId,
      deliveredAt: this.#core.now(),
      redelivery: outgoing.redelivery,
      status,
      statusCode,
      payload: outgoing.payload,
    });
    this.#core.changed();
  }
}
