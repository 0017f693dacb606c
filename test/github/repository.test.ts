import { afterEach, describe, expect, test } from "vitest";
import { acme, failure, Fake } from "./fake.ts";
import type { Answering } from "./fake.ts";

let fake: Fake;
afterEach(async () => await fake.close());
const start = async (answer?: Answering): Promise<void> => {
  fake = await Fake.start(answer);
};
const details = { workflow_run_id: 9, run_url: "https://api/9", html_url: "https://web/9" };

describe("dispatch", () => {
  const dispatch = async (): Promise<unknown> =>
    await fake.widget.dispatch("publish.yml", "main", { version: "1.2.0", tag: "latest" });

  test("asks for the run's id and gets it", async () => {
    await start(() => ({ status: 200, body: details }));
    expect(await dispatch()).toEqual({ runId: 9, htmlUrl: "https://web/9" });
    expect(fake.asked.at(-1)?.body).toEqual({
      ref: "main",
      inputs: { version: "1.2.0", tag: "latest" },
      return_run_details: true,
    });
  });

  test("answered without details is a run to be looked for", async () => {
    await start(() => ({ status: 204 }));
    expect(await dispatch()).toBeNull();
  });

  test.each([400, 422])("is asked again without the field that an older server refuses (%i)", async (status) => {
    const message = 'Invalid request.\n\n"return_run_details" is not a permitted key.';
    await start(({ body }) => ("return_run_details" in body ? { status, body: { message } } : { status: 204 }));
    expect(await dispatch()).toBeNull();
    expect(fake.lines.length).toBe(2);
  });

  test("refused for another reason is not asked again, and says the reason", async () => {
    await start(() => ({ status: 422, body: { message: "No ref found for: main" } }));
    const error = await failure(dispatch());
    expect(error).toMatchObject({ code: "invalid" });
    expect((error as Error).message).toBe("GitHub calls it invalid. It says: No ref found for: main.");
    expect(fake.lines.length).toBe(1);
  });

  test("answered with something else is no success", async () => {
    await start(() => ({ status: 200, body: {} }));
    expect(await failure(dispatch())).toMatchObject({ code: "unexpected" });
  });
});

describe("a secret", () => {
  const put = async (): Promise<unknown> => {
    const sealed = { keyId: "k1", ciphertext: "c2VhbGVk" };
    return await fake.widget.putEnvironmentSecret("npm", "NPM_TOKEN", sealed, new Date(fake.now.getTime() + 5000));
  };

  test.each([
    [201, "created"],
    [204, "updated"],
  ])("put and answered %i was %s", async (status, outcome) => {
    await start(() => ({ status, body: {} }));
    expect(await put()).toBe(outcome);
    expect(fake.asked.at(-1)?.body).toEqual({ encrypted_value: "c2VhbGVk", key_id: "k1" });
  });

  test("put and answered in any other way is no success", async () => {
    await start(() => ({ status: 200, body: {} }));
    expect(await failure(put())).toMatchObject({ code: "unexpected" });
  });

  test("of the same name is found in repository and organisation, whatever its case", async () => {
    await start(({ line }) =>
      line.includes("organization-secrets")
        ? { status: 200, body: { total_count: 1, secrets: [{ name: "npm_token" }] } }
        : { status: 200, body: { name: "NPM_TOKEN" } },
    );
    expect(await fake.widget.sameNamedSecrets("NPM_TOKEN")).toEqual(["repository", "organization"]);
  });

  test("of an organisation isn't asked for where a person owns the repository", async () => {
    await start();
    const own = fake.github.repository({ ...acme, ownerType: "User" });
    expect(await own.sameNamedSecrets("NPM_TOKEN")).toEqual([]);
    expect(fake.lines).toEqual(["GET /repos/acme/widget/actions/secrets/NPM_TOKEN"]);
  });
});

