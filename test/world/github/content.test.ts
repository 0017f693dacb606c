import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { branchMatches } from "../../../src/domain/branch-pattern.ts";
import { fnmatch } from "./fnmatch.ts";
import { jwt, openSetting, sealed } from "./setting.ts";
import type { Setting } from "./setting.ts";

let at: Setting;
let token: string;

beforeEach(async () => {
  at = await openSetting();
  token = await at.installationToken();
});
afterEach(async () => {
  await at.close();
  at.judge.assertClean();
});

const get = async (path: string) => await at.call(token, `GET R/${path}`);
const statusOf = async (path: string): Promise<number> => (await get(path)).status;

test("contents are those of the commit, whatever came after it", async () => {
  const before = at.widget.branches.get("main") ?? "";
  at.github.commit(at.widget, at.alice.id, { "package.json": '{"a":1}', "src/a b.js": null }, "Later");
  const text = async (ref: string) => {
    const { body } = await get(`contents/package.json?ref=${ref}`);
    return Buffer.from(String(body["content"]), "base64").toString();
  };
  expect(await text(before)).toBe("{}\n");
  expect(await text("main")).toBe('{"a":1}');
  expect(await statusOf(`contents/src/a%20b.js?ref=${before}`)).toBe(200);
  expect(await statusOf("contents/src/a%20b.js")).toBe(404);
  expect(await statusOf("contents/package.json?ref=nowhere")).toBe(404);
});

test("a folder is a list, and a large file has no text", async () => {
  at.github.commit(at.widget, at.alice.id, { "large.txt": "x".repeat(1024 * 1024 + 1) }, "Large");
  expect((await get("contents/.github")).body).toMatchObject([{ type: "dir", path: ".github/workflows" }]);
  expect((await get("contents/large.txt")).body).toMatchObject({ encoding: "none", content: "" });
});

test("branches, tags and commits are found by the names that GitHub takes", async () => {
  const sha = at.widget.branches.get("main") ?? "";
  at.github.setTag(at.widget, "v1", sha);
  at.github.setBranch(at.widget, "release/1.x", sha);
  expect((await get("branches/release/1.x")).body).toMatchObject({ name: "release/1.x", commit: { sha } });
  expect((await get("git/ref/heads/release/1.x")).body).toMatchObject({ ref: "refs/heads/release/1.x" });
  expect((await get("git/ref/tags/v1")).body).toMatchObject({ object: { sha } });
  for (const ref of [sha, sha.slice(0, 7), "v1", "main"]) expect(await statusOf(`commits/${ref}`)).toBe(200);
  expect(await statusOf("branches/v1")).toBe(404);
  expect(await statusOf("git/ref/heads/nowhere")).toBe(404);
  // GitHub says 422 of a commit that it doesn't have.
  expect(await statusOf(`commits/${"f".repeat(40)}`)).toBe(422);
});

test("history and comparison go by the parents", async () => {
  const base = at.widget.branches.get("main") ?? "";
  at.github.setBranch(at.widget, "topic", base);
  const topic = at.github.commit(at.widget, at.alice.id, { "a.txt": "a" }, "A", "topic");
  at.github.commit(at.widget, at.alice.id, { "b.txt": "b" }, "B");
  expect((await get(`compare/main...topic`)).body).toMatchObject({ status: "diverged", ahead_by: 1, behind_by: 1 });
  expect((await get(`compare/${base}...${topic}`)).body).toMatchObject({ status: "ahead", commits: [{ sha: topic }] });
  expect((await get("commits?sha=topic&path=a.txt")).body).toMatchObject([{ sha: topic }]);
});

