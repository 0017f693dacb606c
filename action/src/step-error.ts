/** Why the step fails, as a sentence for the job's log: what was wrong and what to do. Never holds a token or a code. */
export class StepError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "StepError";
  }
}
