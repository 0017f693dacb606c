import type { Core } from "../core.ts";
import type { Engine } from "../engine.ts";
import type { AppState, InstallationState, RepositoryState, UserState } from "../state.ts";
import type { Webhooks } from "../webhooks.ts";

/** Who asks. */
export type Caller =
  | { kind: "none" }
  | { kind: "app"; app: AppState }
  | { kind: "basic"; app: AppState }
  | { kind: "installation"; app: AppState; installation: InstallationState }
  | { kind: "person"; app: AppState; user: UserState; token: string };

export interface Request {
  core: Core;
  engine: Engine;
  hooks: Webhooks;
  caller: Caller;
  /** Path parameters, decoded. */
  path: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Reply {
  status: number;
  body?: unknown;
}

export type Handler = (request: Request) => Reply | Promise<Reply>;

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const noContent: Reply = { status: 204 };

/** The repository that the path names, where the caller may see it. */
export function repositoryOf({ core, caller, path }: Request): RepositoryState {
  const repository = core.repositoryNamed(path["owner"] ?? "", path["repo"] ?? "");
  if (repository === undefined || !mayAccess(core, caller, repository)) throw notFound();
  return repository;
}

function mayAccess(core: Core, caller: Caller, repository: RepositoryState): boolean {
  if (caller.kind === "installation") return caller.installation.repositoryIds.has(repository.id);
  if (caller.kind === "person") {
    const installed = [...core.state.installations.values()].some(
      (one) => one.appId === caller.app.id && one.repositoryIds.has(repository.id),
    );
    return installed && core.roleOf(repository, caller.user.id) !== "none";
  }
  return false;
}

/** The user id that actions of the caller are done by. */
export function actorOf({ caller }: Request): number {
  if (caller.kind === "person") return caller.user.id;
  if (caller.kind === "none") throw notFound();
  return caller.app.botId;
}

import { notFound } from "../errors.ts";

/** One page of a list, as `per_page` and `page` ask for it. */
export function page<T>(items: T[], query: URLSearchParams): T[] {
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const number = Number(query.get("page") ?? 1);
  return items.slice((number - 1) * size, number * size);
}