test("people are what they are in the repository, the organisation and its teams", async () => {
  const role = async (login: string) => (await get(`collaborators/${login}/permission`)).body["role_name"];
  expect([await role("alice"), await role("bob"), await role("mallory")]).toEqual(["write", "admin", "none"]);
  const org = async (path: string) => (await at.call(token, `GET /orgs/acme/${path}`)).status;
  expect(await org("teams/maintainers/memberships/bob")).toBe(200);
  expect(await org("teams/maintainers/memberships/alice")).toBe(404);
  expect(await org("memberships/alice")).toBe(200);
  expect(await org("memberships/mallory")).toBe(404);
  expect((await at.call(token, "GET /users/alice")).body).toMatchObject({ id: at.alice.id });
  expect((await at.call(token, `GET /user/${at.alice.id}`)).body).toMatchObject({ login: "alice" });
});

test("comments and their reactions", async () => {
  const { body } = await at.call(token, "POST R/issues/1/comments", { body: "hello" });
  const path = `issues/comments/${String(body["id"])}`;
  expect((await at.call(token, `POST R/${path}/reactions`, { content: "eyes" })).status).toBe(201);
  const again = await at.call(token, `POST R/${path}/reactions`, { content: "eyes" });
  expect(again.status).toBe(200);
  expect((await get(`${path}/reactions`)).body).toMatchObject([{ content: "eyes", id: again.body["id"] }]);
  expect((await at.call(token, `DELETE R/${path}/reactions/${String(again.body["id"])}`)).status).toBe(204);
  expect((await get(`${path}/reactions`)).body).toEqual([]);
  expect((await at.call(token, "POST R/issues/1/comments", { body: " " })).status).toBe(422);
  expect((await at.call(token, "POST R/issues/1/comments", { body: "x".repeat(65_537) })).status).toBe(422);
  expect((await at.call(token, "POST R/issues/9/comments", { body: "x" })).status).toBe(404);
  const alice = at.github.signIn(at.app, at.alice);
  at.github.owners.setCollaborator(at.widget, at.alice, "read", at.bob);
  expect((await at.call(alice, `PATCH R/${path}`, { body: "mine now" })).status).toBe(403);
  expect((await at.call(token, `DELETE R/${path}`)).status).toBe(204);
  expect(await statusOf(path)).toBe(404);
});

test("issues are opened, closed and listed with their comments", async () => {
  const { body } = await at.call(token, "POST R/issues", { title: "A warning", body: "Soon" });
  const number = String(body["number"]);
  expect((await at.call(token, `PATCH R/issues/${number}`, { state: "closed" })).body).toMatchObject({
    state: "closed",
  });
  at.github.comment(at.widget, at.issue, at.alice, "one");
  at.clock.advance(5000);
  at.github.comment(at.widget, at.issue, at.alice, "two");
  const since = at.clock.now().toISOString().replace(/\.\d+/, "");
  expect((await get(`issues/1/comments?since=${since}`)).body).toMatchObject([{ body: "two" }]);
});

test("a check belongs to the app that made it", async () => {
  const head_sha = at.widget.branches.get("main");
  const made = await at.call(token, "POST R/check-runs", { name: "policy", head_sha });
  expect(made).toMatchObject({ status: 201, body: { status: "queued" } });
  const output = { title: "Good", summary: "Nothing wrong" };
  const line = `PATCH R/check-runs/${String(made.body["id"])}`;
  const done = await at.call(token, line, { conclusion: "success", output });
  expect(done.body).toMatchObject({ status: "completed", conclusion: "success", output: { title: "Good" } });
  expect((await at.call(token, "POST R/check-runs", { name: "policy", head_sha: "f".repeat(40) })).status).toBe(422);
});

