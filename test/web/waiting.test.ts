import { describe, expect, test } from "vitest";
import type { Reason } from "../../src/domain/reason.ts";
import { aRelease } from "../support/examples.ts";
import { aTodo, aView, createBench } from "./bench.ts";
import { busyMorning } from "./gallery.ts";
import { signedIn, stranger } from "./visitor.ts";

const byScript = { "x-live": "" };

describe("what a page's script learns of what waits", () => {
  test("is what the queue shows this person, in words for a screen that others may see", async () => {
    const alice = await signedIn(createBench(busyMorning()), "alice");
    const told = await (await alice.get("/waiting", byScript)).json();
    expect(told).toMatchObject({ person: "alice", count: 5 });
    expect((told as { calls: unknown[] }).calls).toEqual([
      {
        key: "challenge-c1",
        title: "npm asks you for the second factor",
        text: "@acme/widget@2.0.0-beta.3 in acme/widget",
        path: "/challenges/c1",
      },
      {
        key: "confirm-r6",
        title: "You started a run: is it a release?",
        text: "@acme/widget in acme/widget",
        path: "/releases/r6",
      },
    ]);
    expect(await (await alice.get("/")).text()).toContain("<title>(5) Queue · Countersign</title>");
  });

  test("names a token that a release waits for", async () => {
    const decision: Reason = {
      ...{ rule: "release", verdict: "waiting", text: "Waits." },
      children: [{ rule: "token", verdict: "waiting", text: "No token.", waitsFor: ["alice"] }],
    };
    const bench = createBench({ views: [aView({ decision })] });
    const told = await (await (await signedIn(bench, "alice")).get("/waiting", byScript)).json();
    expect(told).toMatchObject({ calls: [{ key: "seal-r1", title: "A release waits for an npm token of yours" }] });
  });

  test("is nothing of what GitHub doesn't show, and counts to-dos that call nobody", async () => {
    const mallory = await signedIn(createBench(busyMorning()), "mallory");
    expect(await (await mallory.get("/waiting", byScript)).json()).toMatchObject({ count: 0, calls: [] });
    const alice = await signedIn(createBench({ todos: [aTodo()] }), "alice");
    expect(await (await alice.get("/waiting", byScript)).json()).toMatchObject({ count: 1, calls: [] });
  });

  test("isn't sent again while it is the same", async () => {
    const bench = createBench({ views: [aView()] });
    const bob = await signedIn(bench, "bob");
    const { digest } = (await (await bob.get("/waiting", byScript)).json()) as { digest: string };
    expect((await bob.get("/waiting", { "x-live": digest })).status).toBe(204);
    bench.stage.views.push(aView({ release: aRelease({ id: "r2", version: "1.3.0" }) }));
    expect((await bob.get("/waiting", { "x-live": digest })).status).toBe(200);
  });

  test("is no visit, and nothing for a stranger", async () => {
    const bench = createBench({ views: [aView()] });
    const bob = await signedIn(bench, "bob");
    bench.clock.pass(119 * 60_000);
    expect((await bob.get("/waiting", byScript)).status).toBe(200);
    bench.clock.pass(60_000);
    expect((await bob.get("/waiting", byScript)).status).toBe(401);
    expect((await stranger(bench).get("/waiting", byScript)).status).toBe(401);
  });
});
