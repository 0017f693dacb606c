export type Variables = Record<string, string>;
export type Outcome = "success" | "failure" | "cancelled";

/** What an action asked to be run when the job ends. */
export interface Post {
  name: string;
  script: string;
  condition: string;
  env: Variables;
  state: Variables;
}

/** One process of a step. */
export interface Command {
  name: string;
  args: string[];
  /** Names the step's files and, where it isn't a post step, its outputs. */
  id: string;
  env: Variables;
  cwd: string;
  /** Filled from GITHUB_STATE. */
  state: Variables;
  /** A post step runs to its end even where the job was cancelled. */
  post: boolean;
  /** After this many the step is ended, and has failed. */
  minutes: number;
}
