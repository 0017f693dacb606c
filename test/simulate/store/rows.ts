import type {
  Approval,
  Challenge,
  Channel,
  Lease,
  Person,
  Release,
  Repository,
  RunnerSession,
  SealedToken,
  Stop,
  Todo,
  ToldBuild,
  WarningIssue,
} from "../../../src/domain/release-types.ts";
import type { Sighting, Watch } from "../../../src/domain/out-of-band/types.ts";
import type { ToldContents } from "../../../src/domain/inside/types.ts";
import type { NewDelivery, NewTask, SessionRow, Store } from "../../../src/store/types.ts";

interface Queued {
  seq: number;
  state: "waiting" | "done" | "dead";
  attempts: number;
  nextAt: Date;
  lockedBy: string | null;
  lockedUntil: Date | null;
  lastError: string | null;
  doneAt: Date | null;
}

export type DeliveryRow = NewDelivery & Queued;
export type TaskRow = NewTask & Queued & { againAt: Date | null };
export type ReleaseRow = Release & { awaits: string[] | null };

export interface AuditEventRow {
  seq: number;
  at: Date;
  what: string;
  actor: string;
  actorId: number | null;
  repositoryId: number | null;
  releaseId: string | null;
  detail: Record<string, unknown>;
}

/** The rows of each table as they are kept. */
export interface Tables {
  Bookmark: { name: string; at: Date };
  Delivery: DeliveryRow;
  Task: TaskRow;
  Repository: Repository & { seenAt: Date; removedAt: Date | null };
  Person: Person & { seenAt: Date };
  SealedToken: SealedToken;
  Stop: Stop;
  Todo: Todo;
  Warning: Parameters<Store["warnings"]["give"]>[0];
  WarningIssue: WarningIssue;
  Watch: Watch;
  Sighting: Sighting;
  Channel: Channel;
  Release: ReleaseRow;
  Approval: Approval;
  Lease: Lease;
  RunnerSession: RunnerSession;
  Challenge: Challenge;
  Contents: ToldContents;
  PackageContents: ToldContents & { id: string; package: string };
  SecondBuild: ToldBuild;
  Session: SessionRow;
  SignIn: Parameters<Store["signIns"]["put"]>[0];
  AuditEvent: AuditEventRow;
}

export type Table = keyof Tables;
