/** A page of GitHub's, as far as people need it here. */
export interface Page {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface PageRequest {
  method: string;
  url: URL;
  text: string;
  cookie: string;
}

/** Text as it stands in HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

export function toward(location: string, headers: Record<string, string> = {}): Page {
  return { status: 302, headers: { location, ...headers }, body: "" };
}

export function page(html: string, status = 200): Page {
  const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>GitHub, simulated</title>`;
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `${head}<body style="font-family: system-ui; margin: 2rem">${html}</body></html>`,
  };
}

/** A form that is sent back to `path`, with hidden fields; `words`: what is put into `inside` in place of names, escaped. */
export function form(
  path: string,
  title: string,
  hidden: Array<[name: string, value: string]>,
  inside: string,
  words: Record<string, string> = {},
): string {
  const fields = hidden.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  const filled = Object.entries(words).reduce((text, [name, word]) => text.replace(name, escape(word)), inside);
  return `<h1>${escape(title)}</h1><form action="${escape(path)}" method="post">${fields.join("")}${filled}</form>`;
}
