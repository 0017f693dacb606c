import type { z } from "zod";
import { sayAbout } from "./handlers/about.ts";
import { listAudit } from "./handlers/audit.ts";
import { tellCoach, tellSetUp } from "./handlers/coach.ts";
import { tellDoctor } from "./handlers/doctor.ts";
import { listQueue } from "./handlers/queue.ts";
import { addChannel, listChannels, removeChannel, tryChannel } from "./handlers/channels.ts";
import { answerChallenge, tellChallenge } from "./handlers/challenges.ts";
import {
  approveRelease,
  approveStage,
  cancelRelease,
  confirmRelease,
  rejectRelease,
  rejectStage,
} from "./handlers/deciding.ts";
import { tellChanges, tellContents, tellRelease } from "./handlers/releases.ts";
import { listRepositories, tellRepository } from "./handlers/repositories.ts";
import { closeSession, openSession } from "./handlers/session.ts";
import { listSessions, removeSession } from "./handlers/sessions.ts";
import { acknowledgeSighting } from "./handlers/sightings.ts";
import { beginStop, liftStop, listStops } from "./handlers/stops.ts";
import { closeTodo, listTodos } from "./handlers/todos.ts";
import { addToken, listPlaces, listRepositoryTokens, listTokens, removeToken, tellKey } from "./handlers/tokens.ts";
import * as schemas from "./schemas.ts";
import type { ApiVisit, SignedApiVisit } from "./visit.ts";

type Schema = z.ZodType | null;
type Read<S extends Schema> = S extends z.ZodType ? z.output<S> : null;
type Told<S extends Schema> = S extends z.ZodType ? z.input<S> : null;

interface Common<Input extends Schema, Answer extends Schema> {
  method: "GET" | "POST" | "DELETE";
  path: string;
  /** One sentence for whoever reads the description of the API. */
  what: string;
  /** Of the JSON body; of the query where the method is GET. null: there is none. */
  input: Input;
  answer: Answer;
  status: 200 | 201 | 204;
  /** Bytes that the body may have. */
  limit?: number;
}

interface OpenRoute<Input extends Schema, Answer extends Schema> extends Common<Input, Answer> {
  demands: "nothing";
  handle: (visit: ApiVisit, input: Read<Input>) => Promise<Told<Answer>>;
}

interface PersonRoute<Input extends Schema, Answer extends Schema> extends Common<Input, Answer> {
  demands: "person";
  handle: (visit: SignedApiVisit, input: Read<Input>) => Promise<Told<Answer>>;
}

/** A route whose handler's types have been checked against its schemas. */
export type ApiRoute = Common<Schema, Schema> &
  (
    | { demands: "nothing"; handle: (visit: ApiVisit, input: never) => Promise<unknown> }
    | { demands: "person"; handle: (visit: SignedApiVisit, input: never) => Promise<unknown> }
  );

function route<Input extends Schema, Answer extends Schema>(
  of: OpenRoute<Input, Answer> | PersonRoute<Input, Answer>,
): ApiRoute {
  return of;
}

/** Bytes that a body may have, where its route says nothing else. */
export const usualLimit = 16 * 1024;

/**
 * The API for people's programs, below `/api/v1`, and what each route demands before its handler is called:
 *
 * - `nothing`: open to all.
 * - `person`: a bearer from `POST /session`. Cookies are never looked at, so no page can have a browser ask here.
 *
 * A repository that an input names is checked by its handler (`mustSeeAll`), a release by its own (`seenRelease`); what a person may do beyond seeing is the desk's to say.
 */
