import { setTimeout as sleep } from "node:timers/promises";
import { StepError } from "./step-error.ts";

/** An answer of Countersign that is no success. `status` 0: none at all. */
export class ServerError extends StepError {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, sentence: string) {
    super(sentence);
    this.name = "ServerError";
    this.status = status;
    this.code = code;
  }
  /** Whether the same request may go through a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

export interface Call {
  method: "GET" | "POST";
  path: string;
  bearer: string;
  body?: unknown;
}

/** One request to Countersign's API; @throws ServerError */
export async function call(url: string, { method, path, bearer, body }: Call): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/v1/runner${path}`, {
    method,
    redirect: "error",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", accept: "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(45_000),
  }).catch(() => null);
  if (response === null)
    throw new ServerError(0, "unreachable", `Countersign can't be reached at ${url}: look at the input \`url\`.`);
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown> | null;
  if (response.ok) return answer ?? {};
  const said = typeof answer?.["message"] === "string" ? answer["message"] : `It answered ${response.status}.`;
  const code = typeof answer?.["code"] === "string" ? answer["code"] : "unexpected";
  throw new ServerError(response.status, code, `Countersign refused: ${said}`);
}

/** Does something again, a few times, while the server says that it may help. */
export async function patiently<T>(
  work: () => Promise<T>,
  mayHelp: (error: ServerError) => boolean = (error) => error.passing,
  pausesMs: readonly number[] = [500, 2000, 5000, 10_000],
): Promise<T> {
  for (const pause of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServerError) || !mayHelp(error)) throw error;
      await sleep(pause);
    }
  }
  return await work();
}