test("a secret opens with the environment's key alone, under a name and of a size that GitHub takes", async () => {
  const put = async (name: string, body: Record<string, string>) =>
    (await at.call(token, `PUT R/environments/npm/secrets/${name}`, body)).status;
  const { body: key } = await get("environments/npm/secrets/public-key");
  expect(key).toMatchObject({ key_id: at.npm.keyId });
  const good = sealed("first", at.npm);
  expect(await put("npm_token", good)).toBe(201);
  expect(await put("NPM_TOKEN", sealed("second", at.npm))).toBe(204);
  expect(at.github.secretsOf(at.npm)).toEqual({ NPM_TOKEN: "second" });
  expect(await put("X", { ...good, key_id: "1" })).toBe(422);
  expect(await put("X", { ...good, encrypted_value: "YWJj" })).toBe(422);
  for (const name of ["GITHUB_X", "1X", "X-Y"]) expect(await put(name, good)).toBe(422);
  expect(await put("X", sealed("x".repeat(48 * 1024), at.npm))).toBe(201);
  expect(await put("X", sealed("x".repeat(48 * 1024 + 1), at.npm))).toBe(422);
  at.github.rotateKey(at.npm);
  expect(await put("X", good)).toBe(422);
  const { body: list } = await get("environments/npm/secrets");
  expect(list).toMatchObject({ total_count: 2 });
  expect(JSON.stringify(list)).not.toContain("second");
  const remove = async () => (await at.call(token, "DELETE R/environments/npm/secrets/NPM_TOKEN")).status;
  expect([await remove(), await remove()]).toEqual([204, 404]);
  expect(await statusOf("environments/npm/secrets/NPM_TOKEN")).toBe(404);
});

test("secrets of the repository and the organisation show their names alone", async () => {
  at.github.putSecret(at.widget.secrets, "A", "value");
  at.github.putSecret(at.acme.secrets, "B", "value");
  expect((await get("actions/secrets")).body).toMatchObject({ secrets: [{ name: "A" }] });
  expect(await statusOf("actions/secrets/a")).toBe(200);
  expect((await get("actions/organization-secrets")).body).toMatchObject({ secrets: [{ name: "B" }] });
});

test("environments show their rules, and the app's rule its app", async () => {
  at.npm.reviewers = [{ type: "User", id: at.bob.id }];
  at.npm.waitTimer = 5;
  const { body } = await get("environments/npm");
  const rules = (body["protection_rules"] as Array<{ type: string }>).map(({ type }) => type);
  expect(rules).toEqual(expect.arrayContaining(["wait_timer", "required_reviewers", "branch_policy"]));
  expect(body["can_admins_bypass"]).toBe(false);
  const [rule] = at.npm.customRules;
  const list = await get("environments/npm/deployment_protection_rules");
  expect(list.body).toMatchObject({ custom_deployment_protection_rules: [{ id: rule?.id, enabled: true }] });
  expect(await statusOf(`environments/npm/deployment_protection_rules/${rule?.id ?? 0}`)).toBe(200);
  expect((await get("environments/npm/deployment-branch-policies")).body).toMatchObject({
    branch_policies: [{ name: "main", type: "branch" }],
  });
  expect((await get("environments?per_page=1")).body).toMatchObject({ total_count: 1 });
  expect(await statusOf("environments/other")).toBe(404);
});

test("the API tells about itself and its limits", async () => {
  expect((await at.call(null, "GET /meta")).status).toBe(200);
  expect((await at.call(token, "GET /rate_limit")).body).toMatchObject({ rate: { limit: 5000, used: 0 } });
  for (const path of ["/repos/acme/widget/installation", "/orgs/acme/installation"])
    expect((await at.call(jwt(at.app), `GET ${path}`)).body).toMatchObject({ id: at.installation.id });
  expect((await at.call(jwt(at.app), "GET /app/hook/config")).body).toMatchObject({ content_type: "json" });
  expect((await at.call(jwt(at.app), "GET /app/installations")).body).toMatchObject([{ app_slug: "countersign" }]);
});

const letters = fc.constantFrom("a", "b", ".", "/", "*", "**/", "?", "[ab]", "[!a]", "\\*");
test("patterns match as the app's own reading of them does", () => {
  const pattern = fc.array(letters, { maxLength: 6 }).map((parts) => parts.join(""));
  const part = fc.array(fc.constantFrom("a", "b", ".", "*"), { minLength: 1, maxLength: 3 });
  const branch = fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map((one) => one.join("")).join("/"));
  fc.assert(
    fc.property(pattern, branch, (one, other) => {
      expect(fnmatch(one, other)).toBe(branchMatches(one, other));
    }),
    { numRuns: 3000 },
  );
});
