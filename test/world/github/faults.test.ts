import { afterEach, beforeEach, expect, test } from "vitest";
import { operations, operationsOfOthers } from "../judge/wanted.ts";
import { handlers } from "./handlers/index.ts";
import { openSetting, sealed } from "./setting.ts";
import type { Setting } from "./setting.ts";

let at: Setting;
let token: string;
const put = "PUT R/environments/npm/secrets/NPM_TOKEN";
const operation = "actions/create-or-update-environment-secret";

beforeEach(async () => {
  at = await openSetting();
  token = await at.installationToken();
});
afterEach(async () => {
  await at.close();
});

const arm = async () => await at.call(token, put, sealed("x", at.npm));

test("an error before the effect changes nothing, and ends after its times", async () => {
  at.github.core.faults.on({ operation, status: 502, headers: { "retry-after": "7" }, times: 1 });
  const failed = await arm();
  expect([failed.status, failed.headers.get("retry-after")]).toEqual([502, "7"]);
  expect(at.github.environmentSecrets()).toEqual([]);
  expect((await arm()).status).toBe(201);
  at.judge.assertClean();
});

test("after the effect an answer may be an error, or never come", async () => {
  at.github.core.faults.on({ method: "PUT", route: /\/secrets\/NPM_TOKEN$/, nth: 1, statusAfter: 500 });
  at.github.core.faults.on({ route: "/repos/{owner}/{repo}/environments/{environment_name}", dropAnswer: true });
  expect((await arm()).status).toBe(500);
  expect(at.github.secretsOf(at.npm)).toEqual({ NPM_TOKEN: "x" });
  await expect(at.call(token, "GET R/environments/npm")).rejects.toThrow();
  at.judge.assertClean();
});

test("a dropped request has no effect, and a sign-in can fail too", async () => {
  const off = at.github.core.faults.on({ operation, dropRequest: true });
  await expect(arm()).rejects.toThrow();
  expect(at.github.environmentSecrets()).toEqual([]);
  off();
  expect((await arm()).status).toBe(201);
  at.github.core.faults.on({ route: "/login/oauth/access_token", status: 503 });
  const answer = await fetch(`${at.github.url}/login/oauth/access_token`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(503);
});

test("hooks run before and after the effect, and hold the request as long as they like", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen: string[][] = [];
  const look = (): void => void seen.push(at.github.environmentSecrets());
  at.github.core.faults.on({
    operation,
    before: async () => {
      look();
      await promise;
    },
    after: look,
  });
  const answer = arm();
  await at.github.until(() => seen.length === 1 || at.github.core.log.length === 0, "", 100).catch(() => undefined);
  expect(at.github.environmentSecrets()).toEqual([]);
  resolve();
  expect((await answer).status).toBe(201);
  expect(seen).toEqual([[], ["widget/npm/NPM_TOKEN"]]);
});

test("a route that isn't there is a 501 that names it, and a violation", async () => {
  const answer = await at.call(token, "DELETE R/branches/main");
  expect(answer).toMatchObject({ status: 501, body: { message: expect.stringContaining("DELETE /") as string } });
  expect(at.judge.violations).toMatchObject([{ kind: "unknown-route" }]);
});

test("every operation that the judge knows is simulated, but for the list of addresses", () => {
  const missing = [...operations, ...operationsOfOthers].filter((one) => handlers[one] === undefined);
  expect(missing).toEqual(["meta/root"]);
});

test("a fault of the simulator itself is a violation, not one of GitHub's", async () => {
  at.widget.ownerId = 7;
  at.acme.user.id = 7;
  await at.call(token, "GET R/issues/1");
  expect(at.judge.violations.map(({ of }) => of).join()).toContain("the simulated GitHub itself fails");
});

test("the log tells of each request who asked and what came of it, and keeps no bodies", async () => {
  await arm();
  const line = at.github.core.log.at(-1);
  expect(line).toMatchObject({ method: "PUT", operationId: operation, auth: "installation", status: 201 });
  expect(JSON.stringify(at.github.core.log)).not.toContain(token);
});
