import type { Place } from "../../desk/channels/types.ts";
import { Refusal } from "../../domain/errors.ts";
import type { Repository } from "../../domain/release-types.ts";
import { idOf, readForm } from "../forms.ts";
import type { Fields } from "../forms.ts";
import type { ChannelDraft } from "../pages/channel-form.ts";
import {
  notificationsPath,
  ownChannelsPage,
  repositoryChannelsPage,
  repositoryNotificationsPath,
} from "../pages/channels.ts";
import type { ChannelsContent } from "../pages/channels.ts";
import { flash, prose } from "../pages/pieces.ts";
import { goTo, page } from "../responses.ts";
import type { Html } from "../responses.ts";
import { troubleOf } from "../trouble.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

/** Whose page it is. */
interface Where {
  place: Place;
  path: string;
  /** null: the person's own. */
  repository: Repository | null;
}

const fresh: ChannelDraft = { kind: "slack", name: "", address: "" };

/** The channels of a repository, or my own. */
export async function showChannels(visit: SignedVisit): Promise<Response> {
  return await shown(visit, await whereOf(visit), { flash: doneFlash(visit.url) });
}

/** Adds one. A webhook's secret is on the page that answers, and nowhere else; other kinds lead back to the list. */
export async function addChannel(visit: SignedVisit): Promise<Response> {
  const where = await whereOf(visit);
  const fields = await readForm(visit.request);
  try {
    const { channel, secret } = await visit.parts.channels.addChannel({
      person: visit.session.person,
      place: where.place,
      kind: kindOf(fields),
      name: fields.get("name") ?? "",
      address: fields.get("address") ?? "",
    });
    if (secret === null) return goTo(`${where.path}?done=added`);
    const flashed = flash("good", "check-circle-fill", `${channel.name} is added. Its secret is below, this once.`);
    return await shown(visit, where, { flash: flashed, secret });
  } catch (error) {
    const trouble = error instanceof Refusal && error.code === "bad-input" ? troubleOf(error) : null;
    if (trouble === null) throw error;
    const draft = draftOf(fields);
    return await shown(visit, where, { flash: flash("bad", "alert", prose(trouble.text)), draft }, trouble.status);
  }
}

/** Sends a message now; what came of it stands on the channel's line. */
export async function testChannel(visit: SignedVisit): Promise<Response> {
  const where = await whereOf(visit);
  const channelId = visit.params["channel"] ?? "";
  const input = { person: visit.session.person, place: where.place, channelId };
  const { problem } = await visit.parts.channels.testChannel(input);
  return goTo(`${where.path}?done=${problem === null ? "sent" : "not-sent"}`);
}

/** Forgets one. */
export async function removeChannel(visit: SignedVisit): Promise<Response> {
  const where = await whereOf(visit);
  const channelId = visit.params["channel"] ?? "";
  await visit.parts.channels.removeChannel({ person: visit.session.person, place: where.place, channelId });
  return goTo(`${where.path}?done=removed`);
}

async function whereOf(visit: SignedVisit): Promise<Where> {
  const asked = visit.params["id"];
  if (asked === undefined) return { place: "own", path: notificationsPath, repository: null };
  const repositoryId = idOf(asked);
  if (repositoryId === null) throw notThere();
  await mustSee(visit, repositoryId);
  const repository = await visit.parts.store.repositories.get(repositoryId);
  if (repository === null) throw notThere();
  return { place: { repositoryId }, path: repositoryNotificationsPath(repositoryId), repository };
}

async function shown(
  visit: SignedVisit,
  where: Where,
  more: { flash: Html | null; secret?: string; draft?: ChannelDraft },
  status = 200,
): Promise<Response> {
  const { channels: desk, store } = visit.parts;
  const { person } = visit.session;
  const [channels, may] = await Promise.all([desk.channels(person, where.place), desk.mayChange(person, where.place)]);
  const content: ChannelsContent = {
    ...{ path: where.path, channels, may, mail: desk.mail, draft: more.draft ?? fresh },
    ...{ flash: more.flash, secret: more.secret ?? null },
  };
  if (where.repository !== null) return await page(repositoryChannelsPage(visit, content, where.repository), status);
  const [ids, all] = await Promise.all([visit.visible.of(visit.session), store.repositories.all()]);
  const seen = all.filter(({ id }) => ids.has(id));
  return await page(ownChannelsPage(visit, content, seen), status);
}

function kindOf(fields: Fields): ChannelDraft["kind"] {
  const kind = fields.get("kind");
  if (kind === "slack" || kind === "webhook" || kind === "email") return kind;
  throw new Refusal("bad-input", "Choose a kind: Slack, webhook or mail.");
}

/** What is filled in again; an address of Slack or a webhook is a secret, and isn't sent back. */
function draftOf(fields: Fields): ChannelDraft {
  const kind = fields.get("kind");
  const name = (fields.get("name") ?? "").slice(0, 50);
  if (kind === "email") return { kind, name, address: (fields.get("address") ?? "").slice(0, 254) };
  return { kind: kind === "webhook" ? kind : "slack", name, address: "" };
}

function doneFlash(url: URL): Html | null {
  const good = (text: string): Html => flash("good", "check-circle-fill", text);
  switch (url.searchParams.get("done")) {
    case "added":
      return good("The channel is added. Send a test message to see whether it works.");
    case "removed":
      return good("The channel is removed, and its address forgotten.");
    case "sent":
      return good("The test message was taken: look whether it arrived.");
    case "not-sent":
      return flash("bad", "alert", "The test message was not taken: the channel's line below says why.");
    default:
      return null;
  }
}
