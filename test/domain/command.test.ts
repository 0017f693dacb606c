import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commands, commandsPage, formatCommand, helpText, parseCommand } from "../../src/domain/command.ts";
import type { Command } from "../../src/domain/command.ts";

const release = (more: Partial<Extract<Command, { name: "release" }>>): unknown => ({
  kind: "command",
  command: { name: "release", version: "1.2.0", packages: [], scope: "named", tag: undefined, dryRun: false, ...more },
});

/** The sentence of a bad command, or how it was read. */
function said(comment: string): string {
  const parsed = parseCommand(comment);
  return parsed.kind === "bad" ? parsed.sentence : parsed.kind;
}

describe("a command", () => {
  test.each<[string, Parameters<typeof release>[0]]>([
    ["/release 1.2.0", {}],
    ["/release v1.2.0", {}],
    ["/RELEASE Patch", { version: "patch" }],
    ["\n \r\n  /release 1.2.0\r\nplease", {}],
    ["/release 1.2.0 @acme/parser --tag next --dry-run", { packages: ["@acme/parser"], tag: "next", dryRun: true }],
    ["/release --dry-run --tag=next 1.2.0 left-pad", { packages: ["left-pad"], tag: "next", dryRun: true }],
    ["/release 1.2.0 @acme/b left-pad", { packages: ["@acme/b", "left-pad"] }],
    ["/release --all 1.2.0", { scope: "all" }],
    ["/release minor --changed --dry-run", { version: "minor", scope: "changed", dryRun: true }],
    ["/release\u00a01.2.0", {}],
  ])("is read from %j", (comment, more) => {
    expect(parseCommand(comment)).toEqual(release(more));
  });

  test("of a word that takes a reason has the following lines for it", () => {
    expect(parseCommand("/reject the changelog\n\nis  missing")).toEqual({
      kind: "command",
      command: { name: "reject", why: "the changelog is missing" },
    });
    expect(parseCommand("/expected v1.2.1 @acme/parser")).toEqual({
      kind: "command",
      command: { name: "expected", version: "1.2.1", package: "@acme/parser" },
    });
    expect(parseCommand("/expected")).toMatchObject({ kind: "bad", sentence: expect.stringMatching(/^Which version/) });
    expect(parseCommand("/expected latest")).toMatchObject({ kind: "bad" });
    expect(parseCommand("/cancel")).toEqual({ kind: "command", command: { name: "cancel", why: undefined } });
    expect(parseCommand("/approve 1A2B3C4\nlooks good")).toEqual({
      kind: "command",
      command: { name: "approve", sha: "1a2b3c4" },
    });
  });

  test.each([
    "",
    "hello",
    "hello\n/approve",
    "> /approve",
    "    /approve",
    "\t/approve",
    "```\n/approve\n```",
    "`/approve`",
    "<!-- x -->\n/approve",
    "/deploy",
    "/lgtm",
    "/retest",
    "/rebase",
    "/improve",
    "/unapprove",
    "/usr/bin/env",
    "/status/page",
    "/release-notes",
    "//approve",
    "/",
    "/ slash alone",
    "/42",
    "／approve",
  ])("is not in %j", (comment) => {
    expect(parseCommand(comment)).toEqual({ kind: "none" });
  });

  test.each([
    ["/relase 1.2.0", "There is no command `/relase`. Did you mean `/release 1.2.0`? `/help` shows all commands."],
    ["/aprove", "There is no command `/aprove`. Did you mean `/approve`? `/help` shows all commands."],
    ["/apporve", "There is no command `/apporve`. Did you mean `/approve`? `/help` shows all commands."],
    ["/rejct it", "There is no command `/rejct`. Did you mean `/reject`? `/help` shows all commands."],
    [
      "/approve!",
      "`/approve!` has something attached to the command. Did you mean `/approve`? `/help` shows all commands.",
    ],
    [
      "/release:1.2.0",
      "`/release:1.2.0` has something attached to the command. Did you mean `/release 1.2.0`? `/help` shows all commands.",
    ],
    ["/ release 1.2.0", "There is a space after the slash. Did you mean `/release 1.2.0`? `/help` shows all commands."],
  ])("mistyped as %j is answered with what was meant, and does nothing", (comment, sentence) => {
    expect(said(comment)).toBe(sentence);
  });

  test.each([
    ["/release 1.2", "`1.2` is not a whole version: it takes three numbers. Did you mean `/release 1.2.0`?"],
    [
      "/release 1.2.0+5",
      "`1.2.0+5` carries build metadata (`+…`), which the registry drops: leave it out. Did you mean `/release 1.2.0`?",
    ],
    ["/release left-pad 1.2.0", "The version comes first, then the package. Did you mean `/release 1.2.0 left-pad`?"],
    [
      "/release @a/b@1.2.0",
      "The version comes first, then the package, as two words. Did you mean `/release 1.2.0 @a/b`?",
    ],
    [
      "/release 1.2.0 —dry-run",
      "`—dry-run` doesn't begin with two plain hyphens, as an option does (`--`). Did you mean `/release 1.2.0 --dry-run`?",
    ],
    ["/release “1.2.0”", "`“1.2.0”` has quotes around it: leave them out. Did you mean `/release 1.2.0`?"],
    [
      "/release １.２.０",
      "`１.２.０` holds characters that only look like plain letters, digits or signs: type it again. Did you mean `/release 1.2.0`?",
    ],
    [
      "/release 1.2.0 --dryrun",
      "There is no option `--dryrun`; there are `--tag`, `--dry-run`, `--all` and `--changed`. Did you mean `/release 1.2.0 --dry-run`?",
    ],
    [
      "/release 1.2.0 -t next",
      "There is no option `-t`; there are `--tag`, `--dry-run`, `--all` and `--changed`. Did you mean `/release 1.2.0 --tag next`?",
    ],
    ["/release 1.2.0 a b a", "`a` is named twice: once is enough. Did you mean `/release 1.2.0 a b`?"],
    [
      "/release 1.2.0 a --all",
      "`--all` chooses the packages, and `a` is named besides: say one or the other. Did you mean `/release 1.2.0 --all`?",
    ],
    ["/release 1.2.0 --all --all", "`--all` stands there twice: once is enough. Did you mean `/release 1.2.0 --all`?"],
    ["/release 1.2.0 --all=yes", "`--all` takes no value. Did you mean `/release 1.2.0 --all`?"],
    [
      "/release 1.2.0 -a",
      "There is no option `-a`; there are `--tag`, `--dry-run`, `--all` and `--changed`. Did you mean `/release 1.2.0 --all`?",
    ],
    ["/release 1.2.0 --dry-run=no", "`--dry-run` takes no value. Did you mean `/release 1.2.0 --dry-run`?"],
    ["/status now", "`now` is one word too many. Did you mean `/status`?"],
    ["/approve 1a2b3c4 thanks", "`thanks` is one word too many. Did you mean `/approve 1a2b3c4`?"],
    [
      "/approve @bob",
      "`@\u200bbob` is not a commit: name 7 to 40 of its hexadecimal digits, or nothing. It is written like this: `/approve [commit]`.",
    ],
  ])("with words that are wrong is answered with the cure: %s", (comment, sentence) => {
    expect(said(comment)).toBe(sentence);
  });

  test.each([
    ["/release", "Which version?"],
    ["/release ^1.2.0", "is a range"],
    ["/release latest", "`latest` is a dist-tag"],
    ["/release prerelease", "can't be counted on from"],
    ["/release 01.2.0", "a zero before it"],
    ["/release 1.2.0.4", "more than three numbers"],
    ["/release one", "is not a version"],
    ["/release 1.2.0 --force", "There is no option `--force`"],
    ["/release 1.2.0 --tag", "`--tag` needs a dist-tag"],
    ["/release 1.2.0 --tag 1.x", "reads as a version, which npm refuses"],
    ["/release 1.2.0 --tag a --tag b", "`--tag` stands there twice"],
    ["/release 1.2.0 --dry-run --dry-run", "`--dry-run` stands there twice"],
    ["/release 1.2.0 --all --changed", "choose the packages in two ways"],
    ["/release 1.2.0 ../x", "a slash but no scope"],
  ])("that can't be guessed is answered with how it is written: %s", (comment, part) => {
    expect(said(comment)).toContain(part);
    expect(said(comment)).toContain("It is written like this: `/release <version|patch|minor|major>");
  });

  test("of more than 500 characters is refused", () => {
    expect(said(`/release 1.2.0 ${"x".repeat(600)}`)).toContain("at most 500 characters");
  });

  test("survives any comment: no error, no long echo, no mention, no markup that escapes", () => {
    const word = fc.constantFrom(
      ...commands.map(({ name }) => `/${name}`),
      "/relase",
      "/aprove",
      "/ help",
      "/status!",
      "/release:",
    );
    const rest = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("@all", "`x`", "--tag", "—tag x", "1.2", "a@1.0.0", "x".repeat(300)),
    );
    fc.assert(
      fc.property(word, fc.array(rest, { maxLength: 4 }), (head, parts) => {
        const parsed = parseCommand(`${head} ${parts.join(" ")}`);
        if (parsed.kind !== "bad") return;
        expect(parsed.sentence).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(parsed.sentence.length).toBeLessThan(330);
        expect(parsed.sentence.split("`").length % 2).toBe(1);
        const outside = parsed.sentence
          .split("`")
          .filter((_, index) => index % 2 === 0)
          .join("");
        expect(outside).not.toContain("@");
      }),
      { numRuns: 500 },
    );
  });

  test("that is suggested would be read", () => {
    const anything = fc.array(
      fc.constantFrom(
        "1.2",
        "1.2.0",
        "v2.0.0",
        "a",
        "@a/b",
        "a@1.0.0",
        "—dry-run",
        "--dryrun",
        "-t",
        "next",
        "--all",
        "--changed",
        "“x”",
        "１",
        "--tag",
        "1a2b3c4",
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom("/release", "/relase", "/approve", "/aprove", "/status", "/release."),
        anything,
        (head, words) => {
          const parsed = parseCommand([head, ...words].join(" "));
          if (parsed.kind !== "bad" || parsed.suggestion === undefined) return;
          expect(parseCommand(parsed.suggestion).kind).toBe("command");
          expect(parsed.suggestion.length).toBeLessThanOrEqual(48);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("is read back as it was written", () => {
    const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
    const why = optional(
      fc.array(fc.stringMatching(/^[!-~]{1,9}$/), { minLength: 1, maxLength: 9 }).map((words) => words.join(" ")),
    );
    const command: fc.Arbitrary<Command> = fc.oneof(
      fc
        .record({
          name: fc.constant("release" as const),
          version: fc.oneof(
            fc.constantFrom("patch", "minor", "major"),
            fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join(".")),
          ),
          packages: fc.uniqueArray(fc.stringMatching(/^(@[a-z]{1,5}\/)?[a-z]{1,9}$/), { maxLength: 4 }),
          scope: fc.constantFrom("named" as const, "all" as const, "changed" as const),
          tag: optional(fc.constantFrom("next", "beta", "release-1.x")),
          dryRun: fc.boolean(),
        })
        // Names and an option that chooses exclude each other.
        .map((one) => (one.scope === "named" ? one : { ...one, packages: [] })),
      fc.record({ name: fc.constant("approve" as const), sha: optional(fc.stringMatching(/^[0-9a-f]{7,40}$/)) }),
      fc.record({
        ...{ name: fc.constant("expected" as const), version: fc.constantFrom("1.2.0", "2.0.0-rc.1") },
        package: fc.constantFrom("@acme/parser", undefined),
      }),
      fc.record({ name: fc.constantFrom("reject" as const, "cancel" as const), why }),
      fc.record({ name: fc.constantFrom("status" as const, "why" as const, "tokens" as const, "help" as const) }),
    );
    fc.assert(
      fc.property(command, (one) => {
        expect(parseCommand(formatCommand(one))).toEqual({ kind: "command", command: one });
      }),
    );
  });
});

describe("the table of commands", () => {
  test("has examples that are read", () => {
    for (const { name, examples } of commands)
      for (const { line } of examples) expect(parseCommand(line)).toMatchObject({ kind: "command", command: { name } });
  });

  test("is the answer to /help, one row a command", () => {
    const rows = helpText()
      .split("\n")
      .filter((line) => line.startsWith("| `/"));
    expect(rows).toHaveLength(commands.length);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(5);
  });

  test("is what docs/commands.md says", async () => {
    await expect(commandsPage()).toMatchFileSnapshot("../../docs/commands.md");
  });
});
