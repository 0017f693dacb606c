import { firstReadingAt, moveLease, putPatienceMs, secondReadingMs } from "../../src/domain/lease.ts";
import type { LeaseEvent } from "../../src/domain/lease.ts";
import type { Lease } from "../../src/domain/release-types.ts";
import { aLease } from "../support/examples.ts";

/**
 * The lease's protocol with everything around it that matters: an instance that arms, removals and readings on any instance, GitHub
 * that applies and answers at any moment, processes that die between any two of their steps, and time. Rows change by `moveLease`
 * alone, the function that the app uses, under the same compare-and-set.
 */
export interface State {
  /** Milliseconds since the lease was taken. */
  at: number;
  row: Row;
  /** Whether the environment holds the secret. */
  secret: boolean;
  /** The PUT: not sent, under way (it may land), landed, or never to land. */
  put: "no" | "flying" | "landed" | "over";
  /** Where arming stands: PUT, its answer, the row as armed, the gate, or the way back; `dead`: killed. */
  arming: "put" | "answer" | "armed" | "gate" | "reopen" | "done" | "dead";
  gate: boolean;
  /** Armed though it was to be removed. */
  armedLate: boolean;
  /** The job behind the gate: it reads the secret when it starts. */
  job: "none" | "started" | "over";
  /** `deleted`: with its environments, secrets and runs; `heard`: GitHub's word of it has been worked on. */
  repository: "there" | "deleted" | "heard";
  programs: readonly Program[];
  kills: number;
  /** How many programs may still be started. */
  left: number;
}

/** What of a lease's row the protocol looks at. */
export interface Row {
  state: Lease["state"];
  deleted: boolean;
  /** Milliseconds since the lease was taken. */
  absentAt: number | null;
  released: boolean;
  locked: boolean;
}

/** A removal or a reading, on any instance: it knows the row as it read it. */
type Program =
  | { does: "remove"; step: "look" | "delete" | "deleted"; row: Row }
  | { does: "read"; step: "ask" | "answered"; row: Row; asked: number; present: boolean };

export interface Step {
  name: string;
  state: State;
}

const taken = aLease().takenAt.getTime();
const deadline = aLease().putDeadline.getTime() - taken;
/** The instants between which nothing is decided. */
const instants = [
  0,
  putPatienceMs - secondReadingMs,
  putPatienceMs,
  deadline + 1,
  deadline + 1 + secondReadingMs,
  deadline + 60_000,
];

export const start: Readonly<State> = {
  at: 0,
  row: { state: "arming", deleted: false, absentAt: null, released: false, locked: true },
  secret: false,
  put: "no",
  arming: "put",
  gate: false,
  armedLate: false,
  job: "none",
  repository: "there",
  programs: [],
  kills: 1,
  left: 3,
};

/** The row as the app has it. */
function leaseOf(row: Row): Lease {
  return aLease({
    state: row.state,
    disarmedAt: row.deleted ? new Date(taken) : null,
    absentAt: row.absentAt === null ? null : new Date(taken + row.absentAt),
    releasedAt: row.released ? new Date(taken) : null,
    locks: row.locked ? "1/2" : null,
  });
}

function rowOf({ state, disarmedAt, absentAt, releasedAt, locks }: Lease): Row {
  return {
    state,
    deleted: disarmedAt !== null,
    absentAt: absentAt === null ? null : absentAt.getTime() - taken,
    released: releasedAt !== null,
    locked: locks !== null,
  };
}

let rule: typeof moveLease = moveLease;

/** Plays by another rule than the app's: the model has to notice what is wrong with it. */
export function playBy(other: typeof moveLease): void {
  rule = other;
}

/** Compare and set: `known` is the row as whoever saves it has read it. Null where it has moved on, or nothing follows. */
function save(state: State, known: Row, event: LeaseEvent, at = state.at): State | null {
  const move = rule(leaseOf(known), event, new Date(taken + at));
  if (move === null || !move.from.includes(state.row.state)) return null;
  return { ...state, row: rowOf({ ...leaseOf(state.row), ...move.patch }) };
}

/** Everything that may happen next. */
export function next(state: State): Step[] {
  return [...arming(state), ...gitHub(state), ...programs(state), ...begun(state), ...time(state)];
}

