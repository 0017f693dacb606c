/** Time, ids and randomness come in as arguments, so that a test owns them. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

/** Source of ids and of nothing that must stay secret. */
export interface Ids {
  /** A new id, unique, sortable by time of making, safe in a URL. */
  next(): string;
}
