import type { Core } from "../core.ts";
import type { Engine } from "../engine.ts";
import { notFound } from "../errors.ts";
import type { AppState, InstallationState, RepositoryState, UserState } from "../state.ts";
import type { Webhooks } from "../webhooks.ts";

/** Who asks. */
export type Caller =
  | { kind: "none" }
  | { kind: "app"; app: AppState }
  | { kind: "basic"; app: AppState }
  | {
      kind: "installation";
      app: AppState;
      installation: InstallationState;
      permissions: Permissions;
      /** What this token reaches. */
      repositoryIds: ReadonlySet<number>;
    }
  | { kind: "person"; app: AppState; user: UserState; token: string; permissions: Permissions }
  /** A job's own GITHUB_TOKEN, with what its workflow gives it. */
  | { kind: "job"; repositoryId: number; botId: number; permissions: Permissions };

type Permissions = Readonly<Record<string, "read" | "write">>;

export interface Request {
  core: Core;
  engine: Engine;
  hooks: Webhooks;
  caller: Caller;
  /** As sent; empty where there is none. */
  token: string;
  /** Path parameters, decoded. */
  path: Readonly<Record<string, string>>;
  /** Address as it was asked for. */
  url: URL;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
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

/** The same for what everybody may read of a public repository, whether the app is installed there or not. */
export function readableRepositoryOf(request: Request): RepositoryState {
  const { core, path } = request;
  const repository = core.repositoryNamed(path["owner"] ?? "", path["repo"] ?? "");
  return repository !== undefined && !repository.private ? repository : repositoryOf(request);
}

function mayAccess(core: Core, caller: Caller, repository: RepositoryState): boolean {
  if (caller.kind === "app") return true;
  if (caller.kind === "job") return caller.repositoryId === repository.id;
  if (caller.kind === "installation") return caller.repositoryIds.has(repository.id);
  return caller.kind === "person" && reachableFor(core, caller, repository);
}

/** A person's token reaches what both the person sees and the app is installed on. */
function reachableFor(core: Core, { app, user }: Caller & { kind: "person" }, repository: RepositoryState): boolean {
  const installed = [...core.state.installations.values()].some(
    (one) => one.appId === app.id && one.suspendedAt === null && one.repositoryIds.has(repository.id),
  );
  return installed && core.roleOf(repository, user.id) !== "none";
}

/** The user id that actions of the caller are done by. */
export function actorOf({ caller }: Request): number {
  if (caller.kind === "person") return caller.user.id;
  if (caller.kind === "none") throw notFound();
  return caller.kind === "job" ? caller.botId : caller.app.botId;
}

/** One page of a list, as `per_page` and `page` ask for it, and the `link` header to the next. */
export function pageOf<T>(
  items: readonly T[],
  { query, url, core }: Request,
): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const number = Number(query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const to = (page: number, rel: string): string => {
    const target = new URL(url.pathname + url.search, core.url);
    target.searchParams.set("page", String(page));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(number - 1, "prev"), to(1, "first")] : []),
    ...(number < last ? [to(number + 1, "next"), to(last, "last")] : []),
  ];
  return {
    items: items.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

/** A list as GitHub wraps it: `total_count` and one page below its name. */
export function listed<T>(request: Request, name: string, all: readonly T[], shape: (one: T) => unknown): Reply {
  const { items, headers } = pageOf(all, request);
  return { status: 200, body: { total_count: all.length, [name]: items.map(shape) }, headers };
}

/** A list as a plain array of one page. */
export function plainList<T>(request: Request, all: readonly T[], shape: (one: T) => unknown): Reply {
  const { items, headers } = pageOf(all, request);
  return { status: 200, body: items.map(shape), headers };
}

/** What the request is about; 404 where there is none. */
export function found<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw notFound();
  return value;
}
