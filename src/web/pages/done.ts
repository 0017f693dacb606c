import type { Html } from "../responses.ts";
import { flash } from "./pieces.ts";

const sentences: Record<string, string> = {
  approved: "Your approval is counted.",
  rejected: "You rejected this release.",
  cancelled: "This release is cancelled.",
  confirmed: "You confirmed this release.",
  "stage-asked": "It is asked for. npm's question for you appears here.",
  sealed: "Your token is sealed and on file.",
  removed: "The token is forgotten here. npm still accepts it: see below.",
  todo: "Noted as done.",
  expected: "Noted: it was one of you. Nothing at the registry is changed by that.",
  stopped: "Everything is stopped. What is left to be removed or ended stands below.",
  lifted: "It is lifted. Releases can be asked for again.",
  installed: "Countersign is installed. A repository's page says what it needs before its first release.",
  "install-asked": "The owners were asked to install Countersign. Its repositories appear here once they have.",
  "signed-out": "You are signed out.",
  "signed-out-everywhere": "You are signed out everywhere.",
  "session-ended": "That session is over.",
};

/** What the form that led here has done; the address names it, so that a page can be loaded again. */
export function doneFlash(url: URL): Html | null {
  const done = url.searchParams.get("done") ?? "";
  const sentence = Object.hasOwn(sentences, done) ? sentences[done] : undefined;
  return sentence === undefined ? null : flash("good", "check-circle-fill", sentence);
}
