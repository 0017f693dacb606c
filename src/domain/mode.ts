import type { Mode } from "./policy-types.ts";

/** Whether a text is the name of a mode. */
export function isMode(text: string): text is Mode {
  return Object.hasOwn(modeWords, text);
}

/** Whether a mode puts a token into the environment. */
export function isTokenMode(mode: Mode): boolean {
  return mode === "otp" || mode === "stage";
}

/** Whether the run only stages: the version goes live when somebody approves it at npm with their second factor. */
export function isStageMode(mode: Mode): boolean {
  return mode === "stage" || mode === "trusted-stage";
}

/** How each mode publishes, for people, in a few words. */
export const modeWords: Record<Mode, string> = {
  otp: "with the releaser's npm token and a live second factor",
  stage: "staged with the releaser's npm token; live once it is approved at npm",
  "trusted-stage": "staged by trusted publishing, without any token; live once it is approved at npm",
  trusted: "by trusted publishing, without any token and without a second factor",
};
