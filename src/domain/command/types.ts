/** Which packages are meant: those that are named (none: the only one there is), all of the policy, or those that changed. */
export type ReleaseScope = "named" | "all" | "changed";

/** What a person can say in a comment. */
export type Command =
  | {
      name: "release";
      version: string;
      packages: string[];
      scope: ReleaseScope;
      tag: string | undefined;
      dryRun: boolean;
    }
  | { name: "approve"; sha: string | undefined }
  | { name: "reject"; why: string | undefined }
  | { name: "approve-stage"; version: string | undefined }
  | { name: "reject-stage"; version: string | undefined }
  | { name: "cancel"; why: string | undefined }
  | { name: "panic"; why: string | undefined }
  | { name: "lift"; why: string | undefined }
  | { name: "expected"; version: string; package: string | undefined }
  | { name: "status" }
  | { name: "why" }
  | { name: "tokens" }
  | { name: "doctor" }
  | { name: "setup" }
  | { name: "help" };

/** What is wrong with a command, as a sentence; where it can be told, the words that were meant. */
export interface BadWords {
  sentence: string;
  /** The command's words after its name, mended. */
  meant?: string[];
}

/** One command: the parser, `/help` and docs/commands.md are made from these. */
export interface CommandEntry {
  name: Command["name"];
  usage: string;
  /** Who may use it. */
  who: string;
  what: string;
  examples: ReadonlyArray<{ line: string; meaning: string }>;
  /** Whether free text follows, over several lines; otherwise plain words on one line. */
  prose: boolean;
  read(words: string[]): Command | BadWords;
}
