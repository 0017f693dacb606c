import { Failure } from "./failure.ts";

export interface Asked {
  method: "GET" | "POST" | "DELETE";
  url: string;
  /** Said in sentences: who didn't answer. */
  who: string;
  bearer?: string;
  body?: unknown;
}

export interface Answered {
  status: number;
  /** Parsed JSON; undefined where it is none. */
  body: unknown;
  headers: Record<string, string>;
}

/** Longest time for one answer, in milliseconds: sealing for many environments has the server ask GitHub for each. */
const patience = 60_000;

/** One request. No redirect is followed: what it bears is for this address alone. @throws Failure (`unreachable`) */
export async function ask({ method, url, who, bearer, body }: Asked): Promise<Answered> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        "user-agent": "countersign-cli",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(patience),
    });
    return {
      status: response.status,
      body: parsed(await response.text()),
      headers: Object.fromEntries(response.headers),
    };
  } catch {
    throw new Failure(
      "unreachable",
      `${who} can't be reached at ${new URL(url).origin}: look at the address and the network.`,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
