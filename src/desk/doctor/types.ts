import type { Report } from "../../domain/doctor/report.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";

/** What the doctor has to say of a repository. */
export type Examination =
  /** The default branch has no policy that can be used, so nobody knows what to look at; `why` is a sentence, in Markdown. */
  | { state: "no-policy"; why: string }
  | {
      state: "examined";
      /** Commit of the default branch that was looked at. */
      sha: string;
      at: Date;
      /** Names of the policy's packages. */
      packages: string[];
      report: Report;
      /** Rules that were looked at and found kept. */
      kept: RuleId[];
    };
