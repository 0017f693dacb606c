import { describe, expect, test } from "vitest";
import { GitHubError } from "../../src/github/types.ts";
import { routes } from "../../src/web/routes.ts";
import { aChallenge, aRunnerSession, aView, createBench } from "./bench.ts";
import { signedIn, stranger } from "./visitor.ts";

const view = aView();
const scene = { views: [view], challenges: [{ challenge: aChallenge(), session: aRunnerSession(), view }] };
const at = (path: string, id: string): string => path.replace(":id", id);
const ids: Record<string, string> = { release: "r1", challenge: "c1" };

describe("every route that demands something", () => {
  const closed = routes.filter((route) => route.demands !== "nothing");

  test.each(closed.map((route) => [route.method, route.path] as const))(
    "%s %s has a stranger sign in, whether there is something or not",
    async (method, path) => {
      const bench = createBench(scene);
      for (const id of ["r1", "c1", "none"]) {
        const visitor = stranger(bench);
        const response = await (method === "GET" ? visitor.get(at(path, id)) : visitor.post(at(path, id), {}));
        // A form stays on our page: `form-action 'self'` would stop the browser on its way to GitHub.
        expect(response.status).toBe(method === "GET" ? 303 : 401);
        const onward = method === "GET" ? (response.headers.get("location") ?? "") : await response.text();
        expect(onward).toMatch(/\/sign-in\?return_to=%2F/);
      }
      expect(bench.asked).toEqual([]);
    },
  );

  const owned = closed.filter((route) => route.demands === "release" || route.demands === "challenge");

  test.each(owned.map((route) => [route.method, route.path, ids[route.demands] ?? ""] as const))(
    "%s %s is to somebody of another organisation as if it weren't there",
    async (method, path, id) => {
      const bench = createBench(scene);
      const visitor = await signedIn(bench, "mallory");
      const ask = async (one: string): Promise<[number, string]> => {
        const response = await (method === "GET"
          ? visitor.get(at(path, one))
          : visitor.post(at(path, one), { sha: "a" }));
        return [response.status, await response.text()];
      };
      const [status, hidden] = await ask(id);
      expect(status).toBe(404);
      expect(await ask("none")).toEqual([404, hidden.replaceAll(id, "none")]);
      expect(bench.asked).toEqual([]);
    },
  );
});

describe("every form", () => {
  const forms = routes
    .filter((route) => route.method === "POST")
    .map((route) => [route.path, ids[route.demands] ?? "t1"]);

  test.each(forms)("%s is refused when it comes from elsewhere", async (path = "", id = "") => {
    const bench = createBench(scene);
    const visitor = await signedIn(bench, "alice");
    const foreign: Array<Record<string, string>> = [
      {},
      { origin: "https://evil.test" },
      { origin: "https://evil.test", "sec-fetch-site": "cross-site" },
      { origin: "https://countersign.test.evil.test" },
      { origin: "https://countersign.test", "sec-fetch-site": "same-site" },
      { origin: "null" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of foreign) {
      const response = await visitor.post(at(path, id), { sha: view.release.sha, why: "x" }, headers);
      expect(response.status).toBe(403);
    }
    expect(bench.asked).toEqual([]);
    expect(bench.sessions.size).toBe(1);
  });
});

test("what GitHub shows is asked again after a minute, not before", async () => {
  const bench = createBench(scene);
  const visitor = await signedIn(bench, "bob");
  expect((await visitor.get("/releases/r1")).status).toBe(200);
  bench.stage.visible["bob"] = [];
  bench.clock.pass(59_000);
  expect((await visitor.get("/releases/r1")).status).toBe(200);
  bench.clock.pass(1_000);
  expect((await visitor.get("/releases/r1")).status).toBe(404);
});

test("where GitHub can't be asked nothing is shown", async () => {
  const bench = createBench(scene);
  const visitor = await signedIn(bench, "bob");
  bench.trouble.github = new GitHubError("unavailable", "visibleRepositories", "socket hang up");
  const response = await visitor.get("/releases/r1");
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain("acme");
});

test("every answer carries the security headers", async () => {
  const bench = createBench(scene);
  const visitor = await signedIn(bench, "alice");
  for (const path of ["/", "/releases/r1", "/releases/none", "/tokens", "/nowhere", "/challenges/c1", "/sign-in"]) {
    const { headers } = await visitor.get(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(headers.get("cache-control")).toBe("no-store");
  }
});

test("an error nobody foresaw is a page without details, and a log line without what was sent", async () => {
  const bench = createBench({ ...scene, abilities: { ...aViewAbilities } });
  const visitor = await signedIn(bench, "alice");
  bench.trouble.desk = new Error("canary-in-message");
  const response = await visitor.post("/releases/r1/reject", { sha: view.release.sha, why: "canary-in-form" });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("canary");
  expect(JSON.stringify(bench.logged)).not.toContain("canary");
  expect(bench.logged).toHaveLength(1);
});

const aViewAbilities = { approve: true, reject: true, cancel: true, confirm: "No.", answer: "No." } as const;
