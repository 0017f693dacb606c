import { person } from "./_kept.ts";

let asked = false;
let release: (() => void) | null = null;

/** Whether this page is the one of its browser that goes on listening while nobody looks. */
export function isHolding(): boolean {
  return release !== null;
}

/** Waits until no other page of this browser does it, then is the one; `begin` is called then. */
export function hold(begin: () => void): void {
  // Only on secure addresses; elsewhere a page listens while it is looked at.
  if (asked || !("locks" in navigator) || person === null) return;
  asked = true;
  navigator.locks
    .request(`countersign:${person}`, () => {
      const held = new Promise<void>((resolve) => (release = resolve));
      begin();
      return held;
    })
    // A browser that keeps nothing for this page has no locks for it either.
    .catch(() => undefined);
}

/** Leaves it to another page. */
export function letGo(): void {
  asked = false;
  release?.();
  release = null;
}
