import { afterEach, describe, expect, test } from "vitest";
import { apiUrlOf } from "../../src/domain/github-address.ts";
import { failure, Fake } from "./fake.ts";
import type { Answering } from "./fake.ts";

let fake: Fake;
afterEach(async () => await fake?.close());
const start = async (answer?: Answering): Promise<void> => {
  fake = await Fake.start(answer);
};

test.each([
  ["https://github.com", "https://api.github.com"],
  ["https://acme.ghe.com", "https://api.acme.ghe.com"],
  ["https://github.acme.example", "https://github.acme.example/api/v3"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v3"],
])("the API of %s is at %s", (web, api) => expect(apiUrlOf(web)).toBe(api));

describe("the app", () => {
  test("knows itself, and asks once", async () => {
    await start(() => ({ status: 200, body: { id: 5, slug: "countersign" } }));
    expect(await fake.github.self()).toEqual({ id: 5, slug: "countersign", botLogin: "countersign[bot]" });
    await fake.github.self();
    expect(fake.lines).toEqual(["GET /app"]);
    expect(fake.asked[0]?.headers.authorization).toMatch(/^bearer eyJ/);
  });

  test("asks again who it is after a failure", async () => {
    await start(() => ({ status: 403 }));
    await failure(fake.github.self());
    fake.answer = () => ({ status: 200, body: { id: 5, slug: "countersign" } });
    expect(await fake.github.self()).toMatchObject({ id: 5 });
  });

  test("reads deliveries by their cursor, back to the instant and no further", async () => {
    const one = (id: number, at: string, status_code: number): object => ({
      id,
      guid: `guid-${id}`,
      delivered_at: at,
      redelivery: false,
      status_code,
      event: "issue_comment",
    });
    await start(({ line }) =>
      line.includes("cursor=c2")
        ? {
            status: 200,
            body: [one(2, "2026-11-02T08:00:00Z", 502), one(1, "2026-11-01T08:00:00Z", 502)],
            headers: { link: '<http://x/app/hook/deliveries?cursor=c3>; rel="next"' },
          }
        : {
            status: 200,
            body: [one(3, "2026-11-02T09:00:00Z", 202)],
            headers: { link: '<http://x/app/hook/deliveries?per_page=100&cursor=c2>; rel="next"' },
          },
    );
    const found = await fake.github.deliveries(new Date("2026-11-02T00:00:00Z"));
    expect(found.map(({ id, ok }) => [id, ok])).toEqual([
      [3, true],
      [2, false],
    ]);
    expect(fake.lines.length).toBe(2);
  });

  test("lists all its installations", async () => {
    await start(({ line }) => ({
      status: 200,
      body: Array.from({ length: line.includes("&page=1") ? 100 : 1 }, (_, id) => ({
        id,
        account: { login: "acme" },
        suspended_at: id === 1 ? "2026-01-01T00:00:00Z" : null,
      })),
    }));
    const found = await fake.github.installations();
    expect(found.length).toBe(101);
    expect(found[1]?.suspended).toBe(true);
  });
});

describe("a person", () => {
  test("sees the repositories of every installation that shows them something", async () => {
    await start(({ line }) => {
      if (line.includes("/user/installations?"))
        return { status: 200, body: { installations: [{ id: 1 }, { id: 2 }, { id: 3 }] } };
      if (line.includes("/2/")) return { status: 403, body: { message: "suspended" } };
      const written = { id: 11, permissions: { admin: false, maintain: false, push: true, triage: true, pull: true } };
      return { status: 200, body: { repositories: [line.includes("/1/") ? written : { id: 33 }] } };
    });
    expect(await fake.github.asPerson("ghu_secret").visibleRepositories()).toEqual([
      { id: 11, writable: true },
      // GitHub doesn't say what they may do: nothing is taken for granted.
      { id: 33, writable: false },
    ]);
    expect(fake.asked[0]?.headers.authorization).toBe("token ghu_secret");
  });

  test("who has no budget left at GitHub takes nobody else's", async () => {
    await start(({ headers }) =>
      headers.authorization === "token ghu_busy"
        ? { status: 403, headers: { "retry-after": "3000" } }
        : { status: 200, body: { id: 2, login: "bob" } },
    );
    expect(await failure(fake.github.asPerson("ghu_busy").whoami())).toMatchObject({ code: "limited" });
    expect(await fake.github.asPerson("ghu_other").whoami()).toEqual({ id: 2, login: "bob" });
  });

  test("whose token isn't good any more is not known", async () => {
    await start(() => ({ status: 401, body: { message: "Bad credentials" } }));
    const error = await failure(fake.github.asPerson("ghu_secret").whoami());
    expect(error).toMatchObject({ code: "unauthorized" });
    expect(JSON.stringify(error)).not.toContain("ghu_secret");
  });
});

describe("sign-in", () => {
  const exchange = async (): Promise<unknown> => await fake.github.oauth.exchange("code1", "verifier1", "http://x/cb");

  test("begins at GitHub's page with a challenge", async () => {
    await start();
    const url = new URL(fake.github.oauth.signInUrl("state1", "challenge1", "http://x/cb"));
    expect(url.origin + url.pathname).toBe(`${fake.url}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ state: "state1", code_challenge_method: "S256" });
  });

  test("exchanges the code for a token that lasts eight hours at most", async () => {
    await start(() => ({ status: 200, body: { access_token: "ghu_1", expires_in: 999_999, refresh_token: "ghr_1" } }));
    expect(await exchange()).toEqual({ accessToken: "ghu_1", expiresAt: new Date(fake.now.getTime() + 28_800_000) });
    expect(fake.asked[0]?.body).toMatchObject({ code: "code1", code_verifier: "verifier1" });
  });

  test("takes an error with the status 200 for one", async () => {
    await start(() => ({ status: 200, body: { error: "bad_verification_code" } }));
    expect(await failure(exchange())).toMatchObject({ code: "unauthorized" });
    fake.answer = () => ({ status: 502 });
    expect(await failure(exchange())).toMatchObject({ code: "unavailable" });
  });

  test("never takes the client secret to another address", async () => {
    await start(({ line }) =>
      line.includes("/elsewhere") ? { status: 200 } : { status: 307, headers: { location: `${fake.url}/elsewhere` } },
    );
    const error = await failure(exchange());
    expect(error).toMatchObject({ code: "unavailable" });
    expect(fake.asked.length).toBe(1);
    expect(JSON.stringify(error)).not.toContain("the-client-secret");
  });

  test("ends with the token taken back; that it was gone is fine", async () => {
    await start(() => ({ status: 422 }));
    await fake.github.oauth.revoke("ghu_1");
    expect(fake.lines).toEqual(["DELETE /applications/Iv1.client/token"]);
    fake.answer = () => ({ status: 500 });
    expect(await failure(fake.github.oauth.revoke("ghu_1"))).toMatchObject({ code: "unavailable", verb: "revoke" });
  });
});
