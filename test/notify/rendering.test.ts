import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { message as messageSchema } from "../../src/domain/message.ts";
import type { Message, ReleaseFacts } from "../../src/domain/message.ts";
import { mailOf } from "../../src/notify/mail.ts";
import { slackBody } from "../../src/notify/slack.ts";
import { webhookBody } from "../../src/notify/webhook.ts";

const at = new Date("2026-11-23T09:05:00Z");
const link = "https://countersign.test/releases/r1";
const facts: ReleaseFacts = {
  ...{ id: "r1", number: 12, repository: "acme/widget", package: "@acme/widget", version: "1.2.0", distTag: "latest" },
  ...{ branch: "main", sha: "a".repeat(40), environment: "npm", releaser: "alice" },
};
const wanted: Message = {
  ...{ kind: "approval-wanted", release: facts, waitsFor: ["bob", "@acme/maintainers"] },
  ...{ text: "0 of 1 approvals for aaaaaaa.", link },
};
const asked: Message = {
  ...{ kind: "challenge", release: facts, asksFor: "code", try: 2, until: "2026-11-23T09:10:00.000Z" },
  link: "https://countersign.test/challenges/c1",
};
const warning: Message = {
  ...{ kind: "token-warning", repository: "acme/widget", owner: "alice", link: "https://countersign.test/tokens" },
  lines: [{ packages: ["@acme/widget", "left-pad"], environment: "npm", daysLeft: 3, endsAt: "2026-11-26T00:00:00Z" }],
  forecast: ["From 26 November nobody can release left-pad."],
};
const staged: Message = {
  ...{ kind: "stage-waits", release: facts, waitsFor: ["carol", "dan"], at: "here", npmUsers: [] },
  ...{ stage: "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10", shasum: "e".repeat(40), link: `${link}#stage` },
};
const letter = (message: Message) => ({ id: "m1", at, message });

/** A hostile text in every place that somebody else writes. */
const hostile = `</p><script>alert(1)</script> <!channel> <@U1> & "x" 'y'\r\nBcc: eve@evil.test\u202e`;
const everywhere: Message[] = [
  {
    ...wanted,
    ...{ text: hostile, waitsFor: [hostile] },
    release: {
      ...{ ...facts, repository: hostile, package: hostile, version: hostile, distTag: hostile, branch: hostile },
      ...{ environment: hostile, releaser: hostile, sha: hostile },
    },
  },
  { ...asked, release: { ...facts, package: hostile, releaser: hostile } },
  { kind: "release-ended", release: { ...facts, package: hostile }, outcome: "rejected", text: hostile, link },
  {
    ...{ ...warning, repository: hostile, owner: hostile, forecast: [hostile] },
    lines: [{ packages: [hostile], environment: hostile, daysLeft: 0, endsAt: "2026-11-26T00:00:00Z" }],
  },
  {
    ...{ kind: "secret-stays", repository: hostile, environment: hostile, secret: hostile, why: "not-ours", link },
    text: hostile,
  },
  {
    ...{ kind: "out-of-band", repository: hostile, package: hostile, version: hostile, publisher: hostile, link },
    ...{ what: "published", oddities: [{ code: "other-publisher", text: hostile }] },
  },
  {
    ...{ ...staged, stage: hostile, shasum: hostile, waitsFor: [hostile], npmUsers: [hostile], at: "npm" },
    release: { ...facts, package: hostile },
  },
  { kind: "releases-stopped", account: hostile, by: hostile, lifted: false, reason: hostile, link },
  { kind: "releases-stopped", account: hostile, by: hostile, lifted: true, reason: hostile, link },
  { kind: "test", by: hostile, channel: hostile, repository: hostile, link },
];

