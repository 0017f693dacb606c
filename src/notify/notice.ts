import type { Message, ReleaseFacts, TokenLine } from "../domain/message.ts";
import { releaseTitle, shortSha } from "../domain/release.ts";
import { day, line, minute } from "./text.ts";
import type { Letter } from "./types.ts";

/** A message in words, before it is dressed for Slack or mail: plain text on single lines, nothing escaped yet. */
export interface Notice {
  title: string;
  sentence: string;
  facts: Array<readonly [name: string, value: string]>;
  list: string[];
  link: { text: string; url: string };
  foot: string;
}

/** How many lines of a list are written out; the page shows all of them. */
const mostLines = 20;

/** What a message says, in words. */
export function noticeOf({ message, at }: Letter): Notice {
  const foot = `Countersign · ${minute(at)} · the link asks you to sign in`;
  return { facts: [], list: [], foot, ...said(message) };
}

function said(message: Message): Omit<Notice, "facts" | "list" | "foot"> & Partial<Notice> {
  switch (message.kind) {
    case "approval-wanted":
      return {
        title: `Approval wanted: ${titleOf(message.release)}`,
        sentence: line(message.text),
        facts: [...releaseFacts(message.release), ...waiting(message.waitsFor)],
        link: { text: "Look and decide", url: message.link },
      };
    case "challenge":
      return {
        title: `npm asks ${line(message.release.releaser, 40)} for the second factor: ${titleOf(message.release)}`,
        sentence: challengeSentence(message),
        facts: releaseFacts(message.release),
        link: { text: `Answer until ${minute(new Date(message.until))}`, url: message.link },
      };
    case "stage-waits":
      return stageWaits(message);
    case "release-ended":
      return {
        title: `${outcomes[message.outcome]}: ${titleOf(message.release)}`,
        sentence: message.text === null ? endings[message.outcome] : line(message.text, 1000),
        facts: releaseFacts(message.release),
        link: {
          text: ["published", "done"].includes(message.outcome) ? "See the receipt" : "See what happened",
          url: message.link,
        },
      };
    case "token-warning":
      return tokenWarning(message);
    case "secret-stays":
      return {
        title: `${message.why === "not-removed" ? "A secret can't be removed" : "A secret lies in an environment"}: ${line(message.repository, 140)}`,
        sentence: line(message.text, 1000),
        facts: [
          ["Repository", line(message.repository, 140)],
          ["Environment", line(message.environment, 100)],
          ["Secret", line(message.secret, 100)],
        ],
        link: { text: "See where", url: message.link },
      };
    case "out-of-band":
      return outOfBand(message);
    case "releases-stopped":
      return {
        title: `${message.lifted ? "Releases may go on" : "All releases are stopped"}: ${line(message.account, 60)}`,
        sentence: message.lifted
          ? `${line(message.by, 40)} lifted the stop: ${line(message.reason, 600)}. Nothing that was ended goes on; ask for it again.`
          : `${line(message.by, 40)} stopped them: ${line(message.reason, 600)}. Nothing is armed, what waited has ended, and what lay in environments is being removed.`,
        link: { text: message.lifted ? "See it" : "See what is left to be removed", url: message.link },
      };
    case "test":
      return {
        title: "Test message from Countersign",
        sentence: `${line(message.by, 40)} tried the channel “${line(message.channel, 60)}”${message.repository === null ? "" : ` of ${line(message.repository, 140)}`}. It works, and there is nothing to do.`,
        link: { text: "Notification settings", url: message.link },
      };
  }
}

const outcomes = {
  published: "Published",
  done: "Done",
  failed: "Failed",
  rejected: "Rejected",
  cancelled: "Cancelled",
  refused: "Refused",
  expired: "Expired",
} as const;

const endings = {
  done: "npm took it.",
  published: "It is on the registry, and what is there was compared with what the run packed.",
  failed: "The release failed.",
  rejected: "The release was rejected.",
  cancelled: "The release was cancelled.",
  refused: "The release was refused.",
  expired: "The release ran out of time.",
} as const;

function titleOf({ package: name, packages = [], version, purpose = "publish" }: ReleaseFacts): string {
  const more = packages.length > 1 ? ` with ${packages.length - 1} more` : "";
  return line(`${releaseTitle({ package: name, version, purpose })}${more}`, 120);
}

function releaseFacts(release: ReleaseFacts): Notice["facts"] {
  return [
    ["Package", line(release.packages?.join(", ") ?? release.package, 214)],
    ["Version", line(release.version === "" ? "not named yet" : `${release.version} (${release.distTag})`, 120)],
    ["Commit", line(`${shortSha(release.sha)} on ${release.branch}`, 120)],
    ["Repository", line(release.repository, 140)],
    ["Environment", line(release.environment, 100)],
    ["Asked for by", line(release.releaser, 40)],
  ];
}

