import { Hono } from "hono";
import type { Context } from "hono";
import { serveAsset, serveFile } from "../web/assets.ts";
import { readCookie, setCookie } from "../web/cookies.ts";
import { secured } from "../web/headers.ts";
import { goTo, json, page } from "../web/responses.ts";
import type { Html } from "../web/responses.ts";
import { sprite } from "../web/sprite.ts";
import { draftOf, readDraft } from "./answers.ts";
import type { Answers, Draft } from "./answers.ts";
import { convert, NotRegistered } from "./convert.ts";
import type { Registered } from "./convert.ts";
import type { Door } from "./door.ts";
import { variablesOf } from "./keep.ts";
import { manifestOf, newAppUrl, readAppFile } from "./manifest.ts";
import { agreePage, askPage, donePage, stopPage } from "./pages.ts";
import type { Frame } from "./pages.ts";

export interface SetupParts {
  door: Door;
  random: () => string;
  given: { publicUrl: string; githubUrl: string };
  frame: Frame;
  /** @throws Error where it can't be written */
  keep: (where: "data" | "env", variables: Record<string, string>) => void;
  registered: (variables: Record<string, string>) => void;
}

const cookieName = "countersign-setup";
/** GitHub lets a manifest's three steps take an hour (docs, "Registering a GitHub App from a manifest"). In seconds. */
const patience = 3600;

/** The set-up's pages; everything else is refused until it is through. */
export function setupRoutes(parts: SetupParts): Hono {
  const { door, frame } = parts;
  const app = new Hono();
  /** What was said, by the state that goes to GitHub and comes back. */
  const begun = new Map<string, Answers>();
  const show = async (context: Context, markup: Html, status = 200, forms?: string): Promise<Response> =>
    secured(await page(markup, status), hereOf(context), forms);
  const stop = (context: Context, title: string, text: string, status: number, again = false): Promise<Response> =>
    show(context, stopPage(frame, title, text, again), status);
  const known = (context: Context): boolean => door.knows(readCookie(context.req.raw, cookieName));

  app.get("/healthz", () => json({ ok: true, setUp: false }));
  app.get("/assets/:hash/:name", (context) => {
    const { hash, name } = context.req.param();
    const file = serveAsset(frame.assets, hash, name, context.req.header("accept-encoding") ?? "");
    return file === null ? context.notFound() : secured(file, hereOf(context));
  });
  app.get(sprite.path, (context) =>
    secured(serveFile(sprite.file, context.req.header("accept-encoding") ?? ""), hereOf(context)),
  );
  app.get("/setup", async (context) => {
    if (!known(context)) return await closed(context);
    return await show(context, askPage(frame, firstDraft(parts, hereOf(context)), {}));
  });
  app.get("/setup/registered", async (context) => {
    if (!known(context)) return await closed(context);
    const { code = "", state = "" } = context.req.query();
    const answers = begun.get(state);
    if (answers === undefined || code === "")
      return await stop(
        context,
        "That was not begun here",
        "GitHub's answer doesn't belong to what was begun here, or was used already.",
        400,
        true,
      );
    begun.delete(state);
    return await register(context, answers, code);
  });
  app.get("/setup/:link", async (context) => {
    const entered = door.enter(context.req.param("link"));
    if (entered === "wrong") return await closed(context);
    if (entered === "used")
      return known(context)
        ? secured(goTo("/setup"), hereOf(context))
        : await stop(
            context,
            "This link was used already",
            "It is good once, for the browser that opened it first. If that wasn't you, stop the server. A restart prints a new link.",
            403,
          );
    const response = secured(goTo("/setup"), hereOf(context));
    response.headers.append("set-cookie", setCookie(cookieName, entered.cookie, patience, hereOf(context)));
    return response;
  });
  app.post("/setup", async (context) => {
    if (!known(context) || !isOurs(context)) return await closed(context);
    const draft = draftOf(new URLSearchParams(await context.req.text()));
    const read = readDraft(draft);
    if (!read.ok) return await show(context, askPage(frame, draft, read.problems), 400);
    const state = parts.random();
    begun.set(state, read.answers);
    const manifestFile = readAppFile();
    const manifest = JSON.stringify(manifestOf(manifestFile, read.answers, hereOf(context)));
    const target = { url: newAppUrl(read.answers, state), manifest };
    return await show(context, agreePage(frame, manifestFile, read.answers, target), 200, read.answers.githubUrl);
  });
  app.all("*", async (context) => await closed(context));
  return app;

  async function register(context: Context, answers: Answers, code: string): Promise<Response> {
    let registered: Registered;
    try {
      registered = await convert(answers.githubUrl, code);
    } catch (error) {
      if (!(error instanceof NotRegistered)) throw error;
      return await stop(context, "The app isn't registered", error.message, 502, true);
    }
    const variables = variablesOf(registered, answers);
    const kept = keepOrShow(parts, answers, variables);
    const response = await show(context, donePage(frame, registered, kept, variables));
    response.headers.append("set-cookie", setCookie(cookieName, "", 0, hereOf(context)));
    // The port is free as soon as this page has arrived.
    response.headers.set("connection", "close");
    parts.registered(variables);
    return response;
  }

  async function closed(context: Context): Promise<Response> {
    const said = "The server's log has the link that sets it up. Until that is done, nothing else is served.";
    return await stop(context, "Countersign is being set up", said, 503);
  }
}

/** GitHub tells an app's secrets once: where they can't be written they are shown. */
function keepOrShow(parts: SetupParts, answers: Answers, variables: Record<string, string>): Answers {
  if (answers.keep === "show") return answers;
  try {
    parts.keep(answers.keep, variables);
    return answers;
  } catch {
    return { ...answers, keep: "show" };
  }
}

function firstDraft({ given }: SetupParts, here: string): Draft {
  return {
    publicUrl: given.publicUrl === "" ? here : given.publicUrl,
    githubUrl: given.githubUrl,
    owner: "organisation",
    organisation: "",
    keep: "data",
  };
}

/** The origin at which this browser reaches us: a proxy that ends TLS says so, as usual. */
function hereOf(context: Context): string {
  const { protocol, host } = new URL(context.req.url);
  const told = context.req.header("x-forwarded-proto")?.split(",")[0]?.trim();
  return `${told === "https" ? "https:" : protocol}//${context.req.header("host") ?? host}`;
}

/** Whether a form comes from a page of ours. */
function isOurs(context: Context): boolean {
  const origin = context.req.header("origin");
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  return origin !== undefined && URL.parse(origin)?.host === context.req.header("host");
}
