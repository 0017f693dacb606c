import type { Session } from "../session.ts";
import { audit } from "./audit.ts";
import { bookmarks } from "./bookmarks.ts";
import { channels } from "./channels.ts";
import { inbox } from "./inbox.ts";
import { leases } from "./leases.ts";
import { repositories, people } from "./people.ts";
import { releases } from "./releases.ts";
import { approvals, challenges, contents, packageContents, runnerSessions, secondBuilds } from "./runs.ts";
import { sessions, signIns } from "./sessions.ts";
import { sightings } from "./sightings.ts";
import { stops } from "./stops.ts";
import { tasks } from "./tasks.ts";
import { todos } from "./todos.ts";
import { tokens } from "./tokens.ts";
import { warnings } from "./warnings.ts";
import { watches } from "./watches.ts";

/** All tables' functions on one session. */
export function tables(session: Session) {
  return {
    inbox: inbox(session),
    tasks: tasks(session),
    bookmarks: bookmarks(session),
    repositories: repositories(session),
    people: people(session),
    releases: releases(session),
    approvals: approvals(session),
    leases: leases(session),
    tokens: tokens(session),
    stops: stops(session),
    todos: todos(session),
    warnings: warnings(session),
    watches: watches(session),
    sightings: sightings(session),
    channels: channels(session),
    runnerSessions: runnerSessions(session),
    challenges: challenges(session),
    contents: contents(session),
    packageContents: packageContents(session),
    secondBuilds: secondBuilds(session),
    sessions: sessions(session),
    signIns: signIns(session),
    audit: audit(session),
  };
}
