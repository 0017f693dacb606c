import type { Bench } from "./bench.ts";

/** A browser without script: keeps cookies, says where its forms come from, and follows nothing by itself. */
export interface Visitor {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

/** Somebody whom nobody knows yet. */
export function stranger(bench: Bench): Visitor {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await bench.app.request(new URL(path, bench.publicUrl), {
      ...init,
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, {}, headers),
    post: (path, fields, headers) =>
      send(
        path,
        { method: "POST", body: new URLSearchParams(fields) },
        headers ?? { origin: bench.publicUrl, "sec-fetch-site": "same-origin" },
      ),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/Max-Age=0/.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** Begins a sign-in; returns the state that GitHub would bring back. */
export async function beginSignIn(visitor: Visitor, returnTo = "/"): Promise<string> {
  const response = await visitor.get(`/sign-in?return_to=${encodeURIComponent(returnTo)}`);
  return new URL(response.headers.get("location") ?? "").searchParams.get("state") ?? "";
}

/** Somebody who is signed in. */
export async function signedIn(bench: Bench, login: string): Promise<Visitor> {
  const visitor = stranger(bench);
  const state = await beginSignIn(visitor);
  await visitor.get(`/sign-in/callback?code=${login}&state=${state}`);
  return visitor;
}
