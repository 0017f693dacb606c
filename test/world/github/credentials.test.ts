import { createHash } from "node:crypto";
import { ProbotOctokit } from "probot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSetting, jwt, sealed } from "./setting.ts";
import type { Setting } from "./setting.ts";

describe("who may do what at the simulated GitHub", () => {
  let at: Setting;
  beforeEach(async () => {
    at = await openSetting();
  });
  afterEach(async () => {
    await at.close();
    at.judge.assertClean();
  });

  test("Probot's octokit signs in as the app and works as its installation", async () => {
    const Octokit = ProbotOctokit.defaults((given: Record<string, unknown>) => ({
      ...given,
      baseUrl: `${at.github.url}/api/v3`,
      throttle: { enabled: false },
      retry: { enabled: false },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    }));
    const octokit = new Octokit({
      auth: { appId: at.app.id, privateKey: at.app.privateKey, installationId: at.installation.id },
    });
    const where = { owner: "acme", repo: "widget" };
    const { data: comment } = await octokit.rest.issues.createComment({ ...where, issue_number: 1, body: "hello" });
    expect(comment.user?.login).toBe("countersign[bot]");
    const file = await octokit.rest.repos.getContent({ ...where, path: "src/a b.js" });
    expect(file.data).toMatchObject({ type: "file", encoding: "base64" });
    const all = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...where,
      issue_number: 1,
      per_page: 1,
    });
    expect(all).toHaveLength(1);
  });

  test("an app's JWT must be RS256, its own, and at most ten minutes long", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect((await at.call(jwt(at.app), "GET /app")).body).toMatchObject({ slug: "countersign" });
    expect((await at.call(jwt(at.app, { iss: at.app.clientId }), "GET /app")).status).toBe(200);
    for (const bad of [
      jwt(at.app, { exp: now + 700 }),
      jwt(at.app, { exp: now - 1 }),
      jwt(at.app, { iat: now + 300 }),
      jwt(at.app, { iss: 1 }),
      jwt(at.app, {}, { alg: "HS256" }),
      jwt(at.github.createApp({ slug: "other", permissions: {}, events: [] }), { iss: at.app.id }),
      `${jwt(at.app)}x`,
      "a.b.c",
      "nonsense",
    ])
      expect((await at.call(bad, "GET /app")).status, bad).toBe(401);
  });

  test("an operation takes only the credentials that GitHub lets it take", async () => {
    const token = await at.installationToken();
    const person = at.github.signIn(at.app, at.alice);
    expect((await at.call(null, "GET R/issues/1")).status).toBe(401);
    expect((await at.call(jwt(at.app), "GET R/issues/1")).status).toBe(401);
    expect((await at.call(token, "GET /app")).status).toBe(401);
    expect((await at.call(token, "GET /user")).status).toBe(403);
    expect((await at.call(token, "GET /user/installations")).status).toBe(403);
    expect((await at.call(person, "GET /installation/repositories")).status).toBe(403);
    expect((await at.call("nonsense", "GET R/issues/1")).status).toBe(401);
  });

  test("a call that the app's permissions don't cover is refused, whoever makes it", async () => {
    at.app.permissions = { metadata: "read", actions: "read" };
    const token = await at.installationToken();
    const refused = await at.call(token, "POST R/issues/1/comments", { body: "hello" });
    expect(refused).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } });
    expect((await at.call(at.github.signIn(at.app, at.bob), "GET R/environments/npm/secrets")).status).toBe(403);
    expect((await at.call(token, "GET R/environments/npm")).status).toBe(200);
  });

  test("what an account hasn't granted yet is refused until it accepts", async () => {
    at.installation.permissions = { metadata: "read" };
    expect((await at.call(await at.installationToken(), "GET R/environments/npm")).status).toBe(403);
    at.github.owners.acceptPermissions(at.installation, at.bob);
    expect((await at.call(await at.installationToken(), "GET R/environments/npm")).status).toBe(200);
  });

  test("a token may be asked for with fewer repositories and permissions, never with more", async () => {
    const other = at.github.createRepository(at.acme, "other", { files: {} });
    at.github.owners.setRepositories(at.installation, "added", [other], at.bob);
    const narrow = await at.installationToken({ repositories: ["other"], permissions: { contents: "read" } });
    expect((await at.call(narrow, "GET R/branches/main")).status).toBe(404);
    expect((await at.call(narrow, "GET /repos/acme/other/branches/main")).status).toBe(200);
    expect((await at.call(narrow, "GET /repos/acme/other/environments")).status).toBe(403);
    const tokens = `POST /app/installations/${at.installation.id}/access_tokens`;
    expect((await at.call(jwt(at.app), tokens, { permissions: { contents: "write" } })).status).toBe(422);
    expect((await at.call(jwt(at.app), tokens, { repository_ids: [1] })).status).toBe(422);
  });

  test("tokens of either style are taken as they are, and end with their installation", async () => {
    const short = await at.installationToken();
    at.github.core.tokenStyle = "stateless";
    const stateless = await at.installationToken();
    expect(stateless.split(".")).toHaveLength(3);
    for (const token of [short, stateless]) expect((await at.call(token, "GET R/issues/1")).status).toBe(200);
    at.github.owners.suspend(at.installation, at.bob);
    expect((await at.call(short, "GET R/issues/1")).status).toBe(403);
    at.github.owners.unsuspend(at.installation, at.bob);
    expect((await at.call(short, "GET R/issues/1")).status).toBe(200);
    expect((await at.call(short, "DELETE /installation/token")).status).toBe(204);
    expect((await at.call(short, "GET R/issues/1")).status).toBe(401);
    at.github.owners.uninstall(at.installation, at.bob);
    expect((await at.call(stateless, "GET R/issues/1")).status).toBe(401);
  });

  test("a person's token reaches what both the person and the app may, and nothing hidden shows", async () => {
    const [alice, mallory] = [at.github.signIn(at.app, at.alice), at.github.signIn(at.app, at.mallory)];
    const hidden = at.github.createRepository(at.acme, "hidden", { files: {}, collaborators: [[at.alice, "admin"]] });
    expect(hidden.name).toBe("hidden");
    expect((await at.call(alice, "GET R/issues/1")).status).toBe(200);
    expect((await at.call(mallory, "GET R/issues/1")).status).toBe(404);
    expect((await at.call(alice, "GET /repos/acme/hidden")).status).toBe(404);
    expect((await at.call(mallory, "GET /user/installations")).body).toMatchObject({ total_count: 0 });
    expect((await at.call(alice, "GET /user/installations")).body).toMatchObject({ total_count: 1 });
    const list = `GET /user/installations/${at.installation.id}/repositories`;
    expect((await at.call(alice, list)).body).toMatchObject({ repositories: [{ name: "widget" }] });
  });

  test("a reader's token can't start, cancel or arm anything", async () => {
    at.github.owners.setCollaborator(at.widget, at.alice, "read", at.bob);
    const alice = at.github.signIn(at.app, at.alice);
    const dispatch = "POST R/actions/workflows/publish.yml/dispatches";
    expect((await at.call(alice, dispatch, { ref: "main", inputs: { version: "1.0.0" } })).status).toBe(403);
    const put = "PUT R/environments/npm/secrets/NPM_TOKEN";
    expect((await at.call(alice, put, sealed("x", at.npm))).status).toBe(403);
    const bob = at.github.signIn(at.app, at.bob);
    expect((await at.call(bob, put, sealed("x", at.npm))).status).toBe(201);
    expect(at.github.secretsOf(at.npm)).toEqual({ NPM_TOKEN: "x" });
  });

  test("an archived repository takes no changes", async () => {
    at.github.owners.setArchived(at.widget, true, at.bob);
    const token = await at.installationToken();
    expect((await at.call(token, "POST R/issues/1/comments", { body: "hello" })).status).toBe(403);
    expect((await at.call(token, "GET R/issues/1")).status).toBe(200);
  });

  test("the hourly limit is told with every answer and ends in a 403", async () => {
    const token = await at.installationToken();
    at.github.core.limits.hourly = 2;
    expect((await at.call(token, "GET R/issues/1")).headers.get("x-ratelimit-remaining")).toBe("1");
    await at.call(token, "GET R/issues/1");
    const refused = await at.call(token, "GET R/issues/1");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    at.clock.advance(3_600_000);
    expect((await at.call(token, "GET R/issues/1")).status).toBe(200);
  });

  test("the secondary limits answer with the time to wait", async () => {
    const token = await at.installationToken();
    at.github.core.limits.contentPerMinute = 1;
    const say = async () => await at.call(token, "POST R/issues/1/comments", { body: "hello" });
    expect((await say()).status).toBe(201);
    const refused = await say();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, "60"]);
    at.clock.advance(60_000);
    expect((await say()).status).toBe(201);
    at.github.core.limits.pointsPerMinute = 1;
    expect((await at.call(token, "GET R/issues/1")).status).toBe(200);
    expect((await at.call(token, "GET R/issues/1")).status).toBe(403);
  });
});

