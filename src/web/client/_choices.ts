import { whenKept } from "./_kept.ts";
import { notifyState, sample, turnOff, turnOn } from "./_notify.ts";

/** The box where somebody says whether this browser may notify them; its words are the page's. `changed` hears of a choice. */
export function offerChoice(changed: () => void): void {
  const box = document.getElementById("browser-choice");
  if (box === null) return;
  const render = (): void => {
    const state = notifyState();
    const within = box.contains(document.activeElement);
    for (const one of box.querySelectorAll<HTMLElement>("[data-state]")) one.hidden = one.dataset["state"] !== state;
    for (const button of box.querySelectorAll<HTMLButtonElement>("button")) button.disabled = false;
    // The button that was pressed may be gone.
    if (within && document.activeElement?.closest("[hidden]") !== null)
      (box.querySelector<HTMLElement>("[data-state]:not([hidden]) button") ?? box).focus();
  };
  const acts: Record<string, () => unknown> = { on: turnOn, off: turnOff, sample };
  box.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>("button[data-do]") : null;
    const act = acts[button?.dataset["do"] ?? ""];
    if (act === undefined) return;
    void Promise.resolve(act()).finally(() => {
      render();
      changed();
    });
  });
  render();
  whenKept("notify", render);
  // Some browsers don't know the name; there the page has to be loaded again.
  navigator.permissions?.query({ name: "notifications" }).then(
    (permission) => (permission.onchange = render),
    () => undefined,
  );
}
