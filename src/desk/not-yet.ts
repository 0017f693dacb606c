/** A delivery that came before what it belongs to is known: it is tried again a little later. */
export class NotYet extends Error {
  constructor(what: string) {
    super(`${what} is not known yet`);
    this.name = "NotYet";
  }
}
