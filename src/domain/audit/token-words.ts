import { day, environment, meaning, text, value, who, withWords } from "./detail.ts";
import type { Told, Words } from "./detail.ts";

const removed = {
  replaced: "a new one took its place",
  removed: "it was removed",
  revoked: "it was revoked at npm",
  "key-rotated": "the environment's key was changed",
  used: "it was for one release",
  "not-releaser": "the policy doesn't name its owner any more",
  "app-removed": "the app was taken away from the repository",
  "left-behind": "it was to be revoked after its release, and wasn't",
};
const owed = {
  ...removed,
  refused: "it was refused",
  stopped: "everything was stopped while a job had it",
  "revoke-failed": "the workflow step couldn't revoke it",
};
const refused = {
  "other-user": "it belongs to another npm user than was said",
  dead: "npm doesn't know it any more",
  ended: "it has ended",
  bypass: "it bypasses 2FA, which isn't allowed here",
  "too-long": "it lives longer than is allowed here",
  "read-only": "it may not write the package",
};

/** npm tokens, what their owners are asked to do, and what they are warned of. */
export const tokenWords: Readonly<Record<string, Words>> = {
  "token.sealed": (event) =>
    `${who(event)} sealed an npm token for ${environment(event)}${day(event, "expiresAt", ", good until ")}.`,
  "token.removed": (event) => {
    const whose = text(event, "owner") === event.actor ? "their" : owner(event);
    return `${who(event)} forgot ${whose} token for ${environment(event)}${because(event, removed)}.`;
  },
  "token.warned": (event) => {
    const days = event.detail["days"];
    const when =
      days === 0 ? "has ended" : days === 1 ? "ends within a day" : `ends within ${text(event, "days")} days`;
    return `${who(event)} warned ${person(event)}: their npm token ${when}${day(event, "expiresAt", ", on ")}.`;
  },
  "token.seen": (event) =>
    `${who(event)} looked at the token before using it${withWords(event, "npmUser", ": it belongs to the npm user ")}.`,
  "token.refused": (event) => `${who(event)} refused to use ${owner(event)} token${because(event, refused)}.`,
  "todo.opened": (event) => `${who(event)} asked ${person(event)} to revoke an npm token${because(event, owed)}.`,
  "todo.done": (event) =>
    event.actor === "runner"
      ? `${who(event)} revoked the npm token: nothing is left to do.`
      : `${who(event)} said that the npm token is revoked.`,
  "warning.issue-refused": (event) =>
    `GitHub took no issue that warns ${person(event)} about their tokens${withWords(event, "code", " (", ")")}.`,
  "channel.added": (event) => `${who(event)} added ${channel(event)}.`,
  "channel.removed": (event) => `${who(event)} removed ${channel(event)}.`,
  "channel.tested": (event) => `${who(event)} sent a test message to ${channel(event)}.`,
};

function person(event: Told): string {
  const login = text(event, "owner");
  return login === "" ? "its owner" : login;
}

function owner(event: Told): string {
  const login = text(event, "owner");
  return login === "" ? "the" : `${login}'s`;
}

function because(event: Told, words: Readonly<Record<string, string>>): string {
  const why = meaning(event, "why", words);
  return why === "" ? "" : `: ${why}`;
}

function channel(event: Told): string {
  const kinds = { slack: "the Slack channel", webhook: "the webhook", email: "the mail channel" };
  const kind = meaning(event, "kind", kinds);
  return `${kind === "" ? "the channel" : kind} ${value(event, "name")}`;
}
