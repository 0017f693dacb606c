import type { Repository } from "../domain/release-types.ts";
import { call } from "./call.ts";
import type { CallOptions, CallParts } from "./call.ts";
import { GitHubError } from "./types.ts";

/** Asks GitHub about one repository; owner and name are filled in where the route has them. */
export interface Caller {
  (
    verb: string,
    route: string,
    parameters?: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<{ status: number; data: unknown }>;
  /** The data, or null where GitHub answers 404. */
  orNull(verb: string, route: string, parameters?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** Every page of a list that GitHub wraps in an object, at most ten pages of a hundred. */
  all(verb: string, route: string, key: string, parameters?: Record<string, unknown>): Promise<unknown[]>;
}

export function caller(parts: CallParts, repository: Repository): Caller {
  const where = { owner: repository.owner, repo: repository.name };
  const ask = async (
    verb: string,
    route: string,
    parameters: Record<string, unknown> = {},
    options: CallOptions = {},
  ) => await call(parts, verb, route, route.includes("{owner}") ? { ...where, ...parameters } : parameters, options);
  const orNull: Caller["orNull"] = async (verb, route, parameters, options) => {
    try {
      return (await ask(verb, route, parameters, options)).data;
    } catch (error) {
      if (error instanceof GitHubError && error.code === "not-found") return null;
      throw error;
    }
  };
  const all: Caller["all"] = async (verb, route, key, parameters = {}) => {
    const items: unknown[] = [];
    for (let page = 1; page <= 10; page += 1) {
      const { data } = await ask(verb, route, { ...parameters, per_page: 100, page });
      const list = (key === "" ? data : (data as Record<string, unknown>)[key]) as unknown[];
      items.push(...list);
      if (list.length < 100) break;
    }
    return items;
  };
  return Object.assign(ask, { orNull, all });
}
