import { createChecker } from "./check.ts";
import { readDocument } from "./document.ts";
import { permissionsOf } from "./permissions.ts";
import { replyFaults } from "./replies.ts";
import { faultsOf } from "./requests.ts";
import { createRouter } from "./router.ts";
import type { Call, Judge, JudgeOptions, Seen, Verdict, Violation } from "./types.ts";

export { permissionsOf, permits } from "./permissions.ts";
export type { Call, Judge, JudgeOptions, Permission, Seen, Verdict, Violation } from "./types.ts";

/** Read once in a process, and each schema compiled once: that takes longer than all that is judged by it. */
let book: ReturnType<typeof openBook> | null = null;

function openBook() {
  const document = readDocument();
  return { document, check: createChecker(document), route: createRouter(document.operations.values()) };
}

/**
 * A judge of everything said to and by the simulated GitHub, by GitHub's own OpenAPI document. It records what it saw
 * and what was wrong with it; it never throws but in `assertClean`.
 */
export function createJudge(options: JudgeOptions = {}): Judge {
  const { document, check, route } = (book ??= openBook());
  const violations: Violation[] = [];
  const log: Seen[] = [];
  const webhooks = new Map<string, number>();

  function record(kind: Violation["kind"], of: string, sentences: string[]): string[] {
    for (const sentence of sentences) {
      const violation = { kind, of, sentence };
      violations.push(violation);
      options.onViolation?.(violation);
    }
    return sentences;
  }

  function seen(operationId: string, template: string): void {
    const known = log.find((entry) => entry.operationId === operationId);
    if (known !== undefined) known.count += 1;
    else log.push({ operationId, route: template, count: 1, permissions: permissionsOf(operationId) });
  }

  function request(call: Call): Verdict {
    const path = call.path.replace(/^\/api\/v3(?=\/|$)/, "") || "/";
    const method = call.method.toUpperCase();
    const match = route(method, path);
    if ("others" in match) {
      const methods = match.others.length > 0 ? `; that path has ${match.others.join(", ")}` : "";
      const unknown = [`GitHub's document has no such operation among those in use${methods}`];
      record("unknown-route", `${method} ${path}`, unknown);
      return { operationId: null, route: null, parameters: {}, enabledForGitHubApps: false, violations: unknown };
    }
    const { operation, parameters } = match;
    seen(operation.id, operation.route);
    return {
      operationId: operation.id,
      route: operation.route,
      parameters,
      enabledForGitHubApps: operation.enabledForGitHubApps,
      violations: record("request", operation.id, faultsOf(check, match, call)),
    };
  }

  function reply(operationId: string, status: number, body: unknown): string[] {
    const operation = document.operations.get(operationId);
    const faults =
      operation === undefined
        ? ["GitHub's document has no such operation among those in use"]
        : replyFaults(check, operation, status, body).map((fault) => `${status}: ${fault}`);
    return record("reply", operationId, faults);
  }

  function webhook(event: string, action: string | null, payload: unknown): string[] {
    const name = action === null ? event : `${event}.${action}`;
    webhooks.set(name, (webhooks.get(name) ?? 0) + 1);
    const schema = document.webhooks.get(name);
    const faults =
      schema === undefined
        ? ["GitHub's document has no such webhook among those in use"]
        : check.value(schema, payload, "payload");
    return record("webhook", name, faults);
  }

  return {
    request,
    reply,
    webhook,
    violations,
    log,
    webhooks,
    assertClean() {
      if (violations.length === 0) return;
      const lines = violations.map(({ kind, of, sentence }) => `  ${kind} ${of}: ${sentence}`);
      throw new Error(`By GitHub's own description ${violations.length} things are wrong:\n${lines.join("\n")}`);
    },
    reset() {
      violations.length = 0;
      log.length = 0;
      webhooks.clear();
    },
  };
}
