import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit as limitBody } from "hono/body-limit";
import { challengeChannel } from "../../desk/relay/index.ts";
import type { DeskForRelay, Log } from "../../desk/types.ts";
import type { Clock } from "../../domain/clock.ts";
import { present } from "../../domain/present.ts";
import { toPublish } from "../../domain/several.ts";
import { Refusal } from "../../domain/errors.ts";
import { buildSchema, contentsSchema } from "../../domain/inside/wire.ts";
import type { Release, RunnerSession } from "../../domain/release-types.ts";
import { stageVerb } from "../../domain/stage-approval.ts";
import type { Store } from "../../store/types.ts";
import { answerError, problem } from "./errors.ts";
import type { IdTokenVerifier } from "./id-token.ts";
import {
  bodyLimits,
  buildBody,
  challengeBody,
  liveBody,
  readBody,
  reportBody,
  resultBody,
  sessionBody,
  tokenBody,
} from "./input.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export { audienceOf, createIdTokenVerifier } from "./id-token.ts";

export interface RunnerParts {
  relay: DeskForRelay;
  verifyIdToken: IdTokenVerifier;
  store: Pick<Store, "runnerSessions" | "listen">;
  clock: Clock;
  /** `PUBLIC_URL` without a slash at the end. */
  publicUrl: string;
  log?: Log;
}

/** Seconds that one request may wait for an answer. */
const longestWait = 25;
/** A step waits this much less than its session lives, in milliseconds, so that it can still report. */
const spareMs = 2 * 60_000;

/** The API that the workflow step talks to; mount it at `/api/v1/runner`. What it promises is in `docs/workflow-step.md`. */
export function createRunnerRoutes(parts: RunnerParts): Hono {
  const room = createWaitingRoom(parts.store, challengeChannel);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
  });
  const [usual, long] = [atMost(bodyLimits.usual), atMost(bodyLimits.contents)];
  app.use(
    async (context, next) => await (/\/(contents|builds?)$/.test(context.req.path) ? long : usual)(context, next),
  );
  app.onError((error, context) => answerError(context, error, parts.log));
  app.notFound((context) => problem(context, 404, "not-found", "There is nothing here."));
  app.post("/sessions", (context) => openSession(parts, context));
  app.post("/live", async (context) => {
    const token = bearerOf(context);
    const { publicKey } = await readBody(context, liveBody);
    return context.json(await parts.relay.liveWord(await parts.verifyIdToken(token, publicKey)));
  });
  app.post("/builds", async (context) => {
    const token = bearerOf(context);
    const { publicKey, build } = await readBody(context, buildBody);
    await parts.relay.tellBuild(await parts.verifyIdToken(token, publicKey), build);
    return context.body(null, 204);
  });
  app.post("/sessions/:id/build", async (context) => {
    const session = await sessionOf(parts, context, context.req.param("id"));
    return context.json(await parts.relay.askBuild(session, await readBody(context, buildSchema)));
  });
  app.post("/sessions/:id/challenges", (context) => openChallenge(parts, context));
  app.post("/sessions/:id/token", async (context) => {
    const session = await sessionOf(parts, context, context.req.param("id"));
    await parts.relay.tokenSeen(session, present(await readBody(context, tokenBody)));
    return context.body(null, 204);
  });
  app.post("/sessions/:id/contents", async (context) => {
    const session = await sessionOf(parts, context, context.req.param("id"));
    const contents = await readBody(context, contentsSchema);
    await parts.relay.tellContents(session, contents, context.req.query("package"));
    return context.body(null, 204);
  });
  app.post("/sessions/:id/reports", async (context) => {
    const session = await sessionOf(parts, context, context.req.param("id"));
    await parts.relay.report(session, present(await readBody(context, reportBody)));
    // The report is kept in any case, and may have ended the release itself. Steps that know no body leave it unread.
    const over = await parts.relay.standing(session);
    return over === null ? context.body(null, 204) : context.json({ over });
  });
  app.get("/sessions/:id", async (context) => {
    const session = await sessionOf(parts, context, context.req.param("id"));
    return context.json({ over: await parts.relay.standing(session) });
  });
  app.get("/challenges/:id", (context) => take(parts, room, context, context.req.param("id")));
  app.post("/challenges/:id/result", async (context) => {
    const session = await sessionOf(parts, context);
    const { result } = await readBody(context, resultBody);
    await parts.relay.result(session, context.req.param("id"), result);
    return context.body(null, 204);
  });
  return app;
}

