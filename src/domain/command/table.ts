import { packageNameProblem } from "../package-name.ts";
import { shown } from "../shown.ts";
import { readVersion } from "../version.ts";
import { readRelease } from "./release-words.ts";
import type { BadWords, Command, CommandEntry } from "./types.ts";

/** Characters of a reason that are kept. */
const longestWhy = 500;

/** Every command there is, in the order in which a release meets them. */
export const commands: readonly CommandEntry[] = [
  {
    name: "release",
    usage: "/release <version|patch|minor|major> [package…|--all|--changed] [--tag <tag>] [--dry-run]",
    who: "releasers named by the policy",
    what: "Ask for a release of the default branch as it is now. With several packages in the policy, name the package, or several: they get one version, one decision and one run. `--all` takes all of them, `--changed` those whose `directory` changed since their last release. `--tag` is the dist-tag, `latest` without it. `--dry-run` checks everything and starts nothing.",
    examples: [
      { line: "/release 1.2.0", meaning: "publish 1.2.0" },
      { line: "/release patch", meaning: "publish the next patch version after `latest`" },
      { line: "/release 2.0.0-rc.1 @acme/parser --tag next", meaning: "publish a prerelease of one package as `next`" },
      {
        line: "/release 1.2.0 --all",
        meaning: "publish all packages of the policy, or what is left of them after a failure",
      },
      { line: "/release 1.2.0 --changed", meaning: "publish those that changed" },
      { line: "/release minor --dry-run", meaning: "only say whether it would work" },
    ],
    prose: false,
    read: readRelease,
  },
  {
    name: "approve",
    usage: "/approve [commit]",
    who: "approvers named by the policy",
    what: "Countersign the release of this thread. Where more than one release was announced here, name the commit, 7 digits of it or more.",
    examples: [
      { line: "/approve", meaning: "approve the release that was announced here" },
      { line: "/approve 1a2b3c4", meaning: "approve the release of that commit" },
    ],
    prose: false,
    read: readApprove,
  },
  {
    name: "reject",
    usage: "/reject [why]",
    who: "approvers named by the policy, and whoever asked",
    what: "Stop the release of this thread before it runs, and say why.",
    examples: [{ line: "/reject the changelog is missing", meaning: "stop it, with the reason" }],
    prose: true,
    read: (words) => ({ name: "reject", why: prose(words) }),
  },
  {
    name: "approve-stage",
    usage: "/approve-stage [version]",
    who: "stage approvers named by the policy",
    what: "Approve at npm what the release of this thread has staged: a job of its own gets your npm token, and npm asks you for your second factor. Where several versions are staged here, name the one.",
    examples: [{ line: "/approve-stage", meaning: "make the staged version live" }],
    prose: false,
    read: (words) => readStage("approve-stage", words),
  },
  {
    name: "reject-stage",
    usage: "/reject-stage [version]",
    who: "stage approvers named by the policy",
    what: "Reject it at npm instead, in the same way: npm deletes it for good.",
    examples: [{ line: "/reject-stage 1.2.0", meaning: "take that staged version away" }],
    prose: false,
    read: (words) => readStage("reject-stage", words),
  },
  {
    name: "cancel",
    usage: "/cancel [why]",
    who: "whoever asked, and people with write access",
    what: "Stop the release of this thread at any time: its run is cancelled, its secret removed.",
    examples: [{ line: "/cancel", meaning: "stop it now" }],
    prose: true,
    read: (words) => ({ name: "cancel", why: prose(words) }),
  },
  {
    name: "panic",
    usage: "/panic <why>",
    who: "admins of the repository",
    what: "Stop everything of this organisation, in all its repositories: every secret is removed, every release ended and its run cancelled, and none may be asked for until it is lifted.",
    examples: [{ line: "/panic a laptop was stolen", meaning: "stop all releases of the organisation, now" }],
    prose: true,
    read: (words) => withReason("panic", words),
  },
  {
    name: "lift",
    usage: "/lift <why>",
    who: "admins of the repository in which it was stopped",
    what: "Let releases be asked for again after `/panic`. Nothing that was ended goes on.",
    examples: [{ line: "/lift every token was revoked", meaning: "releases may be asked for again" }],
    prose: true,
    read: (words) => withReason("lift", words),
  },
  {
    name: "expected",
    usage: "/expected <version> [package]",
    who: "releasers named by the policy, and admins of the repository",
    what: "Say that a version which appeared without a release was one of you: the alarm about it is over. Nothing at the registry changes by it. With several packages in the policy, name the package.",
    examples: [{ line: "/expected 1.2.1", meaning: "it was published by hand, by one of us" }],
    prose: false,
    read: readExpected,
  },
  {
    name: "status",
    usage: "/status",
    who: "everybody",
    what: "Say where the release of this thread stands.",
    examples: [],
    prose: false,
    read: alone("status"),
  },
  {
    name: "why",
    usage: "/why",
    who: "everybody",
    what: "Say what the release waits for, rule by rule.",
    examples: [],
    prose: false,
    read: alone("why"),
  },
  {
    name: "tokens",
    usage: "/tokens",
    who: "people with write access",
    what: "Say for each package whether somebody has an npm token that works, until when, and how your own stands. Names nobody else.",
    examples: [],
    prose: false,
    read: alone("tokens"),
  },
  {
    name: "doctor",
    usage: "/doctor",
    who: "people with write access",
    what: "Look whether the set-up deserves a release: environment, workflow, package and people, and say what blocks, what warns and how to mend it. What concerns secrets and people is counted only: it stands on the page.",
    examples: [],
    prose: false,
    read: alone("doctor"),
  },
  {
    name: "setup",
    usage: "/countersign setup",
    who: "people with write access",
    what: "Say what this repository still lacks for its first release, and where each of it is done.",
    examples: [{ line: "/setup", meaning: "the same" }],
    prose: false,
    read: alone("setup"),
  },
  {
    name: "help",
    usage: "/help",
    who: "everybody",
    what: "Show these commands.",
    examples: [],
    prose: false,
    read: alone("help"),
  },
];