function arming(state: State): Step[] {
  const killed = state.kills > 0 && !["done", "dead"].includes(state.arming);
  const steps: Step[] = killed
    ? [{ name: "the arming instance is killed", state: { ...state, arming: "dead", kills: state.kills - 1 } }]
    : [];
  const go = (name: string, more: Partial<State>): void => void steps.push({ name, state: { ...state, ...more } });
  switch (state.arming) {
    case "put":
      // A request whose time is up isn't sent any more (`deadline` in src/github/call.ts).
      if (state.repository !== "there") go("PUT finds nothing", { put: "over", arming: "reopen" });
      else if (state.at < putPatienceMs) go("PUT is sent", { put: "flying", arming: "answer" });
      else go("PUT comes too late", { put: "over", arming: "reopen" });
      break;
    case "answer":
      if (state.put === "landed" && state.at <= putPatienceMs) go("PUT is answered", { arming: "armed" });
      if (state.at >= putPatienceMs || state.repository !== "there") go("PUT is given up", { arming: "reopen" });
      break;
    case "armed": {
      const saved = save(state, state.row, { kind: "put" });
      if (saved === null) go("armed too late", { arming: "reopen" });
      else go("armed", { row: saved.row, arming: "gate", armedLate: state.row.state !== "arming" });
      break;
    }
    case "gate":
      if (state.repository === "there") go("the gate is opened", { gate: true, arming: "done" });
      go("the gate can't be opened", { arming: "reopen" });
      break;
    case "reopen": {
      const saved = save(state, state.row, { kind: "maybe-there-again", why: "arming-failed", locks: false });
      go("arming broke off", { row: saved?.row ?? state.row, arming: "done", ...withRemoval(saved ?? state) });
      break;
    }
    case "done":
    case "dead":
  }
  return steps;
}

function gitHub(state: State): Step[] {
  const steps: Step[] = [];
  const go = (name: string, more: Partial<State>): void => void steps.push({ name, state: { ...state, ...more } });
  if (state.put === "flying") {
    go("PUT lands", { put: "landed", secret: true });
    go("PUT is lost", { put: "over" });
  }
  if (state.gate && state.job === "none") go("the job starts", { job: "started" });
  if (state.job !== "over" && (state.arming === "done" || state.arming === "dead"))
    go("the run is over", { job: "over" });
  if (state.repository === "there")
    go("the repository is deleted", {
      repository: "deleted",
      secret: false,
      put: state.put === "flying" ? "over" : state.put,
      job: "over",
    });
  // Worked on alone in the environment, as arming is.
  if (state.repository === "deleted" && ["done", "dead"].includes(state.arming)) {
    const saved = state.row.locked ? save(state, state.row, { kind: "repository-deleted" }) : null;
    go("the deletion is heard", { repository: "heard", row: saved?.row ?? state.row });
  }
  return steps;
}

function programs(state: State): Step[] {
  return state.programs.flatMap((program, index) => {
    const steps: Step[] = [];
    const go = (name: string, then: Program | null, more: Partial<State> = {}): void =>
      void steps.push({
        name,
        state: { ...state, ...more, programs: state.programs.toSpliced(index, 1, ...(then === null ? [] : [then])) },
      });
    if (state.kills > 0) go(`a ${program.does} is killed`, null, { kills: state.kills - 1 });
    if (program.does === "remove") stepOfRemoval(state, program, go);
    else stepOfReading(state, program, go);
    return steps;
  });
}

type Go = (name: string, then: Program | null, more?: Partial<State>) => void;

function stepOfRemoval(state: State, program: Extract<Program, { does: "remove" }>, go: Go): void {
  const { row } = program;
  if (program.step === "look") {
    if (row.state === "closed" || row.state === "absent") return go("nothing to remove", null);
    const saved = row.state === "disarming" ? state : save(state, row, { kind: "remove", why: "asked" });
    if (saved === null) return go("removed by somebody else", null);
    const known = row.state === "disarming" ? row : saved.row;
    if (known.deleted) return go("deleted already", null, { row: saved.row });
    return go("to be removed", { ...program, step: "delete", row: known }, { row: saved.row });
  }
  if (program.step === "delete") {
    if (state.repository === "there") go("DELETE takes effect", { ...program, step: "deleted" }, { secret: false });
    const failed = save(state, row, { kind: "delete-failed", error: "no" });
    return go("DELETE fails", null, { row: failed?.row ?? state.row });
  }
  go("DELETE is noted", null, { row: save(state, row, { kind: "deleted" })?.row ?? state.row });
}

