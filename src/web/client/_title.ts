/** How much waits for whoever looks; null until it is known. */
let count: number | null = null;

function withoutCount(title: string): string {
  return title.replace(/^\(\d+\) /, "");
}

/** The title of the page, with the count that is known. */
export function setTitle(title: string): void {
  const words = withoutCount(title);
  const whole = count !== null && count > 0 ? `(${count}) ${words}` : words;
  if (document.title !== whole) document.title = whole;
}

/** Puts a new count into the title; returns the one before. */
export function setCount(fresh: number): number | null {
  const before = count;
  count = fresh;
  setTitle(document.title);
  return before;
}
