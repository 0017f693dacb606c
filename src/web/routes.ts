import { endAll, endOne, showAccount } from "./handlers/account.ts";
import { exportCsv, exportNdjson, showAudit } from "./handlers/audit.ts";
import { answerChallenge, showChallenge } from "./handlers/challenge.ts";
import { coachFile, coachScript, showCoach } from "./handlers/coach.ts";
import { showDoctor, showLocalPublishing, showRule, showRules } from "./handlers/doctor.ts";
import { showLive } from "./handlers/live.ts";
import { addChannel, removeChannel, showChannels, testChannel } from "./handlers/channels.ts";
import { liftAll, showPanic, stopAll } from "./handlers/panic.ts";
import { showQueue } from "./handlers/queue.ts";
import { showContents } from "./handlers/contents.ts";
import { showChanges } from "./handlers/changes.ts";
import { approve, approveStage, cancel, confirm, reject, rejectStage, showRelease } from "./handlers/release.ts";
import { acknowledgeSighting, showRepositories, showRepository } from "./handlers/repositories.ts";
import { setUpFile, setUpScriptFile, showSetUp } from "./handlers/set-up.ts";
import { showRepositoryTokens } from "./handlers/repository-tokens.ts";
import { closeTodo, newToken, registerToken, removeToken, showTokens } from "./handlers/tokens.ts";
import { showWaiting } from "./handlers/waiting.ts";
import { signIn, signInCallback, signOut } from "./sign-in.ts";
import type { ReleaseVisit, SignedVisit, Visit } from "./visit.ts";

/**
 * Every page and form, and what it demands before its handler is called:
 *
 * - `nothing`: open to all.
 * - `person`: signed in; others are sent to sign in (a form: refused).
 * - `release`: signed in, and GitHub shows the person the repository of the release `:id`; 404 otherwise.
 * - `challenge`: the same for the release of the challenge `:id`; that only the token's owner may answer, the desk says.
 *
 * Every POST demands besides that it comes from a page of ours. What a person may do beyond seeing is the desk's to say.
 * A repository that a form or a query names is checked by its handler (`mustSee`); the audit is for people with write access there
 * (`auditedRepositories`), an account's page is everybody's own.
 */
export type Route = { method: "GET" | "POST"; path: string } & (
  | { demands: "nothing"; handle: (visit: Visit) => Promise<Response> }
  | { demands: "person" | "challenge"; handle: (visit: SignedVisit) => Promise<Response> }
  | { demands: "release"; handle: (visit: ReleaseVisit) => Promise<Response> }
);

/** The table. Probes and assets are beside it: they are nobody's pages. */
export const routes: readonly Route[] = [
  { method: "GET", path: "/", demands: "nothing", handle: showQueue },
  { method: "GET", path: "/sign-in", demands: "nothing", handle: signIn },
  { method: "GET", path: "/sign-in/callback", demands: "nothing", handle: signInCallback },
  { method: "POST", path: "/sign-out", demands: "person", handle: signOut },
  { method: "GET", path: "/live", demands: "person", handle: showLive },
  { method: "GET", path: "/waiting", demands: "person", handle: showWaiting },
  { method: "GET", path: "/releases/:id", demands: "release", handle: showRelease },
  { method: "GET", path: "/releases/:id/changes", demands: "release", handle: showChanges },
  { method: "GET", path: "/releases/:id/contents", demands: "release", handle: showContents },
  { method: "POST", path: "/releases/:id/approve", demands: "release", handle: approve },
  { method: "POST", path: "/releases/:id/reject", demands: "release", handle: reject },
  { method: "POST", path: "/releases/:id/cancel", demands: "release", handle: cancel },
  { method: "POST", path: "/releases/:id/approve-stage", demands: "release", handle: approveStage },
  { method: "POST", path: "/releases/:id/reject-stage", demands: "release", handle: rejectStage },
  { method: "POST", path: "/releases/:id/confirm", demands: "release", handle: confirm },
  { method: "GET", path: "/challenges/:id", demands: "challenge", handle: showChallenge },
  { method: "POST", path: "/challenges/:id/answer", demands: "challenge", handle: answerChallenge },
  { method: "GET", path: "/panic", demands: "person", handle: showPanic },
  { method: "POST", path: "/panic", demands: "person", handle: stopAll },
  { method: "POST", path: "/panic/lift", demands: "person", handle: liftAll },
  { method: "GET", path: "/tokens", demands: "person", handle: showTokens },
  { method: "GET", path: "/tokens/new", demands: "person", handle: newToken },
  { method: "POST", path: "/tokens", demands: "person", handle: registerToken },
  { method: "POST", path: "/tokens/:id/remove", demands: "person", handle: removeToken },
  { method: "GET", path: "/repositories", demands: "person", handle: showRepositories },
  { method: "GET", path: "/repositories/:id", demands: "person", handle: showRepository },
  { method: "GET", path: "/repositories/:id/set-up", demands: "person", handle: showSetUp },
  { method: "GET", path: "/repositories/:id/set-up/file", demands: "person", handle: setUpFile },
  { method: "GET", path: "/repositories/:id/set-up/set-up.sh", demands: "person", handle: setUpScriptFile },
  { method: "GET", path: "/repositories/:id/coach", demands: "person", handle: showCoach },
  { method: "GET", path: "/repositories/:id/coach/file", demands: "person", handle: coachFile },
  { method: "GET", path: "/repositories/:id/coach/change.sh", demands: "person", handle: coachScript },
  { method: "GET", path: "/repositories/:id/tokens", demands: "person", handle: showRepositoryTokens },
  { method: "GET", path: "/repositories/:id/doctor", demands: "person", handle: showDoctor },
  {
    method: "POST",
    path: "/repositories/:id/sightings/:sighting/expected",
    demands: "person",
    handle: acknowledgeSighting,
  },
  { method: "GET", path: "/doctor/rules", demands: "nothing", handle: showRules },
  { method: "GET", path: "/doctor/rules/:id", demands: "nothing", handle: showRule },
  { method: "GET", path: "/local-publishing", demands: "nothing", handle: showLocalPublishing },
  { method: "GET", path: "/notifications", demands: "person", handle: showChannels },
  { method: "POST", path: "/notifications", demands: "person", handle: addChannel },
  { method: "POST", path: "/notifications/:channel/test", demands: "person", handle: testChannel },
  { method: "POST", path: "/notifications/:channel/remove", demands: "person", handle: removeChannel },
  { method: "GET", path: "/repositories/:id/notifications", demands: "person", handle: showChannels },
  { method: "POST", path: "/repositories/:id/notifications", demands: "person", handle: addChannel },
  { method: "POST", path: "/repositories/:id/notifications/:channel/test", demands: "person", handle: testChannel },
  { method: "POST", path: "/repositories/:id/notifications/:channel/remove", demands: "person", handle: removeChannel },
  { method: "POST", path: "/todos/:id/done", demands: "person", handle: closeTodo },
  { method: "GET", path: "/audit", demands: "person", handle: showAudit },
  { method: "GET", path: "/audit.csv", demands: "person", handle: exportCsv },
  { method: "GET", path: "/audit.ndjson", demands: "person", handle: exportNdjson },
  { method: "GET", path: "/account", demands: "person", handle: showAccount },
  { method: "POST", path: "/account/sessions/:id/end", demands: "person", handle: endOne },
  { method: "POST", path: "/account/sign-out-everywhere", demands: "person", handle: endAll },
];
