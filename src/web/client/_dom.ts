/** An element that the page is known to have. */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`#${id} is missing`);
  return found;
}

/** Shows a sentence, or hides its place. */
export function say(place: HTMLElement, sentence: string | null): void {
  place.textContent = sentence ?? "";
  place.hidden = sentence === null;
}

/** Marks a field as wrong (or right), with the sentence that is read out. */
export function complain(field: HTMLInputElement, place: HTMLElement, sentence: string | null): void {
  if (sentence === null) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  say(place, sentence);
}

/** Has a sentence read out by those who listen to the page. */
export function tell(sentence: string): void {
  const place = document.getElementById("said");
  if (place !== null) place.textContent = sentence;
}
