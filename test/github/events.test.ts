import { describe, expect, test } from "vitest";
import * as events from "../../src/github/events.ts";
import { readEvent } from "../../src/github/events.ts";

const alice = { id: 1, login: "alice", type: "User" };
const scene = {
  repository: {
    id: 7,
    name: "widget",
    full_name: "acme/widget",
    private: false,
    default_branch: "main",
    owner: { id: 70, login: "acme", type: "Organization" },
  },
  installation: { id: 1 },
  sender: alice,
};
const gate = (url: string): object => ({
  ...scene,
  action: "requested",
  environment: "npm",
  deployment_callback_url: url,
});

describe("a payload", () => {
  test("is read for the fields in use", () => {
    const payload = {
      ...scene,
      action: "created",
      issue: { number: 3, state: "open", title: "not used" },
      comment: { id: 5, body: "/status", user: alice, created_at: "2026-11-02T10:00:00Z" },
    };
    const read = readEvent(events.commentEvent, "issue_comment", payload);
    expect(read.comment.created_at).toEqual(new Date("2026-11-02T10:00:00Z"));
    expect(read.issue).toEqual({ number: 3, state: "open" });
  });

  test("that doesn't fit says which field of which event, and not what stood in it", () => {
    const payload = { ...scene, action: "created", issue: { number: "npm_secret", state: "open" }, comment: {} };
    expect(() => readEvent(events.commentEvent, "issue_comment", payload)).toThrow(/^issue_comment: issue\.number /);
    expect(() => readEvent(events.commentEvent, "issue_comment", payload)).not.toThrow(/npm_secret/);
    const dated = { ...scene, action: "completed", workflow_job: { id: 1, run_id: 2, name: "x", conclusion: null } };
    const late = { ...dated, workflow_job: { ...dated.workflow_job, started_at: "yesterday" } };
    expect(() => readEvent(events.jobEvent, "workflow_job", late)).toThrow(/workflow_job: workflow_job\.started_at /);
  });
});

describe("the run of a gate", () => {
  test("is the number in the callback's address, wherever that points", () => {
    const url = "https://api.github.com/repos/acme/widget/actions/runs/123456789012/deployment_protection_rule";
    expect(readEvent(events.gateEvent, "gate", gate(url)).deployment_callback_url).toBe(123456789012);
  });

  test.each([
    "https://api.github.com/repos/acme/widget/actions/runs/12/other",
    "https://api.github.com/repos/acme/widget/actions/runs/0/deployment_protection_rule",
    // More than a number can hold: rounding would name another run.
    "https://api.github.com/repos/acme/widget/actions/runs/9007199254740993/deployment_protection_rule",
    "",
  ])("is not guessed from %j", (url) => {
    expect(() => readEvent(events.gateEvent, "gate", gate(url))).toThrow(/deployment_callback_url holds no run id/);
  });
});
