import { StepError } from "./step-error.ts";
import { input } from "./workflow.ts";

/** Countersign's address, without a slash at the end. */
export function readUrl(): string {
  const text = input("url");
  if (!URL.canParse(text))
    throw new StepError("The input `url` is missing: give the address that Countersign runs under.");
  const url = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback))
    throw new StepError("The input `url` must begin with https://.");
  return text.replace(/\/+$/, "");
}

/** How long the step waits for a person, in milliseconds. */
export function readWait(): number {
  const text = input("wait-timeout") || "10";
  const minutes = Number(text);
  if (!/^\d+$/.test(text) || minutes < 1 || minutes > 25)
    throw new StepError("The input `wait-timeout` is a number of minutes from 1 to 25.");
  return minutes * 60_000;
}

/** The npm token; empty where there is none. setup-node puts a placeholder where it was given none. */
export function givenToken(): string {
  const token = input("npm-token") || (process.env["NODE_AUTH_TOKEN"] ?? "").trim();
  if (token === "XXXXX-XXXXX-XXXXX-XXXXX") return "";
  if (/\s/.test(token)) throw new StepError("The npm token has a blank or a line break in it: register it again.");
  return token;
}