function stepOfReading(state: State, program: Extract<Program, { does: "read" }>, go: Go): void {
  // A 404 proves nothing: that nothing is shown is no reading.
  if (program.step === "ask" && state.repository !== "there") return go("the secret can't be read", null);
  if (program.step === "ask") return go("the secret is read", { ...program, step: "answered", present: state.secret });
  const { row, asked, present } = program;
  const saved = save(state, row, { kind: "read", present }, asked);
  if (!present) return go("read as absent", null, { row: saved?.row ?? state.row });
  const then = withRemoval(saved ?? state).programs.at(-1) ?? null;
  go("read as present", then, { row: saved?.row ?? state.row });
}

/** Events, tasks and the reconciler, on any instance: whoever looks begins what the row asks for. */
function begun(state: State): Step[] {
  if (state.left === 0 || state.programs.length === 2) return [];
  const less = { left: state.left - 1 };
  const { row, programs: before } = state;
  const steps: Step[] = [{ name: "a removal is begun", state: { ...state, ...less, ...withRemoval(state) } }];
  if (["disarming", "absent"].includes(row.state) && row.deleted) {
    const reading: Program = { does: "read", step: "ask", row, asked: state.at, present: false };
    steps.push({ name: "a reading is begun", state: { ...state, ...less, programs: [...before, reading] } });
  }
  if (state.job !== "none") {
    const saved = save(state, row, { kind: "job-known" });
    if (saved !== null) steps.push({ name: "the job is known", state: saved });
  }
  return steps;
}

function withRemoval(state: State): Pick<State, "programs"> {
  return { programs: [...state.programs, { does: "remove", step: "look", row: state.row }] };
}

function time(state: State): Step[] {
  const at = instants.find((one) => one > state.at);
  if (at === undefined) return [];
  // No PUT lands later than its deadline: that is what the deadline says.
  const put = state.put === "flying" && at > deadline ? ("over" as const) : state.put;
  return [{ name: `${at} ms`, state: { ...state, at, put } }];
}

/** What must hold in any state; null: it does. */
export function wrongIn({ row, secret, put, gate, job, arming: armed, armedLate }: State): string | null {
  if (armedLate) return "it is armed, though its secret is to go";
  if (row.state === "closed" && secret) return "the lease is closed, and the secret is there";
  if (row.state === "closed" && put === "flying") return "the lease is closed, and its PUT may still land";
  const mayStart = (gate || armed === "gate") && job === "none";
  if (!row.locked && mayStart) return "the environment is free, and the job may still start";
  if (!row.locked && row.state !== "closed") return "the environment is free, and its lease is open";
  return null;
}

/**
 * Nobody is killed any more, nothing fails, and the reconciler looks: where that ends. The lease has to come to rest as closed,
 * with nothing in the environment.
 */
export function inTheEnd(state: State): State {
  let now: State = { ...state, kills: 0 };
  for (let turn = 0; turn < 200; turn += 1) {
    const amiss = now.repository === "there" ? /fails|can't|lost|is deleted|ms$/ : /ms$/;
    const [step] = next({ ...now, left: 0 }).filter(({ name }) => !amiss.test(name));
    if (step !== undefined) now = { ...step.state, left: 0 };
    else if (now.row.state === "closed" && !now.row.locked) return now;
    else now = reconciled(now);
  }
  return now;
}

/** One look of the reconciler, long after the last: a run that is over, a removal, a reading. */
function reconciled(state: State): State {
  const later: State = {
    ...state,
    at: Math.max(firstReadingAt(aLease(), new Date(taken)).getTime() - taken, state.at + 60_000),
    job: state.job === "none" && (state.arming === "done" || state.arming === "dead") ? "over" : state.job,
    put: state.put === "flying" ? "over" : state.put,
  };
  const known = later.job === "none" ? null : save(later, later.row, { kind: "job-known" });
  const seen = known ?? later;
  const reads = ["disarming", "absent"].includes(seen.row.state) && seen.row.deleted;
  const reading: Program = { does: "read", step: "ask", row: seen.row, asked: seen.at, present: false };
  return reads ? { ...seen, programs: [...seen.programs, reading] } : { ...seen, ...withRemoval(seen) };
}
