/** How the parts of the world meet: the simulated GitHub, the registry, and the runner that executes jobs. */

/** The runner's side of a job, given by the simulated GitHub when the job starts (secrets are read at that moment). */
export interface JobOrder {
  runId: number;
  runNumber: number;
  runAttempt: number;
  jobId: number;
  /** Key below `jobs:`. */
  jobKey: string;
  /** Text of the workflow file at the run's commit. */
  workflow: string;
  workflowPath: string;
  sha: string;
  /** `refs/heads/main` */
  ref: string;
  repository: { id: number; owner: string; ownerId: number; name: string; visibility: "public" | "private" };
  actor: { id: number; login: string };
  triggeringActor: { id: number; login: string };
  event: { name: string; payload: Record<string, unknown>; inputs: Record<string, string> };
  environment: string | null;
  /** Files of the repository at the commit, path → text; what actions/checkout lays out. */
  files: ReadonlyMap<string, string>;
  /** Local copies of published actions, `owner/name` → folder, e.g. the repository's own `action/`. */
  actions: ReadonlyMap<string, string>;
  /** Environment, repository and organisation secrets as GitHub resolves them for this job, plus GITHUB_TOKEN. */
  secrets: Readonly<Record<string, string>>;
  /** Results and outputs of the jobs that this one needs; none where it isn't given. */
  needs?: Readonly<Record<string, { result: string; outputs: Record<string, string> }>>;
  /** What the run's jobs hand over to each other, by the artifact's name: path → bytes. A job adds to it; none where it isn't given. */
  artifacts?: Map<string, ReadonlyMap<string, Uint8Array>>;
  /** Configuration variables, the `vars` context; none where it isn't given. */
  vars?: Readonly<Record<string, string>>;
  /** Web and API address of the simulated GitHub. */
  serverUrl: string;
  apiUrl: string;
  /** Merged environment variables that every step sees (registry address for npm, CA files, PATH with Node 24 and npm). */
  hostEnv: Readonly<Record<string, string>>;
}

export interface StepResult {
  number: number;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: "success" | "failure" | "cancelled" | "skipped" | null;
}

export interface JobResult {
  conclusion: "success" | "failure" | "cancelled";
  steps: StepResult[];
  /** The job's log with masked values shown as ***, as GitHub would keep it. */
  log: string;
  /** The log before masking: only for tests that look for what should not be there. */
  rawLog: string;
  outputs: Record<string, string>;
}

export interface RunningJob {
  done: Promise<JobResult>;
  cancel(): void;
}

export interface JobRunner {
  start(order: JobOrder, progress: (steps: StepResult[]) => void): RunningJob;
  /** OIDC issuer's address (discovery and JWKS below it). */
  issuer: string;
  close(): Promise<void>;
}
