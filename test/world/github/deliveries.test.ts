import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSetting, jwt } from "./setting.ts";
import type { Setting } from "./setting.ts";

let at: Setting;

beforeEach(async () => {
  at = await openSetting();
});
afterEach(async () => {
  await at.close();
  at.judge.assertClean();
});

const say = (body: string) => at.github.comment(at.widget, at.issue, at.alice, body);
const bodies = (): unknown[] =>
  at.receiver.received.map(({ body }) => (JSON.parse(body) as { comment?: { body: string } }).comment?.body);
const failures = async () => await at.call(jwt(at.app), "GET /app/hook/deliveries?status=failure");

test("a webhook is signed over its raw bytes and carries GitHub's headers", async () => {
  say("/release 1.2.0 — naïve");
  await at.settle();
  const [one] = at.receiver.received;
  const digest = createHmac("sha256", at.app.webhookSecret)
    .update(one?.body ?? "")
    .digest("hex");
  expect(one?.headers).toMatchObject({
    "x-hub-signature-256": `sha256=${digest}`,
    "x-github-event": "issue_comment",
    "x-github-delivery": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    "x-github-hook-installation-target-id": String(at.app.id),
    "x-github-hook-installation-target-type": "integration",
    "content-type": "application/json",
  });
  expect(JSON.parse(one?.body ?? "{}")).toMatchObject({ action: "created", installation: { id: at.installation.id } });
});

test("a person's words, changed and taken back, and the app's own, all come as webhooks", async () => {
  const comment = say("one");
  at.github.editComment(at.widget, comment, at.alice, "two");
  const token = await at.installationToken();
  const { body } = await at.call(token, "POST R/issues/1/comments", { body: "three" });
  await at.call(token, `PATCH R/issues/comments/${String(body["id"])}`, { body: "four" });
  at.github.deleteComment(at.widget, comment, at.alice);
  await at.settle();
  expect(at.receiver.received.map(({ event }) => event.split(".")[1])).toEqual([
    "created",
    "edited",
    "created",
    "edited",
    "deleted",
  ]);
  expect(bodies()).toEqual(["one", "two", "three", "four", "two"]);
});

test("what the app doesn't subscribe to isn't sent, and a suspended installation hears nothing", async () => {
  at.app.events = at.app.events.filter((one) => one !== "issue_comment");
  say("one");
  at.app.events = [...at.app.events, "issue_comment"];
  at.github.owners.suspend(at.installation, at.bob);
  say("two");
  await at.settle();
  expect(at.receiver.received.map(({ event }) => event)).toEqual(["installation.suspend"]);
});

test("a lost delivery is in the log of failures, and is sent again with the GUID it had", async () => {
  at.github.core.faults.deliveries(() => "lose");
  say("one");
  await at.settle();
  expect(at.receiver.received).toHaveLength(0);
  at.github.core.faults.clear();
  const { body } = await failures();
  const [lost] = body as unknown as Array<{ id: number; guid: string }>;
  expect((await at.call(jwt(at.app), `POST /app/hook/deliveries/${lost?.id ?? 0}/attempts`)).status).toBe(202);
  await at.settle();
  expect(at.receiver.received[0]?.headers["x-github-delivery"]).toBe(lost?.guid);
  const { body: log } = await at.call(jwt(at.app), "GET /app/hook/deliveries");
  expect(log).toMatchObject([{ redelivery: true, guid: lost?.guid, status_code: 202 }, { redelivery: false }]);
});

test("a delivery that the app refuses is logged with its status and isn't repeated", async () => {
  at.receiver.answer.status = 500;
  say("one");
  await at.settle();
  expect((await failures()).body).toMatchObject([{ status_code: 500, event: "issue_comment", action: "created" }]);
  expect(at.receiver.received).toHaveLength(1);
  const [one] = (await failures()).body as unknown as Array<{ id: number }>;
  const { body } = await at.call(jwt(at.app), `GET /app/hook/deliveries/${one?.id ?? 0}`);
  expect(body).toMatchObject({ request: { payload: { comment: { body: "one" } } } });
});

test("deliveries can come twice, late and in another order", async () => {
  at.github.core.faults.deliveries(() => "double");
  say("one");
  await at.settle();
  expect(bodies()).toEqual(["one", "one"]);
  expect(new Set(at.receiver.received.map(({ headers }) => headers["x-github-delivery"])).size).toBe(1);
  at.github.core.faults.deliveries(() => "hold");
  say("two");
  say("three");
  await at.settle();
  expect(bodies()).toHaveLength(2);
  at.github.core.faults.clear();
  say("four");
  await at.settle();
  at.github.hooks.release(true);
  await at.settle();
  expect(bodies().slice(2)).toEqual(["four", "three", "two"]);
});

test("the log is read page by page with the cursor of the link header", async () => {
  for (let number = 0; number < 5; number += 1) say(String(number));
  await at.settle();
  const guids = new Set<string>();
  let next: string | null = "/app/hook/deliveries?per_page=2";
  for (let page = 0; next !== null; page += 1) {
    expect(page).toBeLessThan(4);
    const { body, headers }: Awaited<ReturnType<Setting["call"]>> = await at.call(jwt(at.app), `GET ${next}`);
    for (const { guid } of body as unknown as Array<{ guid: string }>) guids.add(guid);
    next = /<[^>]*(\/app\/hook[^>]*)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? null;
  }
  expect(guids.size).toBe(5);
  expect((await at.call(jwt(at.app), "GET /app/hook/deliveries?cursor=nonsense")).status).toBe(400);
});

test("what owners do reaches the app", async () => {
  const { owners } = at.github;
  const [team] = at.acme.teams;
  if (team === undefined) throw new Error("no team");
  at.github.commit(at.widget, at.alice.id, { "a.txt": "a" }, "A");
  owners.setTeamMember(team, at.alice, "added", at.bob);
  owners.setCollaborator(at.widget, at.mallory, "read", at.bob);
  owners.setCollaborator(at.widget, at.mallory, "admin", at.bob);
  owners.setCollaborator(at.widget, at.mallory, null, at.bob);
  owners.rename(at.widget, "gadget", at.bob);
  owners.setPrivate(at.widget, false, at.bob);
  owners.setArchived(at.widget, true, at.bob);
  owners.removeMember(at.acme, at.alice, at.bob);
  owners.setRepositories(at.installation, "removed", [at.widget], at.bob);
  owners.uninstall(at.installation, at.bob);
  await at.settle();
  expect(at.receiver.received.map(({ event }) => event)).toEqual([
    "push",
    "membership.added",
    "member.added",
    "member.edited",
    "member.removed",
    "repository.renamed",
    "repository.publicized",
    "repository.archived",
    "membership.removed",
    "organization.member_removed",
    "installation_repositories.removed",
    "installation.deleted",
  ]);
});

test("the same seed gives the same ids", async () => {
  say("one");
  await at.settle();
  const [guid] = at.receiver.received.map(({ headers }) => headers["x-github-delivery"]);
  const again = await openSetting();
  again.github.comment(again.widget, again.issue, again.alice, "one");
  await again.settle();
  expect(again.receiver.received[0]?.headers["x-github-delivery"]).toBe(guid);
  await again.close();
});
