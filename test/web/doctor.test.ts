import { describe, expect, test } from "vitest";
import { rules } from "../../src/domain/doctor/rules.ts";
import { GitHubError } from "../../src/github/types.ts";
import { clean, manyFindings, waivedOnly, withoutPolicy } from "../support/examinations.ts";
import { apiClient } from "./api-client.ts";
import { createBench } from "./bench.ts";
import type { Bench, Scene } from "./bench.ts";
import { signedIn, stranger } from "./visitor.ts";

const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;
const harmless = /<img|<script>alert/;
const commit = `https://github.com/acme/widget/blob/${"a".repeat(40)}`;

const benchOf = (examination: Scene["examinations"][number]): Bench =>
  createBench({ examinations: { 1: examination }, readers: ["bob"] });

async function text(bench: Bench, login: string, path = "/repositories/1/doctor"): Promise<string> {
  return await (await (await signedIn(bench, login)).get(path)).text();
}

/** What somebody reads. */
function flat(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ([.,:;])/g, "$1");
}

describe("the doctor's page", () => {
  test("tells what blocks first, area by area, with the line, why, how to mend it, and other names for it", async () => {
    const page = await text(benchOf(manyFindings), "alice");
    const words = flat(page);
    expect(words).toContain(
      "7 findings block releases, 2 findings warn, 1 finding is waived, 2 rules couldn't be looked at.",
    );
    expect(words).toContain("Looked at 23 Nov 2026, 10:00:00 UTC, at commit aaaaaaa of main, for @acme/widget.");
    const order = ["Blocks releases", "Environment", "Workflow", "Warnings", "Waived", "Couldn't be looked at", "Kept"];
    const places = order.map((word) => page.search(new RegExp(`<(h2|h3)[^>]*>${word}`)));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(page).toContain(`href="${commit}/.github/workflows/publish.yml#L11"`);
    expect(words).toContain("A tag or branch can be moved to other code between the approval and the run.");
    expect(words).toContain("The guide: “Check your GitHub Actions dependencies often” · zizmor: unpinned-uses");
    expect(page).toContain('href="/doctor/rules/pinned-actions"');
    expect(page).toContain('data-copy="gh secret delete NPM_TOKEN --repo acme/widget"');
    expect(page).toMatch(/<tr class="added">\s*<td class="number"><\/td>\s*<td class="number">11<\/td>/);
    expect(page).toContain('href="/local-publishing"');
    expect(words).toContain("Waived by bob until 2027-01-31: the machine is wiped each night");
    expect(words).toContain("It was waived, and that is over: by carol until 2026-11-20: after the conference");
  });

  test("says once what is the same for all findings of a rule", async () => {
    const words = flat(await text(benchOf(manyFindings), "alice"));
    expect(words.split("Hand it over in env:")).toHaveLength(2);
    expect(words).toContain("publish.yml, line 14");
    expect(words).toContain("publish.yml, line 19");
  });

  test("tells who may only read nothing of secrets and people, and says so", async () => {
    const page = await text(benchOf(manyFindings), "bob");
    expect(flat(page)).toContain("What concerns secrets and people is shown to people with write access only.");
    expect(page).not.toMatch(/NPM_TOKEN|carol has no|releaser-tokens|standing-secret/);
    expect(flat(page)).toContain("Administrators may bypass the rules of npm");
  });

  test("says in one sentence that nothing is wrong, and keeps the kept rules closed", async () => {
    const page = await text(benchOf(clean), "alice");
    expect(flat(page)).toContain(`Nothing is wrong: all ${rules.length} rules are kept.`);
    expect(page).toMatch(/<details class="box part" id="kept">/);
    expect(flat(await text(benchOf(waivedOnly), "alice"))).not.toContain("Nothing is wrong");
  });

  test("without a policy says why nothing was looked at, and what else there is", async () => {
    const page = await text(benchOf(withoutPolicy), "alice");
    expect(flat(page)).toContain(".github/countersign.yml can't be used:");
    expect(page).toContain('href="/repositories/1"');
    expect(page).toContain('href="/local-publishing"');
  });

  test("shows what files, people and waivers say as text, and leads nowhere that they name", async () => {
    const [first] = manyFindings.report.findings;
    if (first === undefined) throw new Error("nothing was found");
    const waived = { rule: first.rule, path: null, by: evil, reason: evil, until: "2027-01-31" };
    const finding = {
      ...{ ...first, where: { path: `.github/workflows/${evil}`, line: 1 }, subject: evil, text: evil, waived },
      mend: { text: `[here](https://evil.test/) ${evil}`, command: evil, diff: `@@ -1 +1 @@\n-${evil}\n+\u202e` },
    };
    const report = { findings: [finding], unchecked: [{ rule: "plan" as const, why: evil }] };
    const page = await text(benchOf({ ...manyFindings, packages: [evil], report }), "alice");
    expect(page).not.toMatch(harmless);
    expect(page).not.toContain("evil.test");
    expect(page).toContain("⟨U+202E⟩");
    expect(await text(benchOf({ state: "no-policy", why: evil }), "alice")).not.toMatch(harmless);
  });

  test("stays small with a thousand findings of one rule", async () => {
    const [first] = manyFindings.report.findings;
    if (first === undefined) throw new Error("nothing was found");
    const findings = Array.from({ length: 1000 }, (_, line) => ({ ...first, where: { path: "a.yml", line } }));
    const page = await text(benchOf({ ...clean, report: { findings, unchecked: [] } }), "alice");
    expect(flat(page)).toContain("And 970 more like these.");
    expect(page.length).toBeLessThan(60_000);
  });

  test("isn't there for whom GitHub doesn't show the repository, and nothing is looked at", async () => {
    const bench = benchOf(manyFindings);
    bench.trouble.desk = new Error("it was asked");
    for (const path of ["/repositories/1/doctor", "/repositories/77/doctor", "/repositories/x/doctor"]) {
      const answer = await (await signedIn(bench, "mallory")).get(path);
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await stranger(bench).get("/repositories/1/doctor")).headers.get("location")).toMatch(/^\/sign-in/);
  });

  test("says that GitHub doesn't answer, where it doesn't", async () => {
    const bench = benchOf(clean);
    bench.trouble.desk = new GitHubError("unavailable", "environment", "x");
    const answer = await (await signedIn(bench, "alice")).get("/repositories/1/doctor");
    expect(answer.status).toBe(503);
    expect(flat(await answer.text())).toContain("GitHub doesn't answer");
  });
});

