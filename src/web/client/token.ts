import { readToken } from "../../domain/npm-token.ts";
import { seal } from "../../domain/sealed-box.ts";
import { complain, element, say } from "./_dom.ts";

// Seals the pasted token to the environment's key. The token's field has no name: what leaves the browser is the sealed one.

const form = element("token-form", HTMLFormElement);
const field = element("token", HTMLInputElement);
const button = element("seal", HTMLButtonElement);
const problem = element("token-problem", HTMLElement);
const good = element("token-good", HTMLElement);
const past = element("token-past", HTMLElement);
const sure = element("token-sure", HTMLInputElement);

/** Looks at what is in the field and says what is wrong with it; null where it can't be sealed (yet). */
function look(): string | null {
  const read = readToken(field.value);
  const doubted = "token" in read && read.warning !== undefined;
  const wrong = "problem" in read ? read.problem : (read.warning ?? null);
  complain(field, problem, wrong);
  say(good, wrong === null ? "The token's form and checksum are right." : null);
  past.hidden = !doubted;
  if (!doubted) sure.checked = false;
  if ("problem" in read || (doubted && !sure.checked)) return null;
  return read.token;
}

field.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text") ?? "";
  const read = readToken(text);
  event.preventDefault();
  // Of a whole .npmrc only the token stays.
  field.value = "token" in read ? read.token : text.replace(/\s+/g, " ");
  look();
});
field.addEventListener("change", () => look());
sure.addEventListener("change", () => sure.checked && complain(field, problem, null));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});

async function send(): Promise<void> {
  const token = look();
  if (token === null) return field.focus();
  if (!form.reportValidity()) return;
  button.disabled = true;
  try {
    // To each environment's own key: what one opens no other can.
    for (const target of form.querySelectorAll<HTMLInputElement>("input[data-key]"))
      target.value = await seal(token, target.dataset["key"] ?? "");
    field.value = "";
    form.submit();
  } catch {
    button.disabled = false;
    complain(
      field,
      problem,
      "This browser couldn't seal it, so nothing was sent. Bring the browser up to date, or use another.",
    );
  }
}

// Days are the server's. A clock that is far off would make them look wrong, so it is said.
const served = new Date(document.body.dataset["now"] ?? "").getTime();
const hours = Math.round((Date.now() - served) / 3_600_000);
if (Math.abs(hours) >= 12)
  say(
    element("clock", HTMLElement),
    `The clock of this device is about ${Math.abs(hours)} hours ${hours > 0 ? "ahead" : "behind"}: go by the dates here.`,
  );

// A page that the browser kept comes back without the token.
addEventListener("pageshow", () => {
  button.disabled = false;
});
addEventListener("pagehide", () => {
  field.value = "";
});
