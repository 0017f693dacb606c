import type { Checker } from "./check.ts";
import type { Operation } from "./document.ts";

/** What GitHub answers to anything, declared or not (the document declares few of its errors). */
function isGeneralError(status: number): boolean {
  return [400, 401, 403, 404, 409, 410, 422, 429].includes(status) || status >= 500;
}

/** Redirects from a renamed repository come to every route below it (docs, "Best practices for using the REST API"). */
function isRedirect(status: number): boolean {
  return [301, 302, 307].includes(status);
}

function errorFaults(body: unknown): string[] {
  const message = typeof body === "object" && body !== null && "message" in body ? body.message : undefined;
  return typeof message === "string" ? [] : ["the error's body has no message"];
}

/** What is wrong with a reply. */
export function replyFaults(check: Checker, operation: Operation, status: number, body: unknown): string[] {
  const none = body === undefined || body === null || body === "";
  if (status === 304 && operation.method === "GET") return none ? [] : ["a 304 has no body"];
  const declared = operation.replies.get(status);
  if (status >= 400) {
    if (declared === undefined && !isGeneralError(status)) return [`status ${status} is not declared`];
    const general = errorFaults(body);
    return general.length > 0 || declared === undefined || declared === null
      ? general
      : check.value(declared, body, "body");
  }
  if (declared === undefined && isRedirect(status)) return errorFaults(body);
  if (declared === undefined) {
    return [`status ${status} is not declared; ${[...operation.replies.keys()].join(", ")} are`];
  }
  if (declared === null) return none ? [] : [`a ${status} has no body here`];
  return none ? ["the body is missing"] : check.value(declared, body, "body");
}
