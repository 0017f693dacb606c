import { expect } from "vitest";
import { answerCheck, pathOf } from "./api-document.ts";
import type { Bench } from "./bench.ts";

/** Somebody's program, that asks the API of a bench. */
export function apiClient(bench: Bench) {
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await bench.app.request(new URL(`/api/v1${path}`, bench.publicUrl), {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const told = (text === "" ? null : JSON.parse(text)) as Record<string, unknown>;
    // Whatever is asked in a test, the document has said how it is answered.
    const known = pathOf(path);
    if (known !== null)
      expect(answerCheck(method, known, response.status)?.(told) ?? [], `${method} ${path}`).toEqual([]);
    return {
      status: response.status,
      body: told,
      headers: response.headers,
    };
  };
  const signIn = async (login: string): Promise<Record<string, string>> => {
    const { body } = await send("POST", "/session", { githubToken: `ghu_${login}` });
    return { authorization: `Bearer ${String(body["bearer"])}` };
  };
  return { send, signIn };
}