describe("lists", () => {
  const page = (line: string): number => Number(new URL(line.split(" ")[1] ?? "", "http://x").searchParams.get("page"));

  test("are read page by page to their end", async () => {
    await start(({ line }) => ({
      status: 200,
      body: { branch_policies: Array.from({ length: page(line) < 3 ? 100 : 5 }, (_, i) => ({ name: `b${i}` })) },
    }));
    const found = await fake.widget.branchPatterns("npm");
    expect(found.length).toBe(205);
    expect(found[0]).toEqual({ name: "b0", type: "branch" });
  });

  test("that don't end are an error, not a part", async () => {
    await start(() => ({ status: 200, body: { jobs: Array.from({ length: 100 }, () => ({})) } }));
    expect(await failure(fake.widget.jobs(1, 1))).toMatchObject({ code: "unexpected" });
    expect(fake.lines.length).toBe(10);
  });
});

describe("what GitHub tells of", () => {
  test.each([
    [{ permission: "write", role_name: "maintain" }, "maintain"],
    [{ permission: "read", role_name: "triage" }, "triage"],
    [{ permission: "write", role_name: "release-crew" }, "write"],
    [{ permission: "strange" }, "none"],
  ])("a person's role, %j, is %s", async (body, role) => {
    await start(() => ({ status: 200, body }));
    expect(await fake.widget.permission("alice")).toBe(role);
  });

  test("a stranger is none, and only an active member is a member", async () => {
    await start(({ line }) => (line.includes("memberships") ? { status: 200, body: { state: "pending" } } : undefined));
    expect(await fake.widget.permission("mallory")).toBe("none");
    expect(await fake.widget.isTeamMember("acme", "maintainers", "mallory")).toBe(false);
  });

  test("an environment: bypass is unknown where it isn't said", async () => {
    const environment = { id: 3, name: "npm", protection_rules: [], deployment_branch_policy: null };
    await start(() => ({ status: 200, body: environment }));
    expect(await fake.widget.environment("npm")).toMatchObject({ adminsCanBypass: null, requiredReviewers: null });
    fake.answer = () => ({ status: 200, body: { ...environment, can_admins_bypass: false } });
    expect(await fake.widget.environment("npm")).toMatchObject({ adminsCanBypass: false, waitTimer: 0 });
  });

  test("a branch that was renamed: it isn't there any more, though GitHub shows the new one", async () => {
    await start(() => ({ status: 200, body: { name: "trunk", commit: { sha: "abc" } } }));
    expect(await fake.widget.branchHead("main")).toBeNull();
  });

  test("a run whose people are gone: nobody, and no person", async () => {
    const run = {
      id: 9,
      html_url: "https://web/9",
      run_attempt: 1,
      status: "waiting",
      conclusion: null,
      event: "workflow_dispatch",
      path: ".github/workflows/publish.yml@main",
      head_sha: "abc",
      head_branch: "main",
      head_repository: null,
      actor: null,
      display_title: "1.2.0",
      created_at: "2026-11-02T09:00:00Z",
    };
    await start(() => ({ status: 200, body: { total_count: 1, workflow_runs: [run] } }));
    const [found] = await fake.widget.waitingRuns();
    expect(found).toMatchObject({
      path: ".github/workflows/publish.yml",
      actor: { id: 0, login: "ghost", type: "Ghost" },
      triggeringActor: { id: 0 },
    });
  });

  test("a file above a megabyte, a folder: neither can be read", async () => {
    await start(() => ({ status: 200, body: { type: "file", encoding: "none", content: "", sha: "b" } }));
    expect(await failure(fake.widget.file("a b/é.yml", "abc"))).toMatchObject({ code: "invalid" });
    expect(fake.lines).toEqual(["GET /repos/acme/widget/contents/a%20b/%C3%A9.yml?ref=abc"]);
    fake.answer = () => ({ status: 200, body: [] });
    expect(await failure(fake.widget.file("a", "abc"))).toMatchObject({ code: "invalid" });
  });

  test("a cancelled run: 409 says that it isn't running", async () => {
    await start(() => ({ status: 409, body: { message: "Cannot cancel a workflow run that is completed." } }));
    expect(await fake.widget.cancelRun(9)).toBe("not-running");
  });

  test("a gate's comment: it is cut where GitHub would refuse it", async () => {
    await start(() => ({ status: 204 }));
    await fake.widget.answerGate(9, "npm", "rejected", "x".repeat(2000));
    expect(String(fake.asked.at(-1)?.body["comment"]).length).toBeLessThanOrEqual(1024);
  });
});
