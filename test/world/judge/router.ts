import type { Operation } from "./document.ts";

export interface Match {
  operation: Operation;
  parameters: Record<string, string>;
}

interface Route {
  operation: Operation;
  pattern: RegExp;
  names: string[];
  /** Fixed parts of the route: `/secrets/public-key` goes before `/secrets/{secret_name}`. */
  fixed: number;
}

/** GitHub's words on this operation: "If you omit the path parameter, you will receive the contents of the repository's root directory." */
const omittable = "repos/get-content";

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function routeOf(operation: Operation): Route {
  const names: string[] = [];
  let fixed = 0;
  const parts = operation.route.split("/").map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      fixed += 1;
      return escaped(part);
    }
    names.push(name);
    const slashes = operation.parameters.some((parameter) => parameter.name === name && parameter.multiSegment);
    return slashes ? "(.+)" : "([^/]+)";
  });
  const route = parts.join("/");
  const pattern = operation.id === omittable ? route.replace(/\/\(\.\+\)$/, "(?:/(.*))?") : route;
  return { operation, names, fixed, pattern: new RegExp(`^${pattern}$`) };
}

/** Finds the operation of a call; `others` are the methods that the path has, where this one isn't among them. */
export function createRouter(operations: Iterable<Operation>) {
  const routes = [...operations].map(routeOf).sort((a, b) => b.fixed - a.fixed || b.names.length - a.names.length);
  return function route(method: string, path: string): Match | { others: string[] } {
    const others: string[] = [];
    for (const { operation, pattern, names } of routes) {
      const found = pattern.exec(path);
      if (found === null) continue;
      if (operation.method !== method) {
        others.push(operation.method);
        continue;
      }
      const values = names.map((name, index): [string, string] => [name, decoded(found[index + 1] ?? "")]);
      return { operation, parameters: Object.fromEntries(values) };
    }
    return { others };
  };
}

/** A path with a stray `%` is taken as it is: what it names won't exist. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
