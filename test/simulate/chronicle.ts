/** What happened in a run, in order, and what must stay true and didn't. */
export class Chronicle {
  readonly history: string[] = [];
  readonly violations: string[] = [];

  note(what: string): void {
    this.history.push(what);
  }

  /** A violation is told once. */
  violate(wrong: string | null): void {
    if (wrong === null || this.violations.includes(wrong)) return;
    this.violations.push(wrong);
    this.note(`VIOLATION: ${wrong}`);
  }
}
