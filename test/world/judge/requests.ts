import type { Checker } from "./check.ts";
import type { Operation } from "./document.ts";
import type { Match } from "./router.ts";
import type { Call } from "./types.ts";

const VERSION = "2022-11-28";
/** GitHub gives no more than this many items a page, whatever is asked. */
const LARGEST_PAGE = 100;

/** What is wrong with a call to a known operation: parameters, body, headers. */
export function faultsOf(check: Checker, match: Match, call: Call): string[] {
  return [
    ...pathFaults(check, match),
    ...queryFaults(check, match.operation, call.query),
    ...bodyFaults(check, match.operation, call.body),
    ...(call.headers === undefined ? [] : headerFaults(call.headers, call.body)),
  ];
}

function pathFaults(check: Checker, { operation, parameters }: Match): string[] {
  return operation.parameters
    .filter((parameter) => parameter.in === "path")
    .flatMap(({ name, schema }) => check.text(schema, parameters[name] ?? "", `path parameter ${name}`));
}

function queryFaults(check: Checker, operation: Operation, query: URLSearchParams): string[] {
  const known = operation.parameters.filter((parameter) => parameter.in === "query");
  const sent = [...new Set(query.keys())];
  const unknown = sent
    .filter((name) => !known.some((parameter) => parameter.name === name))
    .map((name) => `query parameter ${name} is not one that GitHub's document names`);
  const wrong = known.flatMap(({ name, required, schema }) => {
    const values = query.getAll(name);
    if (values.length === 0) return required ? [`query parameter ${name} is missing`] : [];
    if (values.length > 1) return [`query parameter ${name} is there ${values.length} times`];
    return check.text(schema, values[0] ?? "", `query parameter ${name}`);
  });
  const page = query.get("per_page");
  const large = page !== null && (Number(page) > LARGEST_PAGE || Number(page) < 1);
  return [...unknown, ...wrong, ...(large ? [`query parameter per_page must be 1 to ${LARGEST_PAGE}`] : [])];
}

function bodyFaults(check: Checker, operation: Operation, body: unknown): string[] {
  const empty = body === undefined || (typeof body === "object" && body !== null && Object.keys(body).length === 0);
  if (operation.body === null) return empty ? [] : ["a body was sent where GitHub's document has none"];
  if (body === undefined) return operation.body.required ? ["the body is missing"] : [];
  return check.value(operation.body.schema, body, "body");
}

/** GitHub refuses a call without User-Agent, and one for a version that it doesn't have. */
function headerFaults(headers: NonNullable<Call["headers"]>, body: unknown): string[] {
  const header = (name: string): string => String(headers[name] ?? "");
  const version = header("x-github-api-version");
  return [
    ...(header("user-agent") === "" ? ["header User-Agent is missing"] : []),
    ...(version === "" || version === VERSION ? [] : [`header X-GitHub-Api-Version must be ${VERSION}`]),
    ...(body !== undefined && !header("content-type").includes("json") ? ["header Content-Type is not JSON"] : []),
  ];
}