function atMost(maxSize: number): MiddlewareHandler {
  const sentence = `The body is larger than ${maxSize / 1024} KB.`;
  return limitBody({ maxSize, onError: (context) => problem(context, 413, "bad-input", sentence) });
}

async function openSession(parts: RunnerParts, context: Context): Promise<Response> {
  const token = bearerOf(context);
  const body = await readBody(context, sessionBody);
  const claims = await parts.verifyIdToken(token, body.publicKey);
  const { session, release, registry, revoke, secondBuild } = await parts.relay.openSession({ claims, ...body });
  const left = session.expiresAt.getTime() - parts.clock.now().getTime() - spareMs;
  return context.json(
    {
      session: session.id,
      release: {
        id: release.id,
        // A step that knows of one package only stops here, rather than publish the first and leave the others.
        ...(release.packages === null ? { package: release.package } : { packages: toPublish(release) }),
        version: release.version,
        tag: release.distTag,
        releaser: release.releaserLogin,
        mode: release.mode,
        ...(registry === null ? {} : { registry }),
        ...stageOf(release),
      },
      revoke,
      secondBuild,
      maxWaitSeconds: Math.max(0, Math.floor(left / 1000)),
    },
    201,
  );
}

/** What the `stage` step is to do at npm, and with which bytes. */
function stageOf({ purpose, stageId, shasum }: Release): object {
  return purpose === "publish" ? {} : { stage: { verb: stageVerb[purpose], id: stageId, shasum } };
}

async function openChallenge(parts: RunnerParts, context: Context): Promise<Response> {
  const session = await sessionOf(parts, context, context.req.param("id"));
  const body = await readBody(context, challengeBody);
  const authUrl = body.kind === "link" ? body.authUrl : null;
  const subject = present(body.subject);
  const challenge = await parts.relay.openChallenge({ session, kind: body.kind, authUrl, subject });
  return context.json(
    {
      challenge: challenge.id,
      url: `${parts.publicUrl}/challenges/${challenge.id}`,
      expiresAt: challenge.expiresAt.toISOString(),
      try: challenge.try,
    },
    201,
  );
}

async function take(parts: RunnerParts, room: WaitingRoom, context: Context, id: string): Promise<Response> {
  const session = await sessionOf(parts, context);
  const seconds = readWait(context.req.query("wait"));
  const signal = context.req.raw.signal;
  if (seconds === 0) return answered(context, await parts.relay.take(session, id));
  const seat = await room.seat(id, seconds * 1000, signal);
  try {
    const now = await parts.relay.take(session, id);
    if (now.state !== "open") return answered(context, now);
    await seat.heard;
    // An aborted request gets nothing: its code would be handed to nobody.
    return answered(context, signal.aborted ? now : await parts.relay.take(session, id));
  } finally {
    seat.leave();
  }
}

function answered(context: Context, now: Awaited<ReturnType<DeskForRelay["take"]>>): Response {
  return context.json({ state: now.state, ...(now.sealed === null ? {} : { sealed: now.sealed }) });
}

function readWait(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,3}$/.test(text)) throw new Refusal("bad-input", "`wait` is a number of seconds.");
  return Math.min(Number(text), longestWait);
}

/** The session that the bearer proves. One that is over, or another than the path names, is as good as none. */
async function sessionOf(parts: RunnerParts, context: Context, id?: string): Promise<RunnerSession> {
  const digest = createHash("sha256").update(bearerOf(context)).digest("hex");
  const session = await parts.store.runnerSessions.byBearer(digest);
  if (session === null || session.expiresAt <= parts.clock.now() || (id !== undefined && id !== session.id))
    throw new Refusal("proof-invalid", "There is no such session, or its time is over: open one with an OIDC token.");
  return session;
}

function bearerOf(context: Context): string {
  const [, bearer] = /^Bearer ([\w.~+/=-]{20,8000})$/i.exec(context.req.header("authorization") ?? "") ?? [];
  if (bearer === undefined) throw new Refusal("proof-invalid", "The Authorization header has no bearer.");
  return bearer;
}
