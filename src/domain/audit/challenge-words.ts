import { meaning, text, value, who, withWords } from "./detail.ts";
import type { Told, Words } from "./detail.ts";

/** npm's second factor, and what the workflow step says. */
export const challengeWords: Readonly<Record<string, Words>> = {
  "challenge.open": (event) => `npm asks for the second factor: ${kind(event)}${again(event)}.`,
  "challenge.answered": (event) => `${who(event)} answered npm${again(event)}.`,
  "challenge.taken": () => "The workflow step took the answer, and gives it to npm.",
  "challenge.accepted": () => "npm accepted the answer.",
  "challenge.refused": () => "npm refused the answer.",
  "challenge.expired": () => "Nobody answered npm in time.",
  "challenge.ended": () => "npm's question ended before npm had taken an answer.",
  "challenge.other": () => "The job wanted to publish something else than what was approved; nobody was asked.",
  "challenge.rival": () =>
    "Two steps of the job asked for the second factor at once; both were ended. Look at what else runs in the job.",
  "challenge.foreign-link": () =>
    "The workflow step sent a link that isn't on the registry's own pages; it was shown to nobody.",
  "runner.session": (event) => `The workflow step ${value(event, "step")} proved which job it belongs to.`,
  "runner.second-build": (event) =>
    `Another job of the run told what it built of the same commit${withWords(event, "shasum", ": ")}.`,
  "build.compared": (event) =>
    event.detail["result"] === "same"
      ? "The second build made the same bytes."
      : `The second build made other bytes${withWords(event, "second", ": ")}.`,
  "runner.contents": (event) =>
    `The workflow step told what is inside${withWords(event, "package", " ")}: ${inside(event)}.`,
  "runner.reported": (event) =>
    `The workflow step ${value(event, "step")} reported${withWords(event, "package", " of ")}: ${reported(event)}.`,
};

function inside(event: Told): string {
  const dangers = event.detail["dangers"];
  const count = Array.isArray(dangers) ? dangers.length : 0;
  const files = text(event, "files");
  const look = count === 0 ? "" : `, with ${count} ${count === 1 ? "thing" : "things"} that should be looked at`;
  return `${files === "" ? "it couldn't be read" : `${files} files`}${look}`;
}

function kind(event: Told): string {
  return meaning(event, "kind", { code: "a code", link: "a link to its own page" });
}

function again(event: Told): string {
  const tries = event.detail["try"];
  return typeof tries === "number" && tries > 1 ? ` (try ${tries})` : "";
}

function reported(event: Told): string {
  const packed = event.detail["packed"];
  const said = [
    Array.isArray(packed) ? `${packed.length} packages are packed` : "",
    meaning(event, "outcome", {
      ...{
        published: "published",
        staged: "staged",
        approved: "the stage is approved",
        rejected: "the stage is rejected",
      },
      failed: "not done",
    }),
    withWords(event, "npmUser", "as the npm user "),
    meaning(event, "revoked", {
      revoked: "the token is revoked",
      failed: "the token couldn't be revoked",
      "not-asked": "the token stays, as the policy says",
    }),
    text(event, "message") === "" ? "" : `it says ${value(event, "message")}`,
  ].filter((part) => part !== "");
  return said.length === 0 ? "nothing in particular" : said.join(", ");
}