function waiting(names: readonly string[]): Notice["facts"] {
  if (names.length === 0) return [];
  const more = names.length > mostLines ? ` and ${names.length - mostLines} more` : "";
  const shown = names.slice(0, mostLines).map((name) => line(name, 80));
  return [["Waits for", `${shown.join(", ")}${more}`]];
}

function challengeSentence(message: Extract<Message, { kind: "challenge" }>): string {
  const what = message.asksFor === "code" ? "a code of the authenticator" : "a passkey or security key";
  const again = message.try > 1 ? ` It is try ${message.try}: the one before was not accepted.` : "";
  const { purpose } = message.release;
  const does =
    purpose === "approve-stage" ? "approves the stage" : purpose === "reject-stage" ? "rejects it" : "publishes";
  return `npm asks for ${what} before it ${does}. Only ${line(message.release.releaser, 40)} can answer.${again}`;
}

function stageWaits(message: Extract<Message, { kind: "stage-waits" }>): Omit<Notice, "list" | "foot"> {
  const { release, at, npmUsers } = message;
  // Of several packages each has its own, and the page has them all.
  const several = (release.packages?.length ?? 1) > 1;
  const bytes = several
    ? []
    : [["Stage", line(message.stage, 60)] as const, ["Shasum", line(message.shasum, 60)] as const];
  const whoever =
    npmUsers.length === 0 ? "whoever may publish it there" : npmUsers.map((one) => line(one, 60)).join(", ");
  const compare = `Compare ${several ? "the shasums" : "its shasum"} with what npm holds, then approve`;
  return {
    title: `Staged at npm, to be approved${at === "npm" ? " there" : ""}: ${titleOf(release)}`,
    sentence:
      at === "here"
        ? `It goes live once one of them approves it. ${compare} or reject it on its page; npm then asks for your second factor.`
        : `It goes live once ${whoever} approves ${several ? "each" : "it"} with their second factor. ${compare}.`,
    facts: [...releaseFacts(release), ...bytes, ...waiting(message.waitsFor)],
    link: { text: "Compare, then approve", url: message.link },
  };
}

const happened = {
  published: "Published without a release",
  "tag-moved": "A dist-tag was moved without a release",
  unpublished: "Taken from the registry",
} as const;

function outOfBand(message: Extract<Message, { kind: "out-of-band" }>): Omit<Notice, "foot"> {
  const list = message.oddities.map(({ text }) => line(text.replaceAll("`", "")));
  return {
    title: `${happened[message.what]}: ${line(`${message.package}@${message.version}`, 120)}`,
    sentence:
      "No release of this repository did that. If it was none of you, somebody else can publish this package: see what to do now.",
    facts: [
      ["Package", line(message.package, 214)],
      ["Version", line(message.version, 120)],
      ["npm user", line(message.publisher ?? "not named", 60)],
      ["Repository", line(message.repository, 140)],
    ],
    list: list.slice(0, mostLines),
    link: { text: "See what is odd, or say that it was you", url: message.link },
  };
}

function tokenWarning(message: Extract<Message, { kind: "token-warning" }>): Omit<Notice, "facts" | "foot"> {
  const { lines, forecast } = message;
  const over = lines.length > 0 && lines.every((one) => one.daysLeft <= 0);
  const owner = line(message.owner, 40);
  const all = [...lines.map(tokenWords), ...forecast.map((sentence) => line(sentence))];
  const list = all.length > mostLines ? [...all.slice(0, mostLines), `and ${all.length - mostLines} more`] : all;
  const one = lines.length === 1;
  return {
    title: `${one ? "An npm token" : "npm tokens"} of ${owner} ${over ? (one ? "has ended" : "have ended") : one ? "ends soon" : "end soon"}: ${line(message.repository, 80)}`,
    sentence: over
      ? `${owner} can't release with ${one ? "it" : "them"} until there is a new one.`
      : `Releases with ${one ? "it" : "them"} stop working then; ${owner} can renew ${one ? "it" : "them"} now.`,
    list,
    link: { text: "Renew the token", url: message.link },
  };
}

function tokenWords(one: TokenLine): string {
  const what = `${one.packages.map((name) => line(name, 214)).join(", ")} (environment ${line(one.environment, 100)})`;
  const on = day(new Date(one.endsAt));
  if (one.daysLeft <= 0) return line(`${what}: ended on ${on}`);
  return line(`${what}: ends in ${one.daysLeft} ${one.daysLeft === 1 ? "day" : "days"}, on ${on}`);
}
