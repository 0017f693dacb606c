import { expect, test } from "vitest";
import { createJudge, type Call, type Violation } from "./index.ts";

const R = "/repos/acme/widget";
const SECRET = `${R}/environments/npm/secrets/NPM_TOKEN`;
const GATE = `${R}/actions/runs/12/deployment_protection_rule`;
const DISPATCH = `${R}/actions/workflows/publish.yml/dispatches`;

const judge = createJudge();

function call(line: string, body?: unknown, headers?: Call["headers"]): string[] {
  const [method = "", address = ""] = line.split(" ");
  const { pathname, searchParams } = new URL(address, "http://localhost");
  return judge.request({ method, path: pathname, query: searchParams, body, ...(headers ? { headers } : {}) })
    .violations;
}

test.each([
  ["GET /", undefined],
  ["GET /app/hook/deliveries?per_page=100&status=failure", undefined],
  ["GET /repos/acme/widget/contents/.github/countersign.yml?ref=abc", undefined],
  ["GET /repos/acme/widget/git/ref/heads/release/1.x", undefined],
  ["GET /repos/acme/widget/git/ref/heads%2Fmain", undefined],
  ["GET /repos/acme/widget/actions/runs?status=waiting&per_page=50&page=2", undefined],
  ["GET /repos/acme/widget/actions/runs/12/jobs?filter=latest", undefined],
  [`PUT ${SECRET}`, { encrypted_value: "YWJj", key_id: "1" }],
  [`DELETE ${SECRET}`, undefined],
  [`POST ${GATE}`, { environment_name: "npm", state: "approved", comment: "2 of 2 approved" }],
  [`POST ${GATE}`, { environment_name: "npm", comment: "waits for bob" }],
  [`POST ${DISPATCH}`, { ref: "main", inputs: { version: "1.2.0" }, return_run_details: true }],
  ["POST /repos/acme/widget/issues/7/comments", { body: "hello" }],
  ["POST /repos/acme/widget/issues/comments/9/reactions", { content: "eyes" }],
  ["POST /repos/acme/widget/actions/runs/12/cancel", {}],
])("a good call passes: %s", (line, body) => {
  expect(call(line, body)).toEqual([]);
});

test.each([
  ["a required field is missing", `PUT ${SECRET}`, { encrypted_value: "YWJj" }, /required property 'key_id'/],
  [
    "a value has another alphabet",
    `PUT ${SECRET}`,
    { encrypted_value: "a_-b", key_id: "1" },
    /encrypted_value.*pattern/,
  ],
  ["a body is missing", `PUT ${SECRET}`, undefined, /body is missing/],
  ["a body is there that shouldn't be", "POST /repos/acme/widget/actions/runs/12/cancel", { a: 1 }, /body was sent/],
  [
    "a word isn't one of those allowed",
    `POST ${GATE}`,
    { environment_name: "npm", state: "approve" },
    /approved, rejected/,
  ],
  ["a gate's comment is too long", `POST ${GATE}`, { environment_name: "npm", comment: "x".repeat(1025) }, /1024/],
  [
    "a field is misspelt",
    `POST ${DISPATCH}`,
    { ref: "main", return_run_detail: true },
    /return_run_detail is not a field/,
  ],
  ["there are too many inputs", `POST ${DISPATCH}`, { ref: "main", inputs: inputs(26) }, /more than 25/],
  [
    "a path parameter has another type",
    "GET /repos/acme/widget/issues/seven",
    undefined,
    /issue_number must be integer/,
  ],
  [
    "a query parameter is unknown",
    "GET /repos/acme/widget/environments?name=npm",
    undefined,
    /parameter name is not one/,
  ],
  [
    "a query parameter has another type",
    "GET /repos/acme/widget/environments?page=two",
    undefined,
    /page must be integer/,
  ],
  ["a query parameter isn't a word allowed", "GET /repos/acme/widget/actions/runs?status=wait", undefined, /waiting/],
  ["a query parameter comes twice", "GET /repos/acme/widget/environments?page=1&page=2", undefined, /2 times/],
  ["a page is larger than GitHub gives", "GET /repos/acme/widget/environments?per_page=500", undefined, /1 to 100/],
])("a call is a violation where %s", (_, line, body, sentence) => {
  expect(call(line, body).join("\n")).toMatch(sentence);
});

function inputs(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`input${index}`, "x"]));
}

test("headers are weighed where they are given", () => {
  const headers = {
    "user-agent": "countersign",
    "x-github-api-version": "2022-11-28",
    "content-type": "application/json",
  };
  const comment = `POST ${R}/issues/7/comments`;
  expect(call(comment, { body: "hello" }, headers)).toEqual([]);
  expect(call(comment, { body: "hello" }, { ...headers, "user-agent": "" })).toEqual(["header User-Agent is missing"]);
  expect(call(comment, { body: "hello" }, { ...headers, "content-type": "text/plain" })).toHaveLength(1);
  expect(call(comment, { body: "hello" }, { ...headers, "x-github-api-version": "2026-03-10" })).toHaveLength(1);
});

