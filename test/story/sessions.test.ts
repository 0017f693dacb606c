import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import type { DeskForWeb, ReleaseView } from "../../src/desk/types.ts";
import { policy } from "../world/cast.ts";
import type { UserState } from "../world/github/state.ts";
import { Story } from "../support/story.ts";
import { signedIn } from "../support/walker.ts";
import type { Walker } from "../support/walker.ts";

let story: Story;

afterEach(async () => {
  await story.close();
  story.judge.assertClean();
});

const enter = async (by: UserState): Promise<Walker> => {
  const { github, publicUrl: url, cast } = story;
  return await signedIn({ url, github, token: github.signIn(cast.app, by) }, by);
};

describe("a session", () => {
  beforeEach(async () => {
    story = await Story.open();
  });

  test("isn't begun twice with one code of GitHub's, and not with somebody else's", async () => {
    const { github, publicUrl: url, cast } = story;
    const cookies = new Map<string, string>();
    const get = async (address: string): Promise<Response> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(address, { redirect: "manual", headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return response;
    };
    /** As far as GitHub's answer, which is not followed. */
    const callback = async (): Promise<URL> => {
      let next = `${github.url}/as/${cast.alice.login}?to=${encodeURIComponent(`${url}/sign-in`)}`;
      while (!next.startsWith(`${url}/sign-in/callback`))
        next = new URL((await get(next)).headers.get("location") ?? "", next).href;
      return new URL(next);
    };
    const first = await callback();
    expect((await get(first.href)).status).toBe(303);
    const sessions = async (): Promise<number> => (await story.app.parts.store.sessions.ofPerson(cast.alice.id)).length;
    expect(await sessions()).toBe(1);
    expect((await get(first.href)).status).toBe(400);
    const second = await callback();
    // The code of the first time under the state of the second, and a code without the browser that it was for.
    const mixed = new URL(second.href);
    mixed.searchParams.set("code", first.searchParams.get("code") ?? "");
    expect((await get(mixed.href)).status).toBeGreaterThanOrEqual(400);
    expect((await fetch((await callback()).href, { redirect: "manual" })).status).toBe(400);
    expect(await sessions()).toBe(1);
  });

  test("shows nothing more of a repository from the moment on at which its person is taken out of it", async () => {
    const { bob, dave, widget } = story.cast;
    story.github.owners.setPrivate(widget, true, dave);
    await story.settle();
    const walker = await enter(bob);
    expect((await walker.send("GET", `/repositories/${widget.id}`)).status).toBe(200);
    story.github.owners.setCollaborator(widget, bob, null, dave);
    await story.settle();
    // The clock stands: it isn't the minute that is over. The word goes through the database.
    const path = `/repositories/${widget.id}`;
    await vi.waitUntil(async () => (await walker.send("GET", path)).status === 404, { timeout: 4_000 });
    expect((await walker.api("GET", `/repositories/${widget.id}`)).status).toBe(404);
    expect((await walker.send("GET", "/")).body).not.toContain("acme");
  });
});

describe("two tabs at once", () => {
  let desk: DeskForWeb;
  beforeEach(async () => {
    story = await Story.open({ policy: policy.replace("count: 1", "count: 2") });
    desk = createDesk(story.app.parts);
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    await story.say(story.cast.alice, "/release 1.2.0");
  });

  async function word(by: UserState, verdict: "approved" | "rejected", tab: string): Promise<ReleaseView> {
    const { id, sha } = await story.release();
    const person = { id: by.id, login: by.login };
    const evidence = `session-${tab}-${verdict}`;
    return await desk.decide({
      releaseId: id,
      person,
      verdict,
      seenSha: sha,
      comment: "no",
      evidence,
      accessToken: null,
    });
  }
  const approvals = async (): Promise<string[]> =>
    (await story.app.parts.store.approvals.of((await story.release()).id)).map(({ personLogin }) => personLogin);

  test("one person approving in both counts once", async () => {
    const { bob } = story.cast;
    await Promise.all([word(bob, "approved", "one"), word(bob, "approved", "two"), word(bob, "approved", "one")]);
    await story.settle();
    expect(story.runner.jobs).toHaveLength(0);
    expect((await story.release()).decision?.children?.find(({ rule }) => rule === "approvals")?.text).toMatch(
      /^1 of 2/,
    );
  });

  test("two people approving count twice", async () => {
    const { bob, dave } = story.cast;
    await Promise.all([word(bob, "approved", "one"), word(dave, "approved", "two")]);
    await story.settle();
    expect((await approvals()).toSorted()).toEqual(["bob", "dave"]);
    expect(story.runner.jobs).toHaveLength(1);
    await story.finishJob();
  });

  test("one approving the last time and one rejecting end in one of the two, and never in both", async () => {
    const { bob, dave } = story.cast;
    await word(bob, "approved", "one");
    const [approved, rejected] = await Promise.allSettled([
      word(dave, "approved", "two"),
      word(bob, "rejected", "three"),
    ]);
    await story.settle();
    const { state } = await story.release();
    if (rejected.status === "fulfilled") expect([state, story.runner.jobs.length]).toEqual(["rejected", 0]);
    else expect([approved.status, state, story.runner.jobs.length]).toEqual(["fulfilled", "running", 1]);
    for (const job of story.runner.jobs) job.finish("failure");
    await story.pass(60_000, 4);
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});
