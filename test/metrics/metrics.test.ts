import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askReconcile } from "../../src/jobs/schedule.ts";
import { Story } from "../support/story.ts";

const token = "what-prometheus-has-0123";
let story: Story;

afterEach(async () => {
  await story.close();
  expect(story.judge.violations).toEqual([]);
});

const ask = async (headers: Record<string, string> = { authorization: `Bearer ${token}` }): Promise<Response> =>
  await fetch(`${story.publicUrl}/metrics`, { headers });

/** Every sample of the text format, by name and labels as they stand there. */
async function samples(): Promise<Map<string, number>> {
  const lines = (await (await ask()).text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", value = ""] = /^([a-z_][a-z_0-9]*(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      expect(name, line).not.toBe("");
      return [name, Number(value)];
    }),
  );
}

describe("metrics", () => {
  beforeEach(async () => {
    story = await Story.open({ metrics: token });
  });

  test("are for whoever has the token, and for nobody else", async () => {
    const shown = await ask();
    expect(shown.status).toBe(200);
    expect(shown.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(shown.headers.get("cache-control")).toBe("no-store");
    for (const headers of [
      {},
      { authorization: "Bearer " },
      { authorization: `Bearer ${token}x` },
      { authorization: token },
    ]) {
      const refused = await ask(headers);
      expect(refused.status).toBe(401);
      expect(await refused.text()).toBe("Metrics are read with `Authorization: Bearer` and METRICS_TOKEN.\n");
    }
  });

  test("count what a release did: its events, its calls, its work, and how long the secret lay there", async () => {
    await story.untilRunning();
    const during = await samples();
    expect(during.get('countersign_leases{state="armed"}')).toBe(1);
    expect(during.get('countersign_releases{state="running"}')).toBe(1);
    await story.pass(7_000);
    expect((await samples()).get("countersign_secret_armed_seconds")).toBeGreaterThanOrEqual(7);
    await story.finishJob();
    await story.pass(60_000);
    const after = await samples();
    expect(after.get("countersign_secret_armed_seconds")).toBe(0);
    expect(after.get("countersign_secret_exposure_seconds_count")).toBe(1);
    expect(after.get("countersign_secret_exposure_seconds_sum")).toBeGreaterThanOrEqual(7);
    expect(after.get('countersign_events_total{event="lease.disarmed"}')).toBe(1);
    expect(after.get('countersign_events_total{event="lease.taken"}')).toBe(1);
    expect(after.get('countersign_deliveries_total{status="202"}')).toBeGreaterThan(3);
    expect(after.get("countersign_database_up")).toBe(1);
    const of = (beginning: string): number =>
      [...after].filter(([name]) => name.startsWith(beginning)).reduce((sum, [, value]) => sum + value, 0);
    const puts = story.github.core.log.filter(({ operationId }) =>
      operationId?.startsWith("actions/create-or-update-env"),
    );
    expect(of('countersign_github_call_seconds_count{verb="putEnvironmentSecret"')).toBe(puts.length);
    expect(of('countersign_work_seconds_count{queue="inbox",kind="issue_comment",result="done"')).toBeGreaterThan(0);
    expect(after.get('countersign_queue_dead{queue="tasks"}')).toBe(0);
    expect(of("countersign_github_requests_left{")).toBeGreaterThan(0);
  });

  test("tell of a secret that can't be removed, until it is", async () => {
    await story.untilRunning();
    const off = story.github.core.faults.on({ operation: "actions/delete-environment-secret", status: 403 });
    await story.finishJob();
    await story.pass(600_000);
    const stuck = await samples();
    expect(stuck.get("countersign_secrets_stuck")).toBe(1);
    expect(stuck.get("countersign_secret_stuck_seconds")).toBeGreaterThan(500);
    off();
    for (let minute = 0; minute < 90; minute += 1) {
      await askReconcile(story.app.parts);
      await story.pass(60_000);
    }
    const gone = await samples();
    expect(gone.get("countersign_secrets_stuck")).toBe(0);
    expect(gone.get("countersign_secret_stuck_seconds")).toBe(0);
  });

  test("name nobody and nothing: no repository, person, package or secret", async () => {
    await story.untilRunning();
    await story.finishJob();
    const text = await (await ask()).text();
    const { alice, bob, widget } = story.cast;
    for (const name of [alice.login, bob.login, "acme", widget.name, 'publish"', "NPM_TOKEN", token])
      expect(text, name).not.toContain(name);
  });
});

test("metrics aren't there where no token is set", async () => {
  story = await Story.open();
  expect((await ask()).status).toBe(404);
});
