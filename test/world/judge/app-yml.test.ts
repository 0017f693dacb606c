import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readDocument } from "./document.ts";
import { permissions, permits } from "./permissions.ts";
import { operations, operationsOfOthers } from "./wanted.ts";

interface Manifest {
  public: boolean;
  default_permissions: Record<string, "read" | "write">;
  default_events: string[];
}

const text = readFileSync(join(import.meta.dirname, "..", "..", "..", "app.yml"), "utf8");
const manifest = parse(text) as Manifest;
const granted = manifest.default_permissions;
const document = readDocument();

test("the app asks only for permissions that GitHub has, at a level that GitHub has", () => {
  const known = document.shared["app-permissions"]?.properties ?? {};
  for (const [name, access] of Object.entries(granted)) expect(known[name]?.enum, name).toContain(access);
});

test("the app never asks for what would let a stolen key change what runs", () => {
  expect(granted["contents"]).toBe("read");
  for (const name of ["administration", "workflows", "repository_hooks", "organization_administration"]) {
    expect(granted[name]).toBeUndefined();
  }
  expect(manifest.public).toBe(false);
});

test("every permission asked for is needed by an operation in use, at that level", () => {
  for (const name of Object.keys(granted)) {
    const { [name]: level, ...others } = granted;
    const less = level === "write" ? { ...others, [name]: "read" } : others;
    // Issues and pull requests stand in for each other in the table, but a comment's place decides which one is needed.
    const alike = name === "issues" ? { ...less, pull_requests: "read" } : less;
    const rest = name === "pull_requests" ? { ...less, issues: "read" } : alike;
    expect(
      operations.filter((operation) => !permits(rest, operation)),
      name,
    ).not.toEqual([]);
  }
});

test("what is asked for is enough for every operation in use", () => {
  expect(operations.filter((operation) => !permits(granted, operation))).toEqual([]);
});

test("what administrators and jobs write with rights of their own, the app may not", () => {
  const allowed = operationsOfOthers.filter((operation) => permits(granted, operation));
  // Comments on pull requests need the permission that would open one; without a branch of its own there is nothing to open.
  expect(allowed).toEqual(["pulls/create"]);
});

test("write includes read, read doesn't include write, and nothing includes nothing", () => {
  expect(permits({ environments: "write" }, "actions/get-environment-secret")).toBe(true);
  expect(permits({ environments: "read" }, "actions/delete-environment-secret")).toBe(false);
  expect(permits({}, "actions/delete-environment-secret")).toBe(false);
  expect(permits({ pull_requests: "write" }, "issues/create-comment")).toBe(true);
  expect(permits({}, "apps/get-authenticated")).toBe(true);
  expect(Object.keys(permissions)).toHaveLength(operations.length + operationsOfOthers.length);
});

test("every event subscribed to is one that the simulator can send", () => {
  const events = new Set([...document.webhooks.keys()].map((name) => name.split(".")[0]));
  expect(manifest.default_events.filter((event) => !events.has(event))).toEqual([]);
  expect(manifest.default_events).toEqual([...manifest.default_events].sort());
});
