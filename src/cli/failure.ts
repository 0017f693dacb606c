/** A command that ends without success: a code for programs, a sentence for people, and the process's exit status. */
export class Failure extends Error {
  readonly code: string;
  /** 1: refused or not possible; 2: not understood; 130: interrupted. */
  readonly exit: 1 | 2 | 130;
  constructor(code: string, sentence: string, exit: 1 | 2 | 130 = 1) {
    super(sentence);
    this.name = "Failure";
    this.code = code;
    this.exit = exit;
  }
}

/** The command was not understood; nothing was begun. */
export function usage(sentence: string): Failure {
  return new Failure("usage", sentence, 2);
}