describe("signing in with the simulated GitHub", () => {
  let at: Setting;
  const verifier = "v".repeat(43);
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  beforeEach(async () => {
    at = await openSetting();
  });
  afterEach(async () => {
    await at.close();
    at.judge.assertClean();
  });

  const callback = (): string => `${at.receiver.url}/sign-in/callback`;

  async function authorize(more: Record<string, string> = {}): Promise<Response> {
    const query = new URLSearchParams({
      client_id: at.app.clientId,
      redirect_uri: callback(),
      state: "s1",
      code_challenge: challenge,
      code_challenge_method: "S256",
      login: "alice",
      ...more,
    });
    return await fetch(`${at.github.url}/login/oauth/authorize?${query.toString()}`, { redirect: "manual" });
  }

  async function codeFor(login = "alice"): Promise<string> {
    const location = new URL((await authorize({ login })).headers.get("location") ?? "");
    expect(location.searchParams.get("state")).toBe("s1");
    return location.searchParams.get("code") ?? "";
  }

  async function exchange(fields: Record<string, string>): Promise<Record<string, unknown>> {
    const body = {
      client_id: at.app.clientId,
      client_secret: at.app.clientSecret,
      redirect_uri: callback(),
      code_verifier: verifier,
      ...fields,
    };
    const answer = await fetch(`${at.github.url}/login/oauth/access_token`, {
      method: "POST",
      body: new URLSearchParams(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, unknown>;
  }

  test("whoever isn't known picks who they are on a page", async () => {
    const answer = await authorize({ login: "" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<button name="login" value="bob">');
  });

  test("a code becomes the person's token, once, with the verifier", async () => {
    const granted = await exchange({ code: await codeFor("bob") });
    expect(granted).toMatchObject({ expires_in: 28_800, token_type: "bearer", scope: "" });
    expect((await at.call(String(granted["access_token"]), "GET /user")).body).toMatchObject({ login: "bob" });
    const code = await codeFor();
    expect(await exchange({ code, code_verifier: "w".repeat(43) })).toMatchObject({ error: "bad_verification_code" });
    expect(await exchange({ code })).toMatchObject({ error: "bad_verification_code" });
  });

  test("a wrong secret, another address and a late code are refused", async () => {
    expect(await exchange({ code: await codeFor(), client_secret: "no" })).toMatchObject({
      error: "incorrect_client_credentials",
    });
    expect(await exchange({ code: await codeFor(), redirect_uri: "http://127.0.0.1:1/" })).toMatchObject({
      error: "redirect_uri_mismatch",
    });
    const code = await codeFor();
    at.clock.advance(601_000);
    expect(await exchange({ code })).toMatchObject({ error: "bad_verification_code" });
    expect((await authorize({ redirect_uri: `${callback()}/x` })).status).toBe(400);
    expect((await authorize({ code_challenge_method: "plain" })).status).toBe(400);
    expect((await authorize({ client_id: "nobody" })).status).toBe(404);
  });

  test("a token ends after eight hours, when it is refreshed, deleted or revoked", async () => {
    const token = at.github.signIn(at.app, at.alice);
    at.clock.advance(28_800_000);
    expect((await at.call(token, "GET /user")).status).toBe(401);
    const first = await exchange({ code: await codeFor() });
    const again = { grant_type: "refresh_token", refresh_token: String(first["refresh_token"]) };
    const second = await exchange(again);
    expect(await exchange(again)).toMatchObject({ error: "bad_refresh_token" });
    expect((await at.call(String(first["access_token"]), "GET /user")).status).toBe(401);
    const basic = `Basic ${Buffer.from(`${at.app.clientId}:${at.app.clientSecret}`).toString("base64")}`;
    const body = { access_token: second["access_token"] };
    const path = `/applications/${at.app.clientId}/token`;
    expect((await at.call(basic, `POST ${path}`, body)).body).toMatchObject({ user: { login: "alice" } });
    expect((await at.call(null, `DELETE ${path}`, body)).status).toBe(401);
    expect((await at.call(basic, `DELETE ${path}`, body)).status).toBe(204);
    expect((await at.call(basic, `DELETE ${path}`, body)).status).toBe(404);
    const third = at.github.signIn(at.app, at.alice);
    at.github.owners.revokeAuthorization(at.app, at.alice);
    expect((await at.call(third, "GET /user")).status).toBe(401);
    await at.settle();
    expect(at.receiver.received.map(({ event }) => event)).toContain("github_app_authorization.revoked");
  });
});
