import { readCode } from "../../domain/one-time-code.ts";
import { seal } from "../../domain/sealed-box.ts";
import { complain, element } from "./_dom.ts";

// Seals the code to the key that the runner made for this one question. The field has no name: only the sealed code is sent.

const form = element("code-form", HTMLFormElement);
const field = element("code", HTMLInputElement);
const button = element("send", HTMLButtonElement);
const recovery = element("recovery", HTMLButtonElement);
const problem = element("code-problem", HTMLElement);

let sending = false;

async function send(): Promise<void> {
  if (sending) return;
  const read = readCode(field.value);
  if ("problem" in read) {
    complain(field, problem, read.problem);
    return field.focus();
  }
  complain(field, problem, null);
  sending = true;
  button.disabled = true;
  try {
    const target = form.elements.namedItem("sealed");
    if (!(target instanceof HTMLInputElement)) throw new Error("sealed");
    target.value = await seal(read.code, form.dataset["key"] ?? "");
    field.value = "";
    form.submit();
  } catch {
    sending = false;
    button.disabled = false;
    complain(
      field,
      problem,
      "This browser couldn't seal it, so nothing was sent. Bring the browser up to date, or use another.",
    );
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});

// What is pasted whole is sent at once; a seed or a token is refused before it can go anywhere.
field.addEventListener("paste", (event) => {
  event.preventDefault();
  field.value = (event.clipboardData?.getData("text") ?? "").trim();
  void send();
});
field.addEventListener("input", () => complain(field, problem, null));

recovery.hidden = false;
recovery.addEventListener("click", () => {
  field.inputMode = "text";
  field.classList.add("long");
  recovery.hidden = true;
  field.focus();
});

addEventListener("pageshow", () => {
  sending = false;
  button.disabled = false;
});
addEventListener("pagehide", () => {
  field.value = "";
});
