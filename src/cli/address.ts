import { usage } from "./failure.ts";

const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** The address of a server as it is remembered: its origin. @throws Failure (`usage`) where it can't be one */
export function serverAddress(text: string): string {
  const given = text.trim();
  if (!URL.canParse(given))
    throw usage("The address of Countersign is written like `https://countersign.example.com`.");
  const url = new URL(given);
  if (url.username !== "" || url.password !== "") throw usage("Take user and password out of the address.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback.includes(url.hostname)))
    throw usage("The address of Countersign begins with https:// (http only on this machine itself).");
  return url.origin;
}
