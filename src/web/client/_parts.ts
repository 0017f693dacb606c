import { tell } from "./_dom.ts";

/** Buttons that copy what stands beside them, or print the page; hidden where there is no script. */
export function offerButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.onclick = () => print();
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.onclick = () => void copy(button);
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  await navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(
    () => (words.textContent = "Copied"),
    () => (words.textContent = "Select and copy it"),
  );
  tell(words.textContent);
  setTimeout(() => (words.textContent = before), 2_000);
}

/** A part that is opened is taken from the page that it links to; where that fails the link stays. */
export async function loadPart(part: HTMLDetailsElement): Promise<void> {
  const path = part.dataset["part"];
  if (!part.open || path === undefined || part.dataset["loaded"] !== undefined) return;
  part.dataset["loaded"] = "";
  const response = await fetch(path).catch(() => null);
  const fresh =
    response?.ok === true && !response.redirected
      ? new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-content]")
      : null;
  if (fresh === null) return void delete part.dataset["loaded"];
  part.querySelector("summary")?.after(fresh);
  for (const one of [...part.children]) if (one !== fresh && one.localName !== "summary") one.remove();
  tell("Loaded.");
}
