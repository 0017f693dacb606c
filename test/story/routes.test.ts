import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChannelDesk } from "../../src/desk/channels/index.ts";
import { openChallenge } from "../../src/desk/relay/open-challenge.ts";
import { createTokenDesk } from "../../src/desk/tokens/index.ts";
import { apiRoutes } from "../../src/web/api/routes.ts";
import { routes } from "../../src/web/routes.ts";
import { channelParts } from "../support/channels.ts";
import { startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import { Story } from "../support/story.ts";
import { signedIn, stranger } from "../support/walker.ts";
import type { Answer, Walker } from "../support/walker.ts";
import { aSighting, aStop } from "../support/examples.ts";
import { aRunnerSession, aTodo } from "../web/bench.ts";
import type { UserState } from "../world/github/state.ts";

/**
 * Who knocks, in this order: nobody known; people of the organisation with read and with write access; who may approve; who asked for
 * the release and sealed the token; who administers the organisation; somebody of another organisation that has the app too; and
 * somebody who was taken out of the repository in the middle of their session.
 */
const roles = ["stranger", "reader", "writer", "approver", "releaser", "admin", "elsewhere", "removed"] as const;
type Role = (typeof roles)[number];

/** P: it is shown. D: it is done. S: sign in first. N: as if it weren't there. F: not theirs to do. C: not now. B: nothing was asked. */
const letters: Record<number, string> = {
  200: "P",
  201: "D",
  204: "D",
  400: "B",
  401: "S",
  403: "F",
  404: "N",
  409: "C",
  422: "C",
};

/** What each role gets, letter by letter. A route that isn't here fails: say who may use it. */
const table: Record<string, string> = {
  "GET /": "PPPPPPPP",
  "GET /live": "SPPPPPPP",
  "GET /waiting": "SPPPPPPP",
  "GET /releases/:id": "SPPPPPNN",
  "GET /releases/:id/changes": "SPPPPPNN",
  "GET /releases/:id/contents": "SPPPPPNN",
  "POST /releases/:id/approve": "SFFDFFNN",
  "POST /releases/:id/reject": "SFFDDFNN",
  "POST /releases/:id/cancel": "SFDDDDNN",
  "POST /releases/:id/confirm": "SCCCCCNN",
  // Nothing is staged: the story of its own says who may.
  "POST /releases/:id/approve-stage": "SCCCCCNN",
  "POST /releases/:id/reject-stage": "SCCCCCNN",
  "GET /challenges/:id": "SFFFPFNN",
  "POST /challenges/:id/answer": "SFFFDFNN",
  "GET /panic": "SPPPPPPP",
  "POST /panic": "SFFFFDNN",
  "POST /panic/lift": "SFFFFDNN",
  "GET /tokens": "SPPPPPPP",
  "GET /tokens/new": "SPPPPPPP",
  "POST /tokens": "SFFFDFNN",
  "POST /tokens/:id/remove": "SNNNDNNN",
  "GET /repositories": "SPPPPPPP",
  "GET /repositories/:id": "SPPPPPNN",
  "GET /repositories/:id/set-up": "SFPPPPNN",
  "GET /repositories/:id/set-up/file": "SFNNNNNN",
  "GET /repositories/:id/set-up/set-up.sh": "SFPPPPNN",
  "GET /repositories/:id/coach": "SFPPPPNN",
  "GET /repositories/:id/coach/file": "SFNNNNNN",
  "GET /repositories/:id/coach/change.sh": "SFPPPPNN",
  "GET /repositories/:id/tokens": "SFPPPPNN",
  "GET /repositories/:id/doctor": "SPPPPPNN",
  "POST /repositories/:id/sightings/:sighting/expected": "SFFFDDNN",
  "GET /doctor/rules": "PPPPPPPP",
  "GET /doctor/rules/:id": "PPPPPPPP",
  "GET /local-publishing": "PPPPPPPP",
  "GET /notifications": "SPPPPPPP",
  "POST /notifications": "SDDDDDDD",
  "POST /notifications/:channel/test": "SNNNDNNN",
  "POST /notifications/:channel/remove": "SNNNDNNN",
  "GET /repositories/:id/notifications": "SPPPPPNN",
  "POST /repositories/:id/notifications": "SFFFFDNN",
  "POST /repositories/:id/notifications/:channel/test": "SFFFFDNN",
  "POST /repositories/:id/notifications/:channel/remove": "SFFFFDNN",
  "POST /todos/:id/done": "SNNNDNNN",
  "GET /audit": "SPPPPPPP",
  "GET /audit.csv": "SPPPPPPP",
  "GET /audit.ndjson": "SPPPPPPP",
  "GET /account": "SPPPPPPP",
  "POST /account/sessions/:id/end": "SNNNDNNN",
  "api GET /about": "PPPPPPPP",
  "api GET /queue": "SPPPPPPP",
  "api GET /releases/:id": "SPPPPPNN",
  "api GET /repositories": "SPPPPPPP",
  "api GET /repositories/:id": "SPPPPPNN",
  "api GET /repositories/:id/doctor": "SPPPPPNN",
  "api GET /repositories/:id/set-up": "SFPPPPNN",
  "api GET /repositories/:id/coach": "SFPPPPNN",
  "api POST /repositories/:id/sightings/:sighting/expected": "SFFFPPNN",
  "api GET /token-places": "SPPPPPPP",
  "api GET /token-places/key": "SFFFPFNN",
  "api GET /tokens": "SPPPPPPP",
  "api POST /tokens": "SFFFDFNN",
  "api DELETE /tokens/:id": "SNNNDNNN",
  "api GET /todos": "SPPPPPPP",
  "api POST /todos/:id/done": "SNNNDNNN",
  "api GET /stops": "SPPPPPPP",
  "api POST /stops": "SFFFFDNN",
  "api POST /stops/lift": "SFFFFPNN",
  "api GET /audit": "SPPPPPPP",
  "api GET /sessions": "SPPPPPPP",
  "api DELETE /sessions/:id": "SNNNDNNN",
  "api GET /releases/:id/changes": "SPPPPPNN",
  "api GET /releases/:id/contents": "SPPPPPNN",
  "api POST /releases/:id/approve": "SFFPFFNN",
  "api POST /releases/:id/reject": "SFFPPFNN",
  "api POST /releases/:id/cancel": "SFPPPPNN",
  "api POST /releases/:id/confirm": "SCCCCCNN",
  "api POST /releases/:id/approve-stage": "SCCCCCNN",
  "api POST /releases/:id/reject-stage": "SCCCCCNN",
  "api POST /challenges/:id/answer": "SFFFDFNN",
  "api GET /repositories/:id/tokens": "SFPPPPNN",
  "api GET /notifications": "SPPPPPPP",
  "api POST /notifications": "SDDDDDDD",
  "api POST /notifications/:channel/test": "SNNNPNNN",
  "api DELETE /notifications/:channel": "SNNNDNNN",
  "api GET /repositories/:id/notifications": "SPPPPPNN",
  "api POST /repositories/:id/notifications": "SFFFFDNN",
  "api POST /repositories/:id/notifications/:channel/test": "SFFFFPNN",
  "api DELETE /repositories/:id/notifications/:channel": "SFFFFDNN",
  "api GET /challenges/:id": "SFFFPFNN",
  "GET /sign-in": "DDDDDDDD",
  "GET /sign-in/callback": "BBBBBBBB",
  "POST /sign-out": "SDDDDDDD",
  "POST /account/sign-out-everywhere": "SDDDDDDD",
  "api POST /session": "SSSSSSSS",
  "api DELETE /session": "SDDDDDDD",
};

let story: Story;
let slack: Receiver;
let people: Record<Exclude<Role, "stranger">, UserState>;
let walkers: Record<Role, Walker>;
let challengeId: string;
/** As long as a sealed code, and as a sealed token. */
const sealed = { code: randomBytes(60).toString("base64"), token: randomBytes(90).toString("base64") };

/** Releasers and approvers are one person each, so that everybody else is neither. */
const policy = `version: 1
packages:
  - name: "@acme/widget"
    environment: npm
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
`;

async function openDoors(): Promise<void> {
  const { github, cast } = story;
  const { widget, app, dave } = cast;
  github.owners.setPrivate(widget, true, dave);
  const [rita, wendy, greg] = ["rita", "wendy", "greg"].map((login) => github.createUser(login)) as UserState[];
  if (rita === undefined || wendy === undefined || greg === undefined) throw new Error("somebody is missing");
  for (const [one, role] of [
    [rita, "read"],
    [wendy, "write"],
    [greg, "write"],
  ] as const)
    widget.collaborators.set(one.id, role);
  const evil = github.createOrganization("evil", { admins: [cast.mallory] });
  const gadget = github.createRepository(evil, "gadget", { files: { "package.json": "{}" }, private: true });
  github.install(app, evil, [gadget]);
  await story.settle();
  people = {
    reader: rita,
    writer: wendy,
    approver: cast.bob,
    releaser: cast.alice,
    admin: dave,
    elsewhere: cast.mallory,
    removed: greg,
  };
  await enter();
  // In the middle of a session: what was seen a moment ago isn't any more.
  expect((await walkers.removed.send("GET", `/repositories/${widget.id}`)).status).toBe(200);
  widget.collaborators.delete(greg.id);
  story.clock.advance(61_000);
}

/** Everybody signs in. */
async function enter(): Promise<void> {
  const { github, cast, publicUrl: url } = story;
  const entries = Object.entries(people).map(async ([role, by]) => {
    const token = github.signIn(cast.app, by);
    return [role, await signedIn({ url, github, token }, by)] as const;
  });
  walkers = { stranger: stranger(url), ...Object.fromEntries(await Promise.all(entries)) } as typeof walkers;
}

const alice = (): { id: number; login: string } => ({ id: story.cast.alice.id, login: "alice" });

/** A release of alice's that waits for its approval. */
async function waiting(): Promise<{ id: string; sha: string }> {
  const [newest] = await story.app.parts.store.releases.recent([story.cast.widget.id], 1);
  if (newest?.state === "waiting") return newest;
  for (const job of story.runner.jobs.splice(0)) job.finish("failure");
  await story.pass(120_000, 8);
  if ((await createTokenDesk(story.app.parts).tokensOf(alice())).every((token) => token.removedAt !== null))
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  story.cast.issue = story.github.openIssue(story.cast.widget, story.cast.alice, "Again");
  await story.say(story.cast.alice, "/release 1.2.0");
  const release = await story.release();
  expect(release.state, release.endText ?? "").toBe("waiting");
  return release;
}

/** npm's question to alice, which she has not answered yet. */
async function question(): Promise<string> {
  const open = challengeId === "" ? null : await story.app.parts.store.challenges.get(challengeId);
  if (open?.state === "open" && open.expiresAt > story.clock.now()) return challengeId;
  await waiting();
  await story.say(story.cast.bob, "/approve");
  const { id } = await story.release();
  const session = aRunnerSession({ step: "otp", id: `s-${id}`, jti: id, bearerHash: id, releaseId: id });
  await story.app.parts.store.runnerSessions.open(session);
  const asked = await openChallenge(story.app.parts, {
    session,
    kind: "code",
    authUrl: null,
    subject: { name: "@acme/widget", version: "1.2.0" },
  });
  await story.settle();
  challengeId = asked.id;
  return challengeId;
}

async function token(): Promise<string> {
  const live = (await createTokenDesk(story.app.parts).tokensOf(alice())).find((one) => one.removedAt === null);
  if (live !== undefined) return live.id;
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  return await token();
}

async function todo(): Promise<string> {
  const id = `todo-${randomBytes(4).toString("hex")}`;
  const { store } = story.app.parts;
  const [open] = await store.todos.openOf(story.cast.alice.id);
  if (open !== undefined) return open.id;
  await store.todos.open(
    aTodo({ id, openFor: id, repositoryId: story.cast.widget.id, personId: story.cast.alice.id, personLogin: "alice" }),
  );
  return id;
}

/** A version of the package that nobody knows of. */
async function sighting(): Promise<string> {
  const { sightings } = story.app.parts.store;
  const { id: repositoryId } = story.cast.widget;
  const [open] = await sightings.open([repositoryId]);
  if (open !== undefined) return open.id;
  const id = `sighting-${randomBytes(4).toString("hex")}`;
  await sightings.add(aSighting({ id, key: id, repositoryId }));
  return id;
}

async function channel(place: "own" | { repositoryId: number }): Promise<string> {
  const desk = createChannelDesk(channelParts(story));
  const { dave, widget } = story.cast;
  const { channels } = story.app.parts.store;
  const [there] =
    place === "own" ? await channels.ofPerson(story.cast.alice.id) : await channels.ofRepository(widget.id);
  if (there !== undefined) return there.id;
  const person = place === "own" ? alice() : { id: dave.id, login: "dave" };
  const name = `c-${randomBytes(4).toString("hex")}`;
  const address = `${slack.url}/services/T1/x/y`;
  return (await desk.addChannel({ person, place, kind: "slack", name, address })).channel.id;
}

/** A session of alice's that isn't the one she walks with. */
async function session(): Promise<string> {
  const { app } = story.cast;
  const other = await signedIn(
    { url: story.publicUrl, github: story.github, token: story.github.signIn(app, story.cast.alice) },
    story.cast.alice,
  );
  const { sessions } = JSON.parse((await other.api("GET", "/sessions")).body) as {
    sessions: Array<{ id: string; current: boolean }>;
  };
  return sessions.find(({ current }) => current)?.id ?? "";
}

/** Whether everything of acme is stopped, as somebody has left it. */
async function setStopped(wanted: boolean): Promise<void> {
  const { stops } = story.app.parts.store;
  const { acme, widget, dave } = story.cast;
  const open = await stops.of(acme.user.id);
  const at = story.clock.now();
  const by = { liftedAt: at, liftedById: dave.id, liftedByLogin: "dave", liftReason: "over" };
  if (open !== null && !wanted) await stops.lift(open.id, by);
  if (open !== null || !wanted) return;
  const id = `stop-${randomBytes(4).toString("hex")}`;
  await stops.begin(
    aStop({ id, accountId: acme.user.id, openFor: acme.user.id, repositoryId: widget.id, beganAt: at }),
  );
}

/** What a request of a route names, and what it carries. */
async function aimOf(path: string): Promise<{ path: string; fields: Record<string, string> }> {
  const { widget } = story.cast;
  const fields: Record<string, string> = {};
  await setStopped(path.endsWith("/lift"));
  if (/^\/(?:panic|stops)/.test(path)) Object.assign(fields, { account: "acme", reason: "a laptop was stolen" });
  if (path === "/panic") fields["confirm"] = "acme";
  if (path.endsWith("-stage")) fields["shasum"] = "d".repeat(40);
  // A channel is tried once in a while.
  if (path.endsWith("/test")) story.clock.advance(61_000);
  let aimed = path;
  const put = (name: string, value: string): void => void (aimed = aimed.replace(`:${name}`, value));
  if (path.startsWith("/repositories/:id")) {
    put("id", String(widget.id));
    if (path.includes(":sighting")) put("sighting", await sighting());
    if (path.includes(":channel")) put("channel", await channel({ repositoryId: widget.id }));
  } else if (path.startsWith("/notifications/:channel")) put("channel", await channel("own"));
  else if (path.startsWith("/doctor/rules")) put("id", "pinned-actions");
  else if (path.startsWith("/challenges")) put("id", await question());
  else if (path.startsWith("/tokens/:id")) put("id", await token());
  else if (path.startsWith("/todos/:id")) put("id", await todo());
  else if (path.includes("sessions/:id")) put("id", await session());
  else if (path.startsWith("/releases")) {
    const release = await waiting();
    put("id", release.id);
    Object.assign(fields, { sha: release.sha, why: "not now", version: "1.2.0" });
  }
  if (path.endsWith("/notifications"))
    Object.assign(fields, {
      kind: "slack",
      name: `n-${randomBytes(4).toString("hex")}`,
      address: `${slack.url}/services/T1/x/z`,
    });
  if (path.endsWith("/answer")) fields["sealed"] = sealed.code;
  if (path === "/token-places/key") aimed += `?repository=${widget.id}&package=${encodeURIComponent("@acme/widget")}`;
  if (path === "/tokens")
    Object.assign(fields, {
      ...{
        repository: String(widget.id),
        package: "@acme/widget",
        key_id: story.cast.npm.keyId,
        ciphertext: sealed.token,
      },
      ...{ npm_user: "alice-npm", expires: new Date(story.clock.now().getTime() + 864e5).toISOString().slice(0, 10) },
    });
  return { path: aimed, fields };
}

/** Everything that a person could have changed, as one text. */
async function contents(sql: pg.Client): Promise<string> {
  const tables = ["Release", "Approval", "Lease", "SealedToken", "Todo", "Channel", "Challenge", "Stop", "Sighting"];
  const texts = [];
  for (const name of tables) {
    const { rows } = await sql.query<{ text: string | null }>(
      `select string_agg(t::text, ';' order by t::text) as text from "${name}" t`,
    );
    texts.push(`${name}: ${rows[0]?.text ?? ""}`);
  }
  return texts.join("\n");
}

function letterOf(answer: Answer): string {
  if (answer.status === 303) return answer.location?.startsWith("/sign-in?") === true ? "S" : "D";
  return letters[answer.status] ?? String(answer.status);
}

describe("who gets what, at every door", () => {
  let sql: pg.Client;
  beforeAll(async () => {
    challengeId = "";
    slack = await startReceiver();
    story = await Story.open({ policy });
    await openDoors();
    sql = new pg.Client({ connectionString: story.settings().secrets.databaseUrl?.reveal() ?? "" });
    await sql.connect();
  }, 60_000);

  afterAll(async () => {
    await sql.end();
    await story.close();
    await slack.close();
  });

  const doors = [
    ...routes.map(({ method, path }) => [`${method} ${path}`, method, path, "page"] as const),
    ...apiRoutes.map(({ method, path }) => [`api ${method} ${path}`, method, path, "api"] as const),
  ];
  // Those that end sessions come last: whoever used them is out.
  const last = (name: string): boolean => /sign-out|sign-in|\/session$/.test(name);

  test.each([...doors.filter(([name]) => !last(name)), ...doors.filter(([name]) => last(name))])(
    "%s",
    async (name, method, path, kind) => {
      let got = "";
      if (last(name)) await enter();
      if (last(name)) await enter();
      for (const role of roles) {
        const aim = await aimOf(path);
        await story.settle();
        const before = await contents(sql);
        const { [role]: walker } = walkers;
        const answer =
          kind === "page"
            ? await walker.send(method, aim.path, aim.fields)
            : await walker.api(method, aim.path, inputOf(name, aim.fields));
        const letter = letterOf(answer);
        got += letter;
        // Whoever is outside reads nothing of what is inside, whatever they ask for.
        if (["stranger", "elsewhere", "removed"].includes(role)) {
          const told = answer.body.replaceAll(aim.path, "");
          expect(told, `${role} reads something of it`).not.toMatch(/acme|alice|widget/);
        }
        if (letter !== "D" && letter !== "P") expect(await contents(sql), `${role} changed something`).toBe(before);
        if (letter === "N") await sameAsNothing(walker, { method, path, kind }, answer, aim);
        await story.settle();
      }
      expect(`${name}: ${got}`).toBe(
        `${name}: ${table[name] ?? "(this door has no row in the table: say who may use it)"}`,
      );
    },
    60_000,
  );

  test("no row is of a door that isn't there", () => {
    expect(Object.keys(table).filter((name) => !doors.some(([door]) => door === name))).toEqual([]);
  });
});

/** What may not be seen answers as what isn't there. */
async function sameAsNothing(
  walker: Walker,
  { method, path, kind }: { method: string; path: string; kind: "page" | "api" },
  answer: Answer,
  aim: { path: string; fields: Record<string, string> },
): Promise<void> {
  if (!path.includes(":id")) return;
  const named = aim.path.split("/").at(path.split("/").indexOf(":id")) ?? "";
  const nothing = /^\d+$/.test(named) ? "999999" : "zzzz";
  const at = aim.path.replace(named, nothing);
  const other =
    kind === "page"
      ? await walker.send(method, at, aim.fields)
      : await walker.api(method, at, inputOf(`${method} ${path}`, aim.fields));
  const plain = (text: string, id: string): string => text.replaceAll(id, "ID").replace(/data-now="[^"]*"/, "");
  expect([other.status, plain(other.body, nothing)]).toEqual([answer.status, plain(answer.body, named)]);
}

/** What a program sends, where a page would send its form. */
function inputOf(name: string, fields: Record<string, string>): unknown {
  const { sha, why, version, kind, name: called, address } = fields;
  if (name.endsWith("POST /session")) return { githubToken: "ghu_nobodys" };
  if (/\/(?:reject|cancel)$/.test(name)) return { sha, why };
  if (name.endsWith("/approve")) return { sha };
  if (name.endsWith("/confirm")) return { sha, version };
  if (name.endsWith("-stage")) return { shasum: "d".repeat(40) };
  if (name.endsWith("/answer")) return { sealed: fields["sealed"] };
  if (/POST \/stops/.test(name)) return { account: fields["account"], reason: fields["reason"] };
  if (/POST .*\/notifications$/.test(name)) return { kind, name: called, address };
  if (!name.endsWith("POST /tokens")) return undefined;
  const { package: one = "", key_id: keyId, ciphertext, npm_user: npmUser, repository, expires } = fields;
  const places = [{ repositoryId: Number(repository), packages: [one], keyId, ciphertext }];
  return { npmUser, expiresAt: expires, places };
}