describe("the doctor's rules", () => {
  const get = async (path: string): Promise<Response> => await stranger(createBench()).get(path);

  test("are there for everybody, each with a page of its own", async () => {
    const index = await (await get("/doctor/rules")).text();
    for (const { id, title, why } of rules) {
      expect(index).toContain(`href="/doctor/rules/${id}"`);
      const answer = await get(`/doctor/rules/${id}`);
      const words = flat(await answer.text());
      expect([id, answer.status]).toEqual([id, 200]);
      expect(words).toContain(title.replaceAll("`", ""));
      expect(words.replaceAll(" ", "")).toContain(
        why.replaceAll("`", "").replaceAll("&", "&amp;").replaceAll(" ", "").slice(0, 30),
      );
    }
  });

  test("say what a policy may write of them, but where no policy can change it", async () => {
    expect(flat(await (await get("/doctor/rules/runner")).text())).toContain(
      "doctor: levels: runner: block waivers: - rule: runner file:.github/workflows/publish.yml by: your-login",
    );
    expect(flat(await (await get("/doctor/rules/admin-bypass")).text())).not.toContain("waivers:");
  });

  test("that aren't there are a 404", async () => {
    for (const id of ["nothing", "%3Cb%3E", "constructor", "__proto__"])
      expect([id, (await get(`/doctor/rules/${id}`)).status]).toEqual([id, 404]);
  });
});

test("publishing locally is told to everybody, with commands to copy", async () => {
  const page = await (await stranger(createBench()).get("/local-publishing")).text();
  for (const command of [
    "npm logout",
    "npm dist-tag ls your-package",
    "npm token list",
    "npm access set mfa=publish your-package",
  ])
    expect(page).toContain(`data-copy="${command}"`);
});

describe("the doctor in the API", () => {
  const ask = async (bench: Bench, login: string) => {
    const api = apiClient(bench);
    return await api.send("GET", "/repositories/1/doctor", undefined, await api.signIn(login));
  };

  test("tells programs the same, by the same rules", async () => {
    const { status, body } = await ask(benchOf(manyFindings), "alice");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ repository: { id: 1, owner: "acme", name: "widget" }, state: "examined", why: null, whole: true },
      ...{ sha: "a".repeat(40), at: "2026-11-23T10:00:00.000Z", packages: ["@acme/widget"] },
      summary: expect.stringContaining("7 findings block releases") as string,
    });
    expect(body["findings"]).toContainEqual({
      ...{ rule: "pinned-actions", area: "workflow", level: "block", subject: null, zizmor: "unpinned-uses" },
      title: "Actions and called workflows are pinned to a full commit",
      page: "https://countersign.test/doctor/rules/pinned-actions",
      where: {
        ...{ path: ".github/workflows/publish.yml", line: 11 },
        url: `${commit}/.github/workflows/publish.yml#L11`,
      },
      text: "`actions/checkout@v5` is a tag, which can be moved.",
      why: "A tag or branch can be moved to other code between the approval and the run.",
      mend: {
        ...{ text: "Write the full commit, with the version as a comment.", command: null },
        diff: expect.stringContaining("@@ -8,5 +8,5 @@") as string,
      },
      guide: "Check your GitHub Actions dependencies often",
      ...{ waived: null, ended: null },
    });
    expect(JSON.stringify(body)).toContain('"waived":{"by":"bob","reason":"the machine is wiped each night"');
  });

  test("leaves out for readers what is for people with write access", async () => {
    const { body } = await ask(benchOf(manyFindings), "bob");
    expect(body).toMatchObject({ whole: false });
    expect(JSON.stringify(body)).not.toMatch(/NPM_TOKEN|carol has no|standing-secret/);
  });

  test("says that there is no policy, and why", async () => {
    const { body } = await ask(benchOf(withoutPolicy), "alice");
    expect(body).toMatchObject({ state: "no-policy", sha: null, at: null, findings: [], kept: [] });
    expect(body["why"]).toContain("can't be used");
  });

  test("has nothing for whom GitHub doesn't show the repository", async () => {
    expect((await ask(benchOf(manyFindings), "mallory")).status).toBe(404);
  });
});
