import type { DeskForWeb, DeskParts } from "../types.ts";
import { tokenPlace, tokenPlaces } from "./places.ts";
import { repositoryTokens } from "./of-repository.ts";
import { registerToken } from "./register.ts";
import { closeTodo, removeToken, todosOf, tokensOf } from "./remove.ts";

/** The part of the desk that keeps sealed tokens. */
export type TokenDesk = Pick<
  DeskForWeb,
  | "tokenPlaces"
  | "tokenPlace"
  | "registerToken"
  | "removeToken"
  | "tokensOf"
  | "repositoryTokens"
  | "todosOf"
  | "closeTodo"
>;

/** Use cases about sealed tokens, bound to their parts. */
export function createTokenDesk(parts: DeskParts): TokenDesk {
  return {
    tokenPlaces: (person, repositoryIds) => tokenPlaces(parts, person, repositoryIds),
    tokenPlace: (person, repositoryId, name, environment) => tokenPlace(parts, person, repositoryId, name, environment),
    registerToken: (input) => registerToken(parts, input),
    removeToken: (input) => removeToken(parts, input),
    tokensOf: (person) => tokensOf(parts, person),
    repositoryTokens: (person, repositoryId) => repositoryTokens(parts, person, repositoryId),
    todosOf: (person) => todosOf(parts, person),
    closeTodo: (input) => closeTodo(parts, input),
  };
}
