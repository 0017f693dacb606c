import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { GitHubError } from "../../src/github/types.ts";
import { failure, Fake } from "./fake.ts";
import type { Answering } from "./fake.ts";

let fake: Fake;
afterEach(async () => await fake.close());
const start = async (answer?: Answering): Promise<void> => {
  fake = await Fake.start(answer);
};
const later = (seconds: number): Date => new Date(fake.now.getTime() + seconds * 1000);
const sealed = { keyId: "k1", ciphertext: "c2VhbGVk" };

describe("a request", () => {
  test("names the API's version and carries the installation's token", async () => {
    await start(() => ({ status: 200, body: { name: "main", commit: { sha: "abc" } } }));
    expect(await fake.widget.branchHead("main")).toBe("abc");
    const { headers } = fake.asked.at(-1)!;
    expect(headers["x-github-api-version"]).toBe("2022-11-28");
    expect(headers.authorization).toBe("token ghs_fake");
    expect(fake.asked[0]!.line).toBe("POST /api/v3/app/installations/1/access_tokens");
    expect(fake.verbs).toEqual(["branchHead"]);
  });

  test("encodes names with slashes, spaces and emoji", async () => {
    await start();
    expect(await fake.widget.environment("npm/prod 🚀")).toBeNull();
    expect(fake.lines).toEqual(["GET /repos/acme/widget/environments/npm%2Fprod%20%F0%9F%9A%80"]);
  });

  test.each(["..", ".", ""])("with the name %j is not sent: it would mean another address", async (name) => {
    await start();
    expect(await failure(fake.widget.environment(name))).toMatchObject({ code: "invalid" });
    expect(await failure(fake.widget.deleteEnvironmentSecret(name, "NPM_TOKEN"))).toMatchObject({ code: "invalid" });
    expect(fake.lines).toEqual([]);
  });

  test.each(["../../x/y", "a//b", "./a", ".github/.."])("for the file %j is not sent", async (path) => {
    await start();
    expect(await failure(fake.widget.file(path, "abc"))).toMatchObject({ code: "invalid" });
    expect(fake.lines).toEqual([]);
  });
});