export const apiRoutes: readonly ApiRoute[] = [
  route({
    method: "GET",
    path: "/about",
    demands: "nothing",
    what: "Who answers here, and where its people sign in.",
    input: null,
    answer: schemas.about,
    status: 200,
    handle: sayAbout,
  }),
  route({
    method: "POST",
    path: "/session",
    demands: "nothing",
    what: "Begins a session with a user access token that GitHub made for this app.",
    input: schemas.newSession,
    answer: schemas.session,
    status: 201,
    handle: openSession,
  }),
  route({
    method: "DELETE",
    path: "/session",
    demands: "person",
    what: "Ends the session, and its access token at GitHub.",
    input: null,
    answer: null,
    status: 204,
    handle: closeSession,
  }),
  route({
    method: "GET",
    path: "/queue",
    demands: "person",
    what: "A page of the releases under way, what waits for the person first, and what is to be done about their tokens.",
    input: schemas.queueAsk,
    answer: schemas.queue,
    status: 200,
    handle: listQueue,
  }),
  route({
    method: "GET",
    path: "/releases/:id",
    demands: "person",
    what: "One release: what it waits for, who has said what, what the person may do, what remains of it.",
    input: null,
    answer: schemas.release,
    status: 200,
    handle: tellRelease,
  }),
  route({
    method: "GET",
    path: "/releases/:id/changes",
    demands: "person",
    what: "What changed since the last release of the package, and how its workflow differs from the default branch's.",
    input: null,
    answer: schemas.changes,
    status: 200,
    handle: tellChanges,
  }),
  route({
    method: "GET",
    path: "/releases/:id/contents",
    demands: "person",
    what: "What the workflow step found in the package before it was published, and how it differs from the version before.",
    input: schemas.contentsAsk,
    answer: schemas.contents,
    status: 200,
    handle: tellContents,
  }),
  route({
    method: "POST",
    path: "/releases/:id/approve",
    demands: "person",
    what: "Approves the release of the commit that was shown.",
    input: schemas.approving,
    answer: schemas.release,
    status: 200,
    handle: approveRelease,
  }),
  route({
    method: "POST",
    path: "/releases/:id/reject",
    demands: "person",
    what: "Rejects the release, with a reason that its releaser reads.",
    input: schemas.rejecting,
    answer: schemas.release,
    status: 200,
    handle: rejectRelease,
  }),
  route({
    method: "POST",
    path: "/releases/:id/cancel",
    demands: "person",
    what: "Stops the release: its run is cancelled and its secret removed.",
    input: schemas.cancelling,
    answer: schemas.release,
    status: 200,
    handle: cancelRelease,
  }),
  route({
    method: "POST",
    path: "/releases/:id/approve-stage",
    demands: "person",
    what: "Has what the release staged approved at npm, by a job with the person's own token; answers with the release that does it.",
    input: schemas.decidingStage,
    answer: schemas.release,
    status: 201,
    handle: approveStage,
  }),
  route({
    method: "POST",
    path: "/releases/:id/reject-stage",
    demands: "person",
    what: "Has what the release staged rejected at npm, in the same way.",
    input: schemas.decidingStage,
    answer: schemas.release,
    status: 201,
    handle: rejectStage,
  }),
  route({
    method: "POST",
    path: "/releases/:id/confirm",
    demands: "person",
    what: "Confirms that a run that the person started on GitHub is a release of this version.",
    input: schemas.confirming,
    answer: schemas.release,
    status: 200,
    handle: confirmRelease,
  }),
  route({
    method: "GET",
    path: "/challenges/:id",
    demands: "person",
    what: "npm's question, for the one person who can answer it.",
    input: null,
    answer: schemas.challenge,
    status: 200,
    handle: tellChallenge,
  }),
  route({
    method: "POST",
    path: "/challenges/:id/answer",
    demands: "person",
    what: "Answers npm with a code that is sealed to the runner's key.",
    input: schemas.answering,
    answer: null,
    status: 204,
    handle: answerChallenge,
  }),
  route({
    method: "GET",
    path: "/repositories",
    demands: "person",
    what: "Repositories that GitHub shows the person, with what releases and tokens tell of them.",
    input: null,
    answer: schemas.repositories,
    status: 200,
    handle: listRepositories,
  }),
  route({
    method: "GET",
    path: "/repositories/:id",
    demands: "person",
    what: "One repository with its policy at the head of the default branch, and its last releases.",
    input: null,
    answer: schemas.repositoryWithPolicy,
    status: 200,
    handle: tellRepository,
  }),
  route({
    method: "GET",
    path: "/repositories/:id/tokens",
    demands: "person",
    what: "Everybody's tokens in the repository, package by package; for people with write access.",
    input: null,
    answer: schemas.repositoryTokens,
    status: 200,
    handle: listRepositoryTokens,
  }),
  route({
    method: "POST",
    path: "/repositories/:id/sightings/:sighting/expected",
    demands: "person",
    what: "Says that a version which appeared without a release was one of them, as `/expected` does; for releasers of the package and admins.",
    input: null,
    answer: schemas.acknowledged,
    status: 200,
    handle: acknowledgeSighting,
  }),
  route({
    method: "GET",
    path: "/repositories/:id/doctor",
    demands: "person",
    what: "What the doctor says of the repository, looked at now; about secrets and people to those with write access.",
    input: null,
    answer: schemas.doctor,
    status: 200,
    handle: tellDoctor,
  }),
  route({
    method: "GET",
    path: "/repositories/:id/set-up",
    demands: "person",
    what: "How far the repository's set-up is, what does each step, and the files of what the query has in mind.",
    input: schemas.setUpAsk,
    answer: schemas.setUp,
    status: 200,
    handle: tellSetUp,
  }),
  route({
    method: "GET",
    path: "/repositories/:id/coach",
    demands: "person",
    what: "How a package is published, what npm changes about that, and the files that another mode takes.",
    input: schemas.coachAsk,
    answer: schemas.coach,
    status: 200,
    handle: tellCoach,
  }),
  route({
    method: "GET",
    path: "/token-places",
    demands: "person",
    what: "Packages that the person may release with a token of theirs, and what is on file for each.",
    input: null,
    answer: schemas.places,
    status: 200,
    handle: listPlaces,
  }),
  route({
    method: "GET",
    path: "/token-places/key",
    demands: "person",
    what: "The name of the key that a token for a package has to be sealed to now.",
    input: schemas.ofPlace,
    answer: schemas.key,
    status: 200,
    handle: tellKey,
  }),
  route({
    method: "GET",
    path: "/tokens",
    demands: "person",
    what: "The person's own tokens on file.",
    input: null,
    answer: schemas.tokens,
    status: 200,
    handle: listTokens,
  }),
  route({
    method: "POST",
    path: "/tokens",
    demands: "person",
    what: "Puts a sealed token on file for one environment or for several: all or none.",
    input: schemas.newToken,
    answer: schemas.tokens,
    status: 201,
    limit: 64 * 1024,
    handle: addToken,
  }),
  route({
    method: "DELETE",
    path: "/tokens/:id",
    demands: "person",
    what: "Forgets a token. npm still knows it: its owner gets a to-do.",
    input: null,
    answer: null,
    status: 204,
    handle: removeToken,
  }),
  route({
    method: "GET",
    path: "/todos",
    demands: "person",
    what: "What the person still has to do at npm.",
    input: null,
    answer: schemas.todos,
    status: 200,
    handle: listTodos,
  }),
  route({
    method: "POST",
    path: "/todos/:id/done",
    demands: "person",
    what: "The person says that it is done.",
    input: null,
    answer: null,
    status: 204,
    handle: closeTodo,
  }),
  route({
    method: "GET",
    path: "/stops",
    demands: "person",
    what: "What is stopped, of accounts with a repository that GitHub shows the person, and what was lifted.",
    input: null,
    answer: schemas.stops,
    status: 200,
    handle: listStops,
  }),
  route({
    method: "POST",
    path: "/stops",
    demands: "person",
    what: "Stops everything of an account, as `/panic` does. For admins of one of its repositories.",
    input: schemas.newStop,
    answer: schemas.begunStop,
    status: 201,
    handle: beginStop,
  }),
  route({
    method: "POST",
    path: "/stops/lift",
    demands: "person",
    what: "Lifts the stop of an account, as `/lift` does.",
    input: schemas.newStop,
    answer: schemas.stop,
    status: 200,
    handle: liftStop,
  }),
  route({
    method: "GET",
    path: "/notifications",
    demands: "person",
    what: "The person's own channels.",
    input: null,
    answer: schemas.channels,
    status: 200,
    handle: listChannels,
  }),
  route({
    method: "POST",
    path: "/notifications",
    demands: "person",
    what: "Adds a channel of the person's own.",
    input: schemas.newChannel,
    answer: schemas.addedChannel,
    status: 201,
    handle: addChannel,
  }),
  route({
    method: "POST",
    path: "/notifications/:channel/test",
    demands: "person",
    what: "Sends a message to the channel now.",
    input: null,
    answer: schemas.triedChannel,
    status: 200,
    handle: tryChannel,
  }),
  route({
    method: "DELETE",
    path: "/notifications/:channel",
    demands: "person",
    what: "Forgets the channel.",
    input: null,
    answer: null,
    status: 204,
    handle: removeChannel,
  }),
  route({
    method: "GET",
    path: "/repositories/:id/notifications",
    demands: "person",
    what: "The repository's channels.",
    input: null,
    answer: schemas.channels,
    status: 200,
    handle: listChannels,
  }),
  route({
    method: "POST",
    path: "/repositories/:id/notifications",
    demands: "person",
    what: "Adds a channel of the repository; for its administrators.",
    input: schemas.newChannel,
    answer: schemas.addedChannel,
    status: 201,
    handle: addChannel,
  }),
  route({
    method: "POST",
    path: "/repositories/:id/notifications/:channel/test",
    demands: "person",
    what: "Sends a message to the channel now.",
    input: null,
    answer: schemas.triedChannel,
    status: 200,
    handle: tryChannel,
  }),
  route({
    method: "DELETE",
    path: "/repositories/:id/notifications/:channel",
    demands: "person",
    what: "Forgets the channel.",
    input: null,
    answer: null,
    status: 204,
    handle: removeChannel,
  }),
  route({
    method: "GET",
    path: "/audit",
    demands: "person",
    what: "Who did what in the repositories that the person may write to, the newest first.",
    input: schemas.auditAsk,
    answer: schemas.audit,
    status: 200,
    handle: listAudit,
  }),
  route({
    method: "GET",
    path: "/sessions",
    demands: "person",
    what: "Where the person is signed in.",
    input: null,
    answer: schemas.sessions,
    status: 200,
    handle: listSessions,
  }),
  route({
    method: "DELETE",
    path: "/sessions/:id",
    demands: "person",
    what: "Ends one of the person's sessions, and its access token at GitHub.",
    input: null,
    answer: null,
    status: 204,
    handle: removeSession,
  }),
];