function withReason(name: "panic" | "lift", words: string[]): Command | BadWords {
  const why = prose(words);
  return why === undefined ? { sentence: "It needs a reason, which everybody concerned will read." } : { name, why };
}

function readApprove(words: string[]): Command | BadWords {
  const [sha, surplus] = words;
  if (sha === undefined) return { name: "approve", sha: undefined };
  if (!/^[0-9a-f]{7,40}$/i.test(sha))
    return { sentence: `${shown(sha)} is not a commit: name 7 to 40 of its hexadecimal digits, or nothing.` };
  if (surplus !== undefined) return { sentence: `${shown(surplus)} is one word too many.`, meant: [sha] };
  return { name: "approve", sha: sha.toLowerCase() };
}

function readStage(name: "approve-stage" | "reject-stage", [version, surplus]: string[]): Command | BadWords {
  if (version === undefined) return { name, version: undefined };
  if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(version) || version.length > 256)
    return { sentence: `${shown(version)} is not a version: name one like \`1.2.0\`, or nothing.`, meant: [] };
  if (surplus !== undefined) return { sentence: `${shown(surplus)} is one word too many.`, meant: [version] };
  return { name, version };
}

function readExpected(words: string[]): Command | BadWords {
  const [first, second, surplus] = words;
  if (first === undefined) return { sentence: "Which version? Name it, as the registry does." };
  const version = readVersion(first);
  if (!("version" in version)) return { sentence: `${shown(first)} is not a version: write it as the registry does.` };
  const problem = second === undefined ? null : packageNameProblem(second);
  if (problem !== null) return { sentence: problem };
  if (surplus !== undefined) return { sentence: `${shown(surplus)} is one word too many.` };
  return { name: "expected", version: version.version, package: second };
}

function alone(
  name: "status" | "why" | "tokens" | "doctor" | "setup" | "help",
): (words: string[]) => Command | BadWords {
  return ([surplus]) =>
    surplus === undefined ? { name } : { sentence: `${shown(surplus)} is one word too many.`, meant: [] };
}

function prose(words: string[]): string | undefined {
  const text = words.join(" ");
  if (text === "") return undefined;
  const letters = [...text];
  return letters.length > longestWhy ? `${letters.slice(0, longestWhy - 1).join("")}…` : text;
}
