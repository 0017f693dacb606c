import type { DeskForRelay, DeskParts } from "../types.ts";
import { answer } from "./answer.ts";
import { challengeFor } from "./challenge-for.ts";
import { liveWord } from "./live.ts";
import { openChallenge } from "./open-challenge.ts";
import { openSession } from "./open-session.ts";
import { report } from "./report.ts";
import { result } from "./result.ts";
import { askBuild, tellBuild } from "./second-build.ts";
import { standing } from "./standing.ts";
import { take } from "./take.ts";
import { tellContents } from "./tell-contents.ts";
import { tokenSeen } from "./token-seen.ts";

export { challengeChannel } from "./settle.ts";

/** The use cases between npm's question in a job and the person who answers it, bound to their parts. */
export function createRelay(parts: DeskParts): DeskForRelay {
  return {
    openSession: async (input) => await openSession(parts, input),
    openChallenge: async (input) => await openChallenge(parts, input),
    challengeFor: async (person, challengeId) => await challengeFor(parts, person, challengeId),
    answer: async (input) => await answer(parts, input),
    take: async (session, challengeId) => await take(parts, session, challengeId),
    result: async (session, challengeId, outcome) => await result(parts, session, challengeId, outcome),
    tokenSeen: async (session, seen) => await tokenSeen(parts, session, seen),
    tellBuild: async (claims, build) => await tellBuild(parts, claims, build),
    askBuild: async (session, build) => await askBuild(parts, session, build),
    liveWord: async (claims) => await liveWord(parts, claims),
    tellContents: async (session, contents, name) => await tellContents(parts, session, contents, name),
    report: async (session, told) => await report(parts, session, told),
    standing: async (session) => await standing(parts, session),
  };
}
