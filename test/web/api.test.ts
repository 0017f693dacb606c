import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { npmToken } from "../support/command-line.ts";
import { Story } from "../support/story.ts";
import { createBench, aPlace, aToken, widget } from "./bench.ts";
import { apiClient as client } from "./api-client.ts";
import type { Bench } from "./bench.ts";
import { apiRoutes } from "../../src/web/api/routes.ts";
import { GitHubError } from "../../src/github/types.ts";
import { signedIn } from "./visitor.ts";

const hour = 3_600_000;

const sealed = Buffer.alloc(90, 200).toString("base64");
const newToken = {
  ...{ npmUser: "alice-npm", expiresAt: "2026-12-23" },
  places: [{ repositoryId: 1, packages: ["@acme/widget"], keyId: "key-1", ciphertext: sealed }],
};

describe("the API for people's programs", () => {
  let bench: Bench;
  let api: ReturnType<typeof client>;
  beforeEach(() => {
    bench = createBench({
      places: [aPlace()],
      tokens: [aToken({ ciphertext: "c2VjcmV0LWNpcGhlcnRleHQ=" })],
      repositories: [widget],
    });
    api = client(bench);
  });

  test("tells anybody who answers here", async () => {
    expect((await api.send("GET", "/about")).body).toEqual({
      ...{ name: "Countersign", version: "0.0.0", clientId: "Iv23liTest", githubUrl: "https://github.com" },
      publicUrl: bench.publicUrl,
    });
  });

  test.each(apiRoutes.filter(({ demands }) => demands === "person").map(({ method, path }) => [method, path]))(
    "%s %s wants a bearer; a browser's cookie is none, and a bearer no cookie",
    async (method, path) => {
      const body = method === "POST" ? {} : undefined;
      const where = path.replace(":id", "x");
      const visitor = await signedIn(bench, "alice");
      const [[name = "", value = ""] = []] = visitor.cookies;
      const { authorization = "" } = await api.signIn("alice");
      for (const headers of [
        {},
        { cookie: `${name}=${value}` },
        { authorization: `Bearer ${value}` },
        { authorization: "Bearer x" },
      ]) {
        const answer = await api.send(method, where, body, headers as Record<string, string>);
        expect(answer.status).toBe(401);
        expect(answer.body).toMatchObject({ code: "signed-out" });
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
      const asCookie = { cookie: `${name}=${authorization.slice("Bearer ".length)}` };
      expect((await bench.app.request(new URL("/tokens", bench.publicUrl), { headers: asCookie })).status).toBe(303);
    },
  );

  test("a session lasts eight hours at most, and ends at GitHub, too", async () => {
    const headers = await api.signIn("alice");
    expect((await api.send("GET", "/tokens", undefined, headers)).status).toBe(200);
    bench.clock.pass(7.9 * hour);
    expect((await api.send("GET", "/tokens", undefined, headers)).status).toBe(200);
    bench.clock.pass(0.2 * hour);
    expect((await api.send("GET", "/tokens", undefined, headers)).status).toBe(401);
    expect(bench.sessions.size).toBe(0);
    const again = await api.signIn("alice");
    expect((await api.send("DELETE", "/session", undefined, again)).status).toBe(204);
    expect(bench.revoked).toHaveLength(1);
    expect((await api.send("GET", "/tokens", undefined, again)).status).toBe(401);
  });

  test("the ledger has everything but what was sealed; no answer is kept by anybody", async () => {
    const { body, headers } = await api.send("GET", "/tokens", undefined, await api.signIn("alice"));
    expect(body).toMatchObject({
      tokens: [{ id: "t1", state: "alive", repository: { owner: "acme", name: "widget" } }],
    });
    expect(JSON.stringify(body)).not.toMatch(/ciphertext|c2VjcmV0|slot/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("places have npm's command, and only the name of the key", async () => {
    const headers = await api.signIn("alice");
    const { body } = await api.send("GET", "/token-places", undefined, headers);
    expect(body).toMatchObject({
      places: [{ package: "@acme/widget", command: expect.stringContaining("npm token create") as string }],
    });
    const where = "repository=1&package=%40acme%2Fwidget";
    expect((await api.send("GET", `/token-places/key?${where}`, undefined, headers)).body).toEqual({ keyId: "key-1" });
  });

  test("a token is taken for what it says, its day as the day's end", async () => {
    const headers = await api.signIn("alice");
    expect((await api.send("POST", "/tokens", newToken, headers)).status).toBe(201);
    expect(bench.asked).toMatchObject([
      {
        verb: "registerToken",
        input: {
          person: { login: "alice" },
          npmKey: null,
          releaseId: null,
          expiresAt: new Date("2026-12-23T23:59:59Z"),
        },
      },
    ]);
    expect((await api.send("DELETE", "/tokens/t1", undefined, headers)).status).toBe(204);
    expect((await api.send("POST", "/todos/x/done", {}, headers)).status).toBe(204);
    expect(bench.asked.slice(1)).toMatchObject([
      { verb: "removeToken", input: { tokenId: "t1" } },
      { verb: "closeTodo", input: { todoId: "x" } },
    ]);
  });

  test("what GitHub doesn't show is not there, in the same words as what isn't there", async () => {
    const headers = await api.signIn("alice");
    const [place] = newToken.places;
    const of = async (repositoryId: number) =>
      await api.send("POST", "/tokens", { ...newToken, places: [place, { ...place, repositoryId }] }, headers);
    const [hidden, nowhere] = [await of(2), await of(999)];
    expect(hidden.status).toBe(404);
    expect(hidden.body).toEqual(nowhere.body);
    expect((await api.send("GET", "/token-places/key?repository=2&package=x", undefined, headers)).body).toEqual(
      hidden.body,
    );
    expect(bench.asked).toEqual([]);
  });

  test.each([
    ["another type", "x", 400, "isn't JSON"],
    ["broken JSON", "{", 400, "isn't JSON"],
    ["a field too many", { ...newToken, token: "x" }, 400, "is not of the form"],
    ["no places", { ...newToken, places: [] }, 400, "`places` in the body"],
    ["an expiry that is none", { ...newToken, expiresAt: "soon" }, 400, "`expiresAt` in the body"],
    ["a token in clear", { ...newToken, label: npmToken("a") }, 400, "revoke that token at npm"],
    ["more than it may have", { ...newToken, label: "x".repeat(65 * 1024) }, 413, "larger than 64 KB"],
  ])("refuses %s", async (what, body, status, sentence) => {
    const headers = await api.signIn("alice");
    const type = what === "another type" ? { "content-type": "text/plain" } : {};
    const answer = await api.send("POST", "/tokens", body, { ...headers, ...type });
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(sentence) as string } });
    expect(JSON.stringify(answer.body)).not.toContain(npmToken("a"));
    expect(bench.asked).toEqual([]);
  });

  test("smaller bodies have the smaller limit, and unknown addresses a 404 in JSON", async () => {
    expect((await api.send("POST", "/session", { githubToken: "x".repeat(17 * 1024) })).status).toBe(413);
    expect(await api.send("GET", "/nothing")).toMatchObject({ status: 404, body: { code: "not-found" } });
    expect(await api.send("PUT", "/tokens")).toMatchObject({ status: 404 });
  });

  test("GitHub's troubles and our own are told apart", async () => {
    const headers = await api.signIn("alice");
    bench.trouble.github = new GitHubError("unavailable", "x", "y");
    expect(await api.send("GET", "/tokens", undefined, headers)).toMatchObject({
      status: 503,
      body: { code: "github-unavailable" },
    });
    bench.trouble.github = null;
    bench.clock.pass(61_000);
    bench.trouble.desk = new Error("with something secret in it");
    const answer = await api.send("POST", "/tokens", newToken, headers);
    expect(answer).toMatchObject({ status: 500, body: { code: "unexpected" } });
    expect(JSON.stringify([answer.body, bench.logged])).not.toContain("something secret");
  });
});

describe("a session for GitHub's token, in the world", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const open = async (githubToken: string): Promise<Response> =>
    await fetch(`${story.publicUrl}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ githubToken }),
    });

  test("is for whom GitHub says, no longer than the token lives, and its token is stored sealed", async () => {
    const token = story.github.signIn(story.cast.app, story.cast.alice);
    story.clock.advance(hour);
    const answer = (await (await open(token)).json()) as { bearer: string; expiresAt: string; person: unknown };
    expect(answer.person).toEqual({ id: story.cast.alice.id, login: "alice" });
    const left = new Date(answer.expiresAt).getTime() - story.clock.now().getTime();
    expect(left).toBeGreaterThan(6.9 * hour);
    expect(left).toBeLessThanOrEqual(7 * hour);
    for (const line of story.logLines) for (const secret of [token, answer.bearer]) expect(line).not.toContain(secret);
  });

  test("isn't opened with a token of another app, one that has ended, or one that is none", async () => {
    const other = story.github.createApp({ slug: "other", permissions: {}, events: [] });
    const ended = story.github.signIn(story.cast.app, story.cast.alice);
    const foreign = story.github.signIn(other, story.cast.alice);
    expect((await open(foreign)).status).toBe(401);
    story.clock.advance(8 * hour);
    for (const token of [ended, foreign, "ghu_0000000000000000000000000000"]) {
      const answer = await open(token);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: "proof-invalid" });
    }
  });

  test("ends when the person takes the app's authorization back at GitHub", async () => {
    const answer = (await (await open(story.github.signIn(story.cast.app, story.cast.alice))).json()) as {
      bearer: string;
    };
    const headers = { authorization: `Bearer ${answer.bearer}` };
    expect((await fetch(`${story.publicUrl}/api/v1/tokens`, { headers })).status).toBe(200);
    story.github.owners.revokeAuthorization(story.cast.app, story.cast.alice);
    await story.settle();
    expect((await fetch(`${story.publicUrl}/api/v1/tokens`, { headers })).status).toBe(401);
  });

  test("says nothing while GitHub doesn't answer", async () => {
    story.github.core.faults.on({ operation: "apps/check-token", status: 500, times: 1 });
    const answer = await open(story.github.signIn(story.cast.app, story.cast.alice));
    expect(answer.status).toBe(503);
  });
});
