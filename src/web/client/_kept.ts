// What this browser remembers of a person, for all its pages. Where it may not, everything works for this page alone.

/** Whose page this is; null where nobody is signed in. */
export const person: string | null = document.body.dataset["person"] ?? null;

function nameOf(what: string): string {
  return `${what}:${person ?? ""}`;
}

export function recall(what: string): string | null {
  try {
    return localStorage.getItem(nameOf(what));
  } catch {
    return null;
  }
}

/** The same as a value; null where it is none that we wrote. */
export function recallValue(what: string): unknown {
  try {
    return JSON.parse(recall(what) ?? "null");
  } catch {
    return null;
  }
}

/** null forgets it. */
export function keep(what: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(nameOf(what));
    else localStorage.setItem(nameOf(what), text);
  } catch {
    // Storage is off, or full.
  }
}

/** Calls when another page of this browser has changed it. */
export function whenKept(what: string, changed: () => void): void {
  addEventListener("storage", ({ key }) => (key === nameOf(what) || key === null) && changed());
}