describe("a failure", () => {
  test.each([
    [400, "invalid"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [409, "conflict"],
    [410, "not-found"],
    [418, "unexpected"],
    [422, "invalid"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])(
    "with the status %i is called %s, in a sentence",
    async (status, code) => {
      await start(() => ({ status, body: { message: "No ref found for: main" } }));
      // A token that is older than five seconds: octokit tries a 401 again while it is younger.
      fake.token = { status: 201, body: { token: "ghs_old", expires_at: "2099-01-01T00:00:00Z" } };
      const error = await failure(fake.widget.comment(1, "hello"));
      expect(error).toBeInstanceOf(GitHubError);
      expect(error).toMatchObject({ code, verb: "comment", status, retryAt: null });
      expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
    },
    30_000,
  );

  test("keeps nothing of what was sent or received", async () => {
    await start(() => ({
      status: 422,
      body: { message: `x <b> ${"c2VhbGVk"} npm_abcdefghijklmnopqrstuvwxyz0123456789ab` },
    }));
    const error = await failure(fake.widget.putEnvironmentSecret("npm", "NPM_TOKEN", sealed, later(5)));
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toMatch(/c2VhbGVk|ghs_fake|npm_abc|authorization/);
    expect((error as { cause?: unknown }).cause).toBeUndefined();
  });

  test("without an answer is unavailable, and a write is sent once", async () => {
    await start(() => ({ status: 0, drop: true }));
    expect(await failure(fake.widget.dispatch("publish.yml", "main", {}))).toMatchObject({ code: "unavailable" });
    expect(await failure(fake.widget.answerGate(1, "npm", "approved", ""))).toMatchObject({ code: "unavailable" });
    expect(await failure(fake.widget.comment(1, "hello"))).toMatchObject({ code: "unavailable" });
    expect(await failure(fake.widget.putEnvironmentSecret("npm", "T", sealed, later(5)))).toMatchObject({
      code: "unavailable",
    });
    expect(fake.lines.length).toBe(4);
  });

  test("of a field is named, without the field's value", async () => {
    await start(() => ({ status: 200, body: { name: "main", commit: { sha: 12345678 } } }));
    const error = await failure(fake.widget.branchHead("main"));
    expect(error).toMatchObject({ code: "unexpected" });
    expect((error as Error).message).toContain("commit.sha");
    expect((error as Error).message).not.toContain("12345678");
  });

  test("is logged nowhere by the client", async () => {
    await start(() => ({ status: 500 }));
    await failure(fake.widget.comment(1, "hello"));
    expect(fake.logLines).toEqual([]);
  });
});

describe("without the installation's token", () => {
  test.each([
    [404, "forbidden", "isn't installed there any more"],
    [403, "forbidden", "suspended"],
    [401, "key-refused", "APP_ID and PRIVATE_KEY"],
  ])("(%i) nothing is taken for absent", async (status, code, words) => {
    await start();
    fake.token = { status, body: { message: "Not Found" } };
    const asks = [
      fake.widget.environmentSecret("npm", "NPM_TOKEN"),
      fake.widget.deleteEnvironmentSecret("npm", "NPM_TOKEN"),
      fake.widget.read(),
      fake.widget.run(1),
      fake.widget.permission("alice"),
    ];
    for (const ask of asks) {
      const error = await failure(ask);
      expect(error).toMatchObject({ code });
      expect((error as Error).message).toContain(words);
    }
  });
});

describe("a read", () => {
  test("is tried three times where GitHub fails", async () => {
    await start((_, nth) =>
      nth < 3 ? { status: 502 } : { status: 200, body: { name: "main", commit: { sha: "abc" } } },
    );
    expect(await fake.widget.branchHead("main")).toBe("abc");
    expect(fake.lines.length).toBe(3);
    fake.answer = () => ({ status: 0, drop: true });
    expect(await failure(fake.widget.branchHead("other"))).toMatchObject({ code: "unavailable", status: null });
    expect(fake.lines.length).toBe(6);
  });

  test("so is the removal of a secret; that it was gone before is fine", async () => {
    await start((_, nth) => (nth < 3 ? { status: 502 } : { status: 204 }));
    expect(await fake.widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("deleted");
    expect(fake.lines.length).toBe(3);
    fake.answer = () => undefined;
    expect(await fake.widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("absent");
  });
});

describe("limits", () => {
  test.each([
    ["429 with retry-after", 429, { "retry-after": "30" }, "", 30],
    ["403 with retry-after", 403, { "retry-after": "30" }, "", 30],
    ["403 with a sentence alone", 403, {}, "You have exceeded a secondary rate limit.", 60],
  ])("%s is a limit, with the time to come again", async (_, status, headers, message, seconds) => {
    await start(() => ({ status, headers, body: { message } }));
    expect(await failure(fake.widget.run(1))).toMatchObject({ code: "limited", retryAt: later(seconds) });
  });

  test("the hour's spent budget is a limit until its reset", async () => {
    await start(() => ({
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(later(1800).getTime() / 1000) },
    }));
    expect(await failure(fake.widget.run(1))).toMatchObject({ code: "limited", retryAt: later(1800) });
  });

  test("while GitHub asks us to wait, nothing is sent but what removes a secret or stops a run", async () => {
    await start(() => ({ status: 429, headers: { "retry-after": "600" } }));
    await failure(fake.widget.run(1));
    expect(fake.lines.length).toBe(1);
    expect(await failure(fake.widget.run(2))).toMatchObject({ code: "limited", retryAt: later(600) });
    expect(await failure(fake.widget.comment(1, "hello"))).toMatchObject({ code: "limited" });
    expect(fake.lines.length).toBe(1);
    fake.answer = ({ line }) => ({ status: line.startsWith("DELETE") ? 204 : 202 });
    expect(await fake.widget.deleteEnvironmentSecret("npm", "NPM_TOKEN")).toBe("deleted");
    expect(await fake.widget.cancelRun(1)).toBe("asked");
    fake.now = later(601);
    fake.answer = () => undefined;
    expect(await fake.widget.run(2)).toBeNull();
  });

  test("the end of the hour's budget is kept for removals", async () => {
    await start();
    const headers = { "x-ratelimit-remaining": "40", "x-ratelimit-reset": String(later(1800).getTime() / 1000) };
    const body = { name: "main", commit: { sha: "abc" } };
    fake.answer = ({ line }) => ({ status: line.startsWith("DELETE") ? 204 : 200, headers, body });
    expect(await fake.widget.branchHead("main")).toBe("abc");
    expect(await failure(fake.widget.branchHead("main"))).toMatchObject({ code: "limited", retryAt: later(1800) });
    expect(await failure(fake.widget.putEnvironmentSecret("npm", "T", sealed, later(5)))).toMatchObject({
      code: "limited",
    });
    expect(await fake.widget.deleteEnvironmentSecret("npm", "T")).toBe("deleted");
  });
});

describe("a deadline", () => {
  test("that is over lets nothing be sent", async () => {
    await start(() => ({ status: 201 }));
    const error = await failure(fake.widget.putEnvironmentSecret("npm", "T", sealed, later(0)));
    expect(error).toMatchObject({ code: "unavailable" });
    expect((error as Error).message).toContain("nothing was");
    expect(fake.lines).toEqual([]);
  });

  test("ends a request that isn't answered, and one that waits for its token", async () => {
    await start(() => ({ status: 0, hang: true }));
    const put = async (): Promise<unknown> =>
      await failure(fake.widget.putEnvironmentSecret("npm", "T", sealed, new Date(fake.now.getTime() + 300)));
    expect(await put()).toMatchObject({ code: "unavailable" });
    expect(fake.lines.length).toBe(1);
    fake.token = { status: 0, hang: true };
    const other = fake.github.repository({ ...fake.widget.repository, installationId: 2 });
    const began = performance.now();
    const soon = new Date(fake.now.getTime() + 300);
    expect(await failure(other.putEnvironmentSecret("npm", "T", sealed, soon))).toMatchObject({ code: "unavailable" });
    expect(performance.now() - began).toBeLessThan(3000);
    expect(fake.lines.length).toBe(1);
  });
});