/** Every text of a block, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(texts);
}

describe("a stage that waits", () => {
  test("calls whom it waits for to compare, then approve, here or at npm", () => {
    const here = slackBody(letter(staged));
    expect(here.text).toBe(
      "Staged at npm, to be approved: @acme/widget@1.2.0. It goes live once one of them approves it. Compare its shasum with what npm holds, then approve or reject it on its page; npm then asks for your second factor.",
    );
    expect(JSON.stringify(here)).toContain(`<${link}#stage|Compare, then approve>`);
    expect(JSON.stringify(here)).toContain("carol, dan");
    const there = slackBody(letter({ ...staged, at: "npm", npmUsers: ["bob-npm"] }));
    expect(there.text).toContain("It goes live once bob-npm approves it with their second factor.");
  });

  test("of several packages doesn't show the shasum of one for that of all", () => {
    const release = { ...facts, packages: ["@acme/widget", "@acme/gadget"] };
    const { text, blocks } = slackBody(letter({ ...staged, release, at: "npm" }));
    expect(text).toContain("@acme/widget@1.2.0 with 1 more");
    expect(JSON.stringify(blocks)).not.toContain("e".repeat(40));
  });

  test("may have been told by an older version, that named nobody", () => {
    const { waitsFor: _, at: _at, npmUsers: _users, ...older } = staged;
    expect(messageSchema.parse(older)).toMatchObject({ waitsFor: [], at: "npm", npmUsers: [] });
  });
});

describe("Slack", () => {
  test("an approval that is wanted has all its facts", () => {
    expect(slackBody(letter(wanted))).toEqual({
      text: "Approval wanted: @acme/widget@1.2.0. 0 of 1 approvals for aaaaaaa.",
      blocks: [
        {
          type: "header",
          text: { type: "plain_text", text: "Approval wanted: @acme/widget@1.2.0", emoji: false },
        },
        { type: "section", text: { type: "mrkdwn", text: "0 of 1 approvals for aaaaaaa.", verbatim: true } },
        {
          type: "section",
          fields: [
            ["Package", "@acme/widget"],
            ["Version", "1.2.0 (latest)"],
            ["Commit", "aaaaaaa on main"],
            ["Repository", "acme/widget"],
            ["Environment", "npm"],
            ["Asked for by", "alice"],
            ["Waits for", "bob, @acme/maintainers"],
          ].map(([name, value]) => ({ type: "mrkdwn", text: `*${name}*\n${value}`, verbatim: true })),
        },
        { type: "section", text: { type: "mrkdwn", text: `*<${link}|Look and decide>*`, verbatim: true } },
        {
          type: "context",
          elements: [
            {
              ...{ type: "mrkdwn", verbatim: true },
              text: "Countersign · 23 Nov 2026, 09:05 UTC · the link asks you to sign in",
            },
          ],
        },
      ],
    });
  });

  test("a challenge says who is asked, for what, and until when", () => {
    const all = texts(slackBody(letter(asked)).blocks).join("\n");
    expect(all).toContain("npm asks alice for the second factor: @acme/widget@1.2.0");
    expect(all).toContain("a code of the authenticator");
    expect(all).toContain("It is try 2: the one before was not accepted.");
    expect(all).toContain("Answer until 23 Nov 2026, 09:10 UTC");
  });

  test("a warning lists what ends when, and what follows", () => {
    const all = texts(slackBody(letter(warning)).blocks).join("\n");
    expect(all).toContain("An npm token of alice ends soon: acme/widget");
    expect(all).toContain("• @acme/widget, left-pad (environment npm): ends in 3 days, on 26 Nov 2026");
    expect(all).toContain("• From 26 November nobody can release left-pad.");
  });

  test.each(everywhere.map((one) => [one.kind, one] as const))("nobody is called by what stands in a %s", (_, one) => {
    const body = slackBody(letter(one));
    const links = /<https:\/\/countersign\.test\/[a-z\d/#]+\|/g;
    for (const text of texts(body)) {
      expect(text.replace(links, "").replace(/>\*$/, "")).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|\u202e|\r/);
    }
  });

  test("stays within Slack's limits, whatever is said", () => {
    const text = fc.string({ unit: fc.constantFrom("<", "&", "a", "\n", "𝒳", " "), maxLength: 5_000 });
    const tokenLine = fc.record({
      ...{ packages: fc.array(text, { maxLength: 5 }), environment: text, daysLeft: fc.integer({ min: -3, max: 14 }) },
      endsAt: fc.constant("2026-11-26T00:00:00Z"),
    });
    fc.assert(
      fc.property(
        fc.array(tokenLine, { maxLength: 80 }),
        fc.array(text, { maxLength: 80 }),
        text,
        (lines, more, some) => {
          const all: Message[] = [
            { ...warning, kind: "token-warning", lines, forecast: more, owner: some } as Message,
            {
              ...wanted,
              kind: "approval-wanted",
              text: some,
              waitsFor: more,
              release: { ...facts, version: some },
            } as Message,
          ];
          for (const one of all) {
            const { blocks, text: fallback } = slackBody(letter(one));
            expect(blocks.length).toBeLessThanOrEqual(50);
            expect(fallback.length).toBeLessThanOrEqual(3_000);
            for (const block of blocks as Array<{
              type: string;
              text?: { text: string };
              fields?: Array<{ text: string }>;
            }>) {
              expect(block.text?.text.length ?? 1).toBeLessThanOrEqual(block.type === "header" ? 150 : 3_000);
              expect(block.text?.text.length ?? 1).toBeGreaterThan(0);
              expect(block.fields?.length ?? 1).toBeLessThanOrEqual(10);
              for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("mail", () => {
  test("says the same as text and as HTML", () => {
    const { subject, text, html } = mailOf(letter(wanted));
    expect(subject).toBe("Approval wanted: @acme/widget@1.2.0");
    expect(text.split("\n")).toEqual([
      "Approval wanted: @acme/widget@1.2.0",
      "",
      "0 of 1 approvals for aaaaaaa.",
      "",
      "Package: @acme/widget",
      "Version: 1.2.0 (latest)",
      "Commit: aaaaaaa on main",
      "Repository: acme/widget",
      "Environment: npm",
      "Asked for by: alice",
      "Waits for: bob, @acme/maintainers",
      "",
      `Look and decide: ${link}`,
      "",
      "Countersign · 23 Nov 2026, 09:05 UTC · the link asks you to sign in",
      "",
    ]);
    expect(html).toContain(`<a href="${link}">Look and decide</a>`);
    expect(html).toContain('<th align="left" scope="row">Waits for</th>');
  });

  test.each(everywhere.map((one) => [one.kind, one] as const))(
    "what stands in a %s is neither header nor markup",
    (_, one) => {
      const { subject, text, html } = mailOf(letter(one));
      expect(subject).not.toMatch(/[\p{C}\r\n]/u);
      expect(text).not.toMatch(/^Bcc:|\u202e|\r/m);
      expect(html).not.toMatch(/<script|<!channel|<@|\u202e| 'y'|"x"/);
      expect(html).toContain("&lt;script&gt;");
    },
  );
});

describe("a webhook's body", () => {
  test("is the message itself, with its version, type and time", () => {
    expect(JSON.parse(webhookBody(letter(wanted)))).toEqual({
      version: 1,
      type: "approval-wanted",
      timestamp: "2026-11-23T09:05:00.000Z",
      data: {
        release: facts,
        waitsFor: ["bob", "@acme/maintainers"],
        text: "0 of 1 approvals for aaaaaaa.",
        link,
      },
    });
  });
});

test("every kind of message survives the queue, which keeps JSON", () => {
  for (const one of [wanted, asked, warning, ...everywhere])
    expect(messageSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
});
