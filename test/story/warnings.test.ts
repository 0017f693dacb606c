import sodium from "libsodium-wrappers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import type { SealedToken } from "../../src/domain/release-types.ts";
import { askSweep, askWarnings } from "../../src/jobs/schedule.ts";
import { Instance } from "../support/instance.ts";
import { Story } from "../support/story.ts";
import { policy } from "../world/cast.ts";
import type { EnvironmentState, IssueState, UserState } from "../world/github/state.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const inBerlin = `warnings: { hour: 9, zone: Europe/Berlin }\n`;

describe("people are warned about tokens that end", () => {
  let story: Story;

  beforeEach(async () => {
    story = await Story.open({ policy, policyLines: inBerlin });
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  /** Moves to an instant with nothing done on the way. */
  const to = (at: string | Date): void => story.clock.advance(new Date(at).getTime() - story.clock.now().getTime());

  const seal = async (
    by: UserState,
    expiresAt: string | Date,
    environment: EnvironmentState = story.cast.npm,
    packages = ["@acme/widget"],
  ): Promise<SealedToken> => {
    const box = sodium.crypto_box_seal(sodium.from_string(`npm_${by.login}`.padEnd(40, "0")), environment.publicKey);
    const [token] = await createDesk(story.app.parts).registerToken({
      ...{ person: { id: by.id, login: by.login }, npmUser: `${by.login}-npm`, label: "laptop", npmKey: null },
      ...{ bypass2fa: false, releaseId: null, expiresAt: new Date(expiresAt) },
      places: [
        {
          repositoryId: story.cast.widget.id,
          packages,
          keyId: environment.keyId,
          ciphertext: Buffer.from(box).toString("base64"),
        },
      ],
    });
    await story.settle();
    if (token === undefined) throw new Error("nothing was sealed");
    return token;
  };

  const push = (text: string): void => {
    const { widget, dave } = story.cast;
    story.github.commit(widget, dave.id, { ".github/countersign.yml": text }, `policy ${text.length}`);
  };

  /** The pass of the present quarter of an hour, and what follows from it. */
  const look = async (): Promise<void> => {
    await askWarnings(story.app.parts);
    await story.settle();
  };

  /** Looks every so often until an instant, as the cron does. */
  const until = async (end: string | Date, step = hour): Promise<void> => {
    while (story.clock.now() < new Date(end)) {
      story.clock.advance(Math.min(step, new Date(end).getTime() - story.clock.now().getTime()));
      await look();
    }
  };

  const given = async (...tokens: SealedToken[]): Promise<string[]> => {
    const rows = await story.app.parts.store.warnings.given(tokens.map(({ id }) => id));
    return rows.map(({ days, at }) => `${days} on ${at.toISOString().slice(0, 16)}`);
  };

  const issues = (): IssueState[] =>
    [...story.cast.widget.issues.values()].filter((one) => one.userId === story.cast.app.botId);
  const theIssue = (): IssueState => {
    expect(issues().length).toBe(1);
    return issues()[0] as IssueState;
  };
  const said = (): string[] => story.github.comments(story.cast.widget, theIssue()).map((one) => one.body);

  test("once each through 90 days and a change of time, with two instances, one of them killed in the middle", async () => {
    const { alice, app } = story.cast;
    to("2027-02-01T10:07:00Z");
    const token = await seal(alice, "2027-04-02T23:59:59Z");
    let second = await Instance.start(story.settings(), story.clock.now());
    // Both look around the hour and at midnight; the second one comes first, and dies when GitHub has opened the issue but hasn't said so yet.
    let deaths = 0;
    story.github.core.faults.on({
      operation: "issues/create",
      times: 1,
      after: async () => {
        deaths += 1;
        await second.kill();
      },
    });
    const nextLook = (now: Date): Date => {
      const began = Math.floor(now.getTime() / day) * day;
      const looks = [0, 6, 7, 8, 9, 24].map((each) => new Date(began + each * hour));
      return looks.find((at) => at > now) ?? now;
    };
    while (story.clock.now() < new Date("2027-05-02T10:00:00Z")) {
      const next = nextLook(story.clock.now());
      if ((await second.warn(next)) === "ended") second = await Instance.start(story.settings(), next);
      to(next);
      await look();
    }
    await second.kill();
    expect(deaths).toBe(1);
    expect(await given(token)).toEqual([
      "14 on 2027-03-19T08:00",
      "7 on 2027-03-26T08:00",
      // Berlin changed its clocks on 28 March.
      "3 on 2027-03-30T07:00",
      "1 on 2027-04-01T07:00",
      "0 on 2027-04-03T00:00",
    ]);
    const issue = theIssue();
    expect(issue.title).toBe("npm tokens of @alice need renewal");
    expect([issue.userId, issue.state]).toEqual([app.botId, "open"]);
    expect(issue.body).toContain("Since 2 April 2027 nobody can release `@acme/widget`.");
    expect(said().map((body) => body.split(" [")[0])).toEqual([
      "- The npm token for `@acme/widget` in the environment npm ends on 2 April 2027, in 7 days.",
      "- The npm token for `@acme/widget` in the environment npm ends on 2 April 2027, in 3 days.",
      "- The npm token for `@acme/widget` in the environment npm ends on 2 April 2027, in 1 day.",
      "- The npm token for `@acme/widget` in the environment npm has ended: no release can use it any more.",
    ]);
    // A new token, and all is well.
    await seal(alice, "2027-07-20T23:59:59Z");
    await story.pass(2 * minute);
    expect(theIssue().state).toBe("closed");
    expect(theIssue().body).toContain("No npm token of alice for releases from this repository needs to be renewed.");
  }, 240_000);

  test("names what will stop working, when, and the link that mends it, to its owner, once", async () => {
    to("2027-01-04T10:00:00Z");
    await seal(story.cast.alice, "2027-02-20T23:59:59Z");
    await until("2027-02-06T09:00:00Z", day);
    const url = `${story.publicUrl}/tokens/new?repository=${story.cast.widget.id}&package=%40acme%2Fwidget`;
    expect(theIssue().body.split("\n")).toEqual([
      "@alice: An npm token of alice for releases from this repository needs to be renewed.",
      "",
      "| Environment | Packages | Ends (UTC) | Left | |",
      "| --- | --- | --- | --- | --- |",
      `| npm | \`@acme/widget\` | 20 February 2027 | 14 days | [renew](${url}) |`,
      "",
      "**What stops working**",
      "",
      "- From 20 February 2027 nobody can release `@acme/widget`.",
      "- Only alice can release `@acme/widget`.",
      "",
      "Make a new token at npm, then seal it behind the link. This issue is kept up to date, and closed when it is renewed or forgotten.",
      "",
      `<!-- countersign tokens ${story.cast.widget.id} ${story.cast.alice.id} -->`,
    ]);
    // An edit mentions nobody; the next warning is a comment.
    await until("2027-02-13T09:00:00Z", day);
    expect(theIssue().body).toContain("| 7 days |");
    expect(theIssue().body).not.toContain("@alice");
    expect(said().length).toBe(1);
    expect(said()[0]).toContain(`[Renew it](${url}).`);
  });

  test("after three weeks of nobody being there, once", async () => {
    to("2027-01-04T10:00:00Z");
    const token = await seal(story.cast.alice, "2027-02-20T23:59:59Z");
    await until("2027-02-01T10:00:00Z", day);
    to("2027-02-22T10:00:00Z");
    await look();
    await until("2027-03-20T10:00:00Z", day);
    expect(await given(token)).toEqual(["0 on 2027-02-22T10:00"]);
    expect(said()).toEqual([]);
    expect(theIssue().body).toContain("@alice: ");
  });

  test("not in the first half of a token of seven days, and of one day only of its end", async () => {
    to("2027-01-04T10:00:00Z");
    const week = await seal(story.cast.alice, "2027-01-11T10:00:00Z");
    const one = await seal(story.cast.carol, "2027-01-05T10:00:00Z");
    await until("2027-01-12T12:00:00Z");
    expect(await given(week)).toEqual(["3 on 2027-01-08T08:00", "1 on 2027-01-10T08:00", "0 on 2027-01-11T10:00"]);
    expect(await given(one)).toEqual(["0 on 2027-01-05T10:00"]);
    expect(issues().length).toBe(2);
  });

  test("of two tokens in one issue, which closes only when both are renewed; and names nobody else's", async () => {
    const { alice, carol, widget } = story.cast;
    const other = story.github.createEnvironment(widget, "next", { rules: [story.cast.app], branches: ["main"] });
    const files = [
      `  - name: "@acme/gadget"\n    environment: next\n    releasers: [alice]\n    approvals: { count: 1, from: [bob] }\n`,
    ];
    push(`${policy}${files.join("")}${inBerlin}`);
    to("2027-01-04T10:00:00Z");
    await seal(alice, "2027-02-10T23:59:59Z");
    await seal(alice, "2027-02-12T23:59:59Z", other, ["@acme/gadget"]);
    await seal(carol, "2027-03-20T23:59:59Z");
    await until("2027-02-06T10:00:00Z", day);
    const { body } = theIssue();
    expect(body).toContain("2 npm tokens of alice for releases from this repository need to be renewed.");
    expect(body).toContain("- From 10 February 2027 alice can't release `@acme/widget`.");
    expect(body).toContain("- From 12 February 2027 nobody can release `@acme/gadget`.");
    expect(body).not.toContain("carol");
    await seal(alice, "2027-04-01T23:59:59Z");
    expect(theIssue().state).toBe("open");
    expect(theIssue().body).not.toContain("@acme/widget");
    const [token] = (await story.app.parts.store.tokens.ofPerson(alice.id)).filter(
      (one) => one.removedAt === null && one.environmentName === "next",
    );
    await createDesk(story.app.parts).removeToken({
      person: { id: alice.id, login: "alice" },
      tokenId: token?.id ?? "",
    });
    await story.settle();
    expect(theIssue().state).toBe("closed");
  });

  test("in the issue that they closed themselves, which is opened again", async () => {
    to("2027-01-04T10:00:00Z");
    await seal(story.cast.alice, "2027-02-20T23:59:59Z");
    await until("2027-02-07T09:00:00Z", day);
    story.github.closeIssue(story.cast.widget, story.cast.alice, theIssue());
    await until("2027-02-12T09:00:00Z", day);
    expect(theIssue().state).toBe("closed");
    await until("2027-02-14T09:00:00Z", day);
    expect(theIssue().state).toBe("open");
  });

  test.each([
    ["GitHub has a fault", { status: 500 }],
    ["GitHub's answer is lost", { dropAnswer: true }],
  ])("when %s for a while, a little later, and once", async (_what, fault) => {
    to("2027-01-04T10:00:00Z");
    await seal(story.cast.alice, "2027-02-20T23:59:59Z");
    story.github.core.faults.on({ operation: "issues/create", times: 2, ...fault });
    story.github.core.faults.on({ operation: "issues/update", times: 2, ...fault });
    story.github.core.faults.on({ operation: "issues/create-comment", times: 2, ...fault });
    await until("2027-02-06T08:00:00Z", day);
    await story.pass(10 * minute, 20);
    expect(theIssue().body).toContain("nobody can release");
    to("2027-02-13T08:00:00Z");
    await look();
    await story.pass(10 * minute, 20);
    expect(theIssue().body).toContain("| 7 days |");
    expect(said().length).toBe(1);
  });

  test("without an issue where the repository has none: it is noted, and others hear of theirs", async () => {
    const { alice, carol, widget } = story.cast;
    to("2027-01-04T10:00:00Z");
    const token = await seal(alice, "2027-02-20T23:59:59Z");
    const others = await seal(carol, "2027-02-20T23:59:59Z");
    story.github.core.faults.on({ operation: "issues/create", status: 410, times: 1 });
    await until("2027-02-06T08:00:00Z", day);
    await story.pass(10 * minute, 10);
    expect((await given(token, others)).length).toBe(2);
    expect(issues().length).toBe(1);
    expect(story.logLines.join("")).toContain("GitHub takes no issue about a person's tokens there");
    expect(widget.issues.size).toBe(2);
    expect((await story.app.parts.store.tasks.counts()).dead).toBe(0);
  });

  test("by the policy's usual hour where the policy is broken", async () => {
    to("2027-01-04T10:00:00Z");
    const token = await seal(story.cast.alice, "2027-02-20T23:59:59Z");
    push("version: 7\n");
    await until("2027-02-05T12:00:00Z", day);
    await until("2027-02-14T12:00:00Z");
    expect(await given(token)).toEqual(["14 on 2027-02-06T09:00", "7 on 2027-02-13T09:00"]);
  });

  test("and what has ended is forgotten in the night, though it is still shown", async () => {
    to("2027-01-04T10:00:00Z");
    const token = await seal(story.cast.alice, "2027-01-11T10:00:00Z");
    await until("2027-01-11T12:00:00Z");
    expect((await story.app.parts.store.tokens.get(token.id))?.ciphertext).not.toBe("");
    await askSweep(story.app.parts);
    await story.settle();
    expect(await story.app.parts.store.tokens.get(token.id)).toMatchObject({ ciphertext: "", removedAt: null });
    expect(theIssue().state).toBe("open");
  });
});
