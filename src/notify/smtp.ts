import { createTransport } from "nodemailer";
import type SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import { isLoopback } from "../domain/loopback.ts";
import { mailOf } from "./mail.ts";
import { NotSent } from "./types.ts";
import type { Letter, MailSettings } from "./types.ts";

/**
 * Sends one mail through the operator's server. A password goes over TLS only, but on loopback. `timeoutMs` holds for each
 * wait: name, connection, greeting, every answer. @throws NotSent
 */
export async function sendMail(mail: MailSettings, to: string, letter: Letter, timeoutMs: number): Promise<void> {
  const url = new URL(mail.url);
  const user = decodeURIComponent(url.username);
  const secure = url.protocol === "smtps:";
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && user !== "" && !isLoopback(mail.url),
    ...(user === "" ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    // What is in a message is text: nothing in it may make the mailer read a file or an address.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({
      from: mail.from,
      to: { name: "", address: to },
      ...mailOf(letter),
      messageId: `<${letter.id}@countersign.${url.hostname.replace(/[^\w.-]/g, "")}>`,
      date: letter.at,
      headers: { "Auto-Submitted": "auto-generated" },
    });
  } catch (error) {
    throw asNotSent(error as SMTPConnection.SMTPError);
  } finally {
    transport.close();
  }
}

function asNotSent({ code, responseCode = 0 }: SMTPConnection.SMTPError): NotSent {
  const operators = "Tell the people who run Countersign.";
  if (code === "EAUTH" || code === "ENOAUTH" || code === "EOAUTH2")
    return new NotSent(
      "unreachable",
      `The mail server doesn't take the user and password of \`SMTP_URL\`. ${operators}`,
    );
  if (code === "ETLS" || code === "EREQUIRETLS")
    return new NotSent(
      "unreachable",
      `The mail server offers no encryption that holds, so nothing is sent. ${operators}`,
    );
  if (responseCode >= 500)
    return new NotSent(
      "refused",
      `The mail server refuses the message (${responseCode}): look whether the address is right, and whether it takes mail from Countersign.`,
    );
  if (responseCode >= 400)
    return new NotSent("unreachable", `The mail server doesn't take the message now (${responseCode}).`);
  const why = code === "ETIMEDOUT" ? "it didn't answer in time" : "the connection failed";
  return new NotSent("unreachable", `The mail server couldn't be reached: ${why}.`);
}
