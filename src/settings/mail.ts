import { Secret } from "./secret.ts";
import type { Complain, Env } from "./values.ts";

const how = "write it like `smtps://user:password@mail.example.com`, with special characters of the password as %XX.";

/** The mail server's address, with user and password; null where none is set. */
export function smtpUrl(env: Env, problem: Complain): Secret | null {
  const text = (env["SMTP_URL"] ?? "").trim();
  if (text === "") return null;
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "" || !decodes(url))
    problem(`SMTP_URL is not the address of a mail server: ${how}`);
  else if ((url.username === "") !== (url.password === ""))
    problem("SMTP_URL has a user without a password, or the other way round: give both, or neither.");
  else if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "")
    problem("SMTP_URL has something behind the host: take it out.");
  return new Secret(text);
}

function decodes({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Sender of mail: `address` or `name <address>`; null where no mail is sent. */
export function mailFrom(env: Env, problem: Complain): string | null {
  const text = (env["MAIL_FROM"] ?? "").trim();
  if (text === "") {
    if ((env["SMTP_URL"] ?? "").trim() !== "")
      problem("MAIL_FROM is missing: with SMTP_URL, set it to the address that mail comes from.");
    return null;
  }
  if (!/^(?:[^\s@<>",;]+@[a-z\d.-]+|[^\p{C}<>@",;]+ <[^\s@<>",;]+@[a-z\d.-]+>)$/iu.test(text))
    problem("MAIL_FROM is not one mail address: write it like `Countersign <countersign@example.com>`.");
  return text;
}