test("a call is named by its operation, whichever prefix and spelling it came with", () => {
  const query = new URLSearchParams();
  expect(judge.request({ method: "get", path: `/api/v3${R}/environments/npm%2Fprod`, query })).toEqual({
    operationId: "repos/get-environment",
    route: "/repos/{owner}/{repo}/environments/{environment_name}",
    parameters: { owner: "acme", repo: "widget", environment_name: "npm/prod" },
    enabledForGitHubApps: true,
    violations: [],
  });
  const key = judge.request({ method: "GET", path: `${R}/environments/npm/secrets/public-key`, query });
  expect(key.operationId).toBe("actions/get-environment-public-key");
});

test("what GitHub refuses to an app says so: reviewing deployments is for people", () => {
  const path = `${R}/actions/runs/12/pending_deployments`;
  const body = { environment_ids: [1], state: "approved", comment: "" };
  const verdict = judge.request({ method: "POST", path, query: new URLSearchParams(), body });
  expect(verdict).toMatchObject({ enabledForGitHubApps: false, violations: [] });
});

test("an unknown route is a violation that names the methods which the path has", () => {
  expect(call("PUT /repos/acme/widget/environment/npm")).toHaveLength(1);
  expect(call("DELETE /repos/acme/widget/environments")[0]).toContain("that path has GET");
  expect(judge.violations.at(-1)).toMatchObject({
    kind: "unknown-route",
    of: "DELETE /repos/acme/widget/environments",
  });
});

test.each([
  ["actions/delete-environment-secret", 204, undefined],
  ["actions/create-or-update-environment-secret", 201, {}],
  ["actions/create-workflow-dispatch", 204, undefined],
  ["actions/create-workflow-dispatch", 200, details()],
  ["issues/get-comment", 404, { message: "Not Found", documentation_url: "https://docs.github.com", status: "404" }],
  ["actions/get-environment-secret", 503, { message: "Service unavailable" }],
  ["repos/get", 304, undefined],
])("a good reply passes: %s %i", (operation, status, body) => {
  expect(judge.reply(operation, status, body)).toEqual([]);
});

test.each([
  ["its status isn't declared", "actions/delete-environment-secret", 200, undefined, /200 is not declared; 204 are/],
  ["a body is there that shouldn't be", "actions/delete-environment-secret", 204, { ok: true }, /has no body/],
  ["its body is missing", "repos/get", 200, undefined, /body is missing/],
  ["fields are missing", "issues/get-comment", 200, { id: 1 }, /'node_id'[^]*3 more faults/],
  ["a field isn't GitHub's", "actions/create-workflow-dispatch", 200, { ...details(), run_attempt: 1 }, /run_attempt/],
  ["an error has no message", "repos/get", 403, {}, /no message/],
  ["the operation isn't one in use", "repos/delete", 204, undefined, /no such operation/],
])("a reply is a violation where %s", (_, operation, status, body, sentence) => {
  expect(judge.reply(operation, status, body).join("\n")).toMatch(sentence);
});

function details(): Record<string, unknown> {
  const url = "http://127.0.0.1/run/12";
  return { workflow_run_id: 12, run_url: url, html_url: url };
}

test("webhooks are weighed: a good one, a missing field, an invented field, an unknown event", () => {
  expect(judge.webhook("deployment_protection_rule", "requested", gate())).toEqual([]);
  expect(judge.webhook("deployment_protection_rule", "requested", { ...gate(), run_id: 1 })[0]).toContain(
    "payload.run_id",
  );
  expect(judge.webhook("workflow_job", "queued", {})).not.toEqual([]);
  expect(judge.webhook("workflow_job", "exploded", {})[0]).toContain("no such webhook");
});

function gate(): Record<string, unknown> {
  return { action: "requested", environment: "npm", event: "workflow_dispatch", sha: "a".repeat(40), deployment: null };
}

test("violations are told as they are found, listed, thrown together and forgotten on request", () => {
  const told: Violation[] = [];
  const own = createJudge({ onViolation: (violation) => told.push(violation) });
  expect(() => own.assertClean()).not.toThrow();
  own.webhook("push", null, {});
  own.reply("repos/get", 200, undefined);
  expect(told).toEqual(own.violations);
  expect(own.webhooks).toEqual(new Map([["push", 1]]));
  expect(() => own.assertClean()).toThrow(/webhook push: payload[^]*reply repos\/get: 200: the body is missing/);
  own.reset();
  expect(own.violations).toEqual([]);
  expect(() => own.assertClean()).not.toThrow();
});

test("the log counts operations and names the permission that each needs", () => {
  const own = createJudge();
  const query = new URLSearchParams();
  own.request({ method: "DELETE", path: SECRET, query });
  own.request({ method: "DELETE", path: SECRET, query });
  own.request({ method: "GET", path: "/app", query });
  expect(own.log).toEqual([
    {
      operationId: "actions/delete-environment-secret",
      route: "/repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}",
      count: 2,
      permissions: [{ name: "environments", access: "write" }],
    },
    { operationId: "apps/get-authenticated", route: "/app", count: 1, permissions: [] },
  ]);
});
