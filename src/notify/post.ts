import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { privateSentence } from "./address.ts";
import { isPublic } from "./public-address.ts";
import { NotSent } from "./types.ts";

/** Finds all addresses of a name, as the system does. */
export type Resolve = (
  host: string,
  found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface PostOptions {
  /** Milliseconds for everything: name, connection, answer. */
  timeoutMs: number;
  /** Whether addresses inside private networks are sent to (only where Countersign itself is on loopback). */
  inside: boolean;
  resolve?: Resolve;
}

/** What came back: the status, how long to wait where it says so, and the first bytes of the body. */
export interface Answer {
  status: number;
  retryAfter: string | null;
  beginning: string;
}

/** How much of an answer is read; the rest isn't waited for. */
const mostBytes = 512;

const resolveBySystem: Resolve = (host, found) =>
  systemLookup(host, { all: true }, (error, addresses) => found(error, addresses ?? []));

/**
 * Posts JSON once. No redirect is followed. The name is resolved here, all its addresses have to be public, and the connection
 * goes to one of those that were looked at: no second look-up could give another. Throws NotSent where no answer came.
 */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  options: PostOptions,
): Promise<Answer> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is connected to without a look-up.
  if (isIP(host) !== 0 && !options.inside && !isPublic(host)) throw new NotSent("refused", privateSentence(url.host));
  const bytes = Buffer.from(body);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const how: RequestOptions = {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      "content-length": bytes.length,
      "user-agent": "countersign",
    },
    // A connection of its own: none that was made for another address is used again.
    agent: false,
    lookup: lookupWithin(url.host, options),
    signal: AbortSignal.timeout(options.timeoutMs),
  };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const sending = request(url, how, (response) => read(response, resolve));
      sending.on("error", reject);
      sending.end(bytes);
    });
  } catch (error) {
    throw asNotSent(error, url.host, options.timeoutMs);
  }
}

function lookupWithin(shown: string, { inside, resolve = resolveBySystem }: PostOptions): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      const [first] = addresses;
      if (error !== null || first === undefined) return callback(error ?? notFound(), "", 4);
      if (!inside && !addresses.every(({ address }) => isPublic(address)))
        return callback(new NotSent("refused", privateSentence(shown)), "", 4);
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function notFound(): NodeJS.ErrnoException {
  return Object.assign(new Error("no address"), { code: "ENOTFOUND" });
}

/** The status is what counts: whatever happens to the body after it, there was an answer. */
function read(response: IncomingMessage, done: (answer: Answer) => void): void {
  let beginning = "";
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    beginning += chunk;
    if (beginning.length >= mostBytes) response.destroy();
  });
  response.on("error", () => undefined);
  response.on("close", () =>
    done({
      status: response.statusCode ?? 0,
      retryAfter: response.headers["retry-after"] ?? null,
      beginning: beginning.slice(0, mostBytes),
    }),
  );
}

/** Reasons that say something to whoever reads the page; others are only "an error". */
const reasons: Record<string, string> = {
  ENOTFOUND: "there is no such name",
  EAI_AGAIN: "its name can't be looked up now",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no way there",
  ENETUNREACH: "there is no way there",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is self-signed",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate can't be verified",
};

function asNotSent(error: unknown, host: string, timeoutMs: number): NotSent {
  if (error instanceof NotSent) return error;
  const { name, code } = error as NodeJS.ErrnoException;
  const why =
    name === "AbortError" || name === "TimeoutError"
      ? `no answer within ${timeoutMs / 1000} s`
      : (reasons[code ?? ""] ?? "the connection failed");
  return new NotSent("unreachable", `\`${host}\` couldn't be reached: ${why}.`);
}
