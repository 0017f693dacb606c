import { Hono } from "hono";
import type { Clock } from "../domain/clock.ts";
import type { StoreLog } from "../store/log.ts";
import type { Inbox, NewDelivery, Store } from "../store/types.ts";
import { makeBatcher } from "./batch.ts";
import { makeBodyReader } from "./read-body.ts";
import { signatureHolds } from "./signature.ts";

/** The channel on which workers are woken. */
export const inboxChannel = "inbox";

export interface IntakeParts {
  store: { inbox: Pick<Inbox, "store">; notify: Store["notify"] };
  /** Present webhook secrets: one, or two while it is changed. */
  secrets: readonly string[];
  clock: Clock;
  log: StoreLog;
  /** Told the HTTP status of every answer. */
  onAnswer?: ((status: number) => void) | undefined;
}

type Answer = { status: 200 | 202 | 400 | 401 | 413 | 415 | 503; body: { stored: boolean; problem?: string } };

/**
 * The route that GitHub sends webhooks to (`POST /`; mount it at the path registered with GitHub). A delivery is verified over
 * its raw bytes, stored, and only then answered: 202 where it is new, 200 where its GUID is there already. Answers name what is
 * wrong with a request, and never repeat any of it.
 */
export function createIntake(parts: IntakeParts): Hono {
  if (parts.secrets.length === 0 || parts.secrets.includes(""))
    throw new RangeError("A webhook secret is missing or empty.");
  const read = makeBodyReader();
  // Stored is what counts: a worker that isn't woken finds it when it looks, and nobody waits for its being woken.
  const wake = (): void =>
    void parts.store
      .notify(inboxChannel, "")
      .catch(() => parts.log.warn({}, "The workers could not be woken; they look by themselves."));
  const store = makeBatcher(parts.store.inbox, wake);
  const receive = async (request: Request): Promise<Answer> => {
    const headers = readHeaders(request.headers);
    if ("problem" in headers) return refuse(headers.status, headers.problem);
    const body = await read(request);
    if (body.kind === "too-large")
      return refuse(413, "The payload is larger than 25 MB; GitHub sends none of that size.");
    if (body.kind === "too-busy")
      return refuse(503, "Too much is on its way in at the moment. Deliver it again later.");
    if (body.kind === "broken") return refuse(400, "The payload ended before its time. Deliver it again.");
    if (!signatureHolds(body.bytes, headers.signature, parts.secrets)) {
      return refuse(
        401,
        "The signature doesn't fit the payload. Check that GitHub and Countersign have the same webhook secret.",
      );
    }
    const about = readAbout(body.bytes);
    if (about === null) return refuse(400, "The payload isn't a JSON object.");
    const { guid, event } = headers;
    return await keep(parts, store, { guid, event, ...about, body: body.bytes, receivedAt: parts.clock.now() });
  };
  return new Hono().post("/", async (context) => {
    const { status, body } = await receive(context.req.raw);
    parts.onAnswer?.(status);
    return context.json(body, status);
  });
}

async function keep(
  { log }: IntakeParts,
  store: (delivery: NewDelivery) => Promise<boolean>,
  delivery: NewDelivery,
): Promise<Answer> {
  const about = { guid: delivery.guid, event: delivery.event };
  let isNew: boolean;
  try {
    isNew = await store(delivery);
  } catch {
    log.error(about, "A delivery could not be stored. GitHub was told, and it will be fetched again.");
    return refuse(503, "The database doesn't take deliveries at the moment. Deliver it again later.");
  }
  return { status: isNew ? 202 : 200, body: { stored: true } };
}

type Headers3 = { guid: string; event: string; signature: string } | { status: 400 | 401 | 415; problem: string };

function readHeaders(headers: Headers): Headers3 {
  const type = (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type !== "application/json") {
    return {
      status: 415,
      problem: "The content type must be application/json. Choose it in the webhook's settings on GitHub.",
    };
  }
  const guid = headers.get("x-github-delivery") ?? "";
  if (!/^[0-9A-Za-z-]{1,64}$/.test(guid))
    return { status: 400, problem: "The header x-github-delivery is missing or malformed." };
  const event = headers.get("x-github-event") ?? "";
  if (!/^[a-z_]{1,64}$/.test(event))
    return { status: 400, problem: "The header x-github-event is missing or malformed." };
  const signature = headers.get("x-hub-signature-256");
  if (signature === null) {
    return { status: 401, problem: "The header x-hub-signature-256 is missing. Set a webhook secret on GitHub." };
  }
  return { guid, event, signature };
}

/** What is kept beside the payload, to find it by; null where it is not a JSON object. */
function readAbout(bytes: Uint8Array): Pick<NewDelivery, "action" | "installationId" | "repositoryId"> | null {
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  const { action, installation, repository } = payload as Record<string, unknown>;
  return {
    action: typeof action === "string" && /^[a-z_]{1,64}$/.test(action) ? action : null,
    installationId: idOf(installation),
    repositoryId: idOf(repository),
  };
}

function idOf(thing: unknown): number | null {
  const id = typeof thing === "object" && thing !== null && "id" in thing ? thing.id : null;
  return Number.isSafeInteger(id) ? (id as number) : null;
}

function refuse(status: Answer["status"], problem: string): Answer {
  return { status, body: { stored: false, problem } };
}
