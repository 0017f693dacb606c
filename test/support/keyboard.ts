import type { Page } from "playwright-core";

/** Somebody who has no mouse: everything is reached with Tab, and done with Enter, Space and letters. */
export interface Keyboard {
  /** Goes to the control whose name begins with this; throws where Tab doesn't reach it. */
  reach(name: string): Promise<void>;
  /** Reaches a link, button or summary, and presses Enter; where that leads to another page, `reads` waits for it. */
  press(name: string): Promise<void>;
  /** Reaches a field and writes into it, in place of what is there. */
  write(name: string, text: string): Promise<void>;
  /** Reaches a list and chooses the entry that begins with these letters. */
  choose(name: string, letters: string): Promise<void>;
  /** Waits until the page says this. */
  reads(words: string): Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  const reach = async (name: string): Promise<void> => {
    const passed = new Set<string>();
    for (let presses = 0; presses < 250; presses += 1) {
      await page.keyboard.press("Tab");
      const here = await page.evaluate(nameOfFocused);
      if (here.startsWith(name)) return;
      passed.add(here);
    }
    throw new Error(`Tab doesn't reach “${name}”. It passes ${[...passed].join(", ")}.`);
  };
  return {
    reach,
    async press(name) {
      await reach(name);
      await page.keyboard.press("Enter");
    },
    async write(name, text) {
      await reach(name);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(text);
    },
    async choose(name, letters) {
      await reach(name);
      await page.keyboard.type(letters);
    },
    async reads(words) {
      await page.getByText(words).first().waitFor();
    },
  };
}

/** In the page: what is read out of the control that has the focus. */
function nameOfFocused(): string {
  const one = document.activeElement;
  if (!(one instanceof HTMLElement) || one === document.body) return "(the page)";
  const labels = "labels" in one ? [...((one as HTMLInputElement).labels ?? [])] : [];
  const text = labels.length > 0 ? labels.map((label) => label.textContent).join(" ") : one.textContent;
  return (one.ariaLabel ?? text).replace(/\s+/g, " ").trim();
}
