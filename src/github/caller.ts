import { z } from "zod";
import type { Repository } from "../domain/release-types.ts";
import { call } from "./call.ts";
import type { Answered, CallOptions, CallParts } from "./call.ts";
import { read } from "./read.ts";
import { GitHubError } from "./types.ts";

/** Asks GitHub about one repository; owner and name are filled in where the route has them. */
export interface Caller {
  (verb: string, route: string, parameters?: Record<string, unknown>, options?: CallOptions): Promise<Answered>;
  /** The data, or null where GitHub answers 404. */
  orNull(verb: string, route: string, parameters?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /**
   * Every page of a list that GitHub wraps in an object. A list of more than ten pages of a hundred is an error: part of it would
   * look like the whole.
   */
  all(
    verb: string,
    route: string,
    key: string,
    parameters?: Record<string, unknown>,
    options?: CallOptions,
  ): Promise<unknown[]>;
}

export function caller(parts: CallParts, repository: Repository): Caller {
  const where = { owner: repository.owner, repo: repository.name };
  const ask = async (
    verb: string,
    route: string,
    parameters: Record<string, unknown> = {},
    options: CallOptions = {},
  ) => {
    const all = route.includes("{owner}") ? { ...where, ...parameters } : parameters;
    return await call(parts, verb, route, all, options).catch((error: unknown) => {
      if (error instanceof GitHubError && error.code === "moved") parts.onMoved?.(repository);
      throw error;
    });
  };
  const orNull: Caller["orNull"] = async (verb, route, parameters, options) => {
    try {
      return (await ask(verb, route, parameters, options)).data;
    } catch (error) {
      if (error instanceof GitHubError && error.code === "not-found") return null;
      throw error;
    }
  };
  const all: Caller["all"] = async (verb, route, key, parameters = {}, options = {}) => {
    const shape = z.object({ [key]: z.array(z.unknown()) });
    const items: unknown[] = [];
    for (let page = 1; page <= 10; page += 1) {
      const { data } = await ask(verb, route, { ...parameters, per_page: 100, page }, options);
      const list = read(shape, verb, data)[key] ?? [];
      items.push(...list);
      if (list.length < 100) return items;
    }
    throw new GitHubError(
      "unexpected",
      verb,
      "GitHub's list has more than a thousand entries; it wasn't read to its end.",
    );
  };
  return Object.assign(ask, { orNull, all });
}
