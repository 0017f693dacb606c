import { invalid } from "../errors.ts";
import type { CheckRunState } from "../state.ts";
import type { Handler, Request } from "./types.ts";
import { found, ok, repositoryOf } from "./types.ts";

type Changes = Partial<CheckRunState>;

const date = (value: unknown): Date | null => (typeof value === "string" ? new Date(value) : null);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What a request says about a check; a conclusion completes it (OpenAPI, checks/create). */
function said({ core, body }: Request): Changes {
  const output = (body["output"] ?? null) as Record<string, unknown> | null;
  const conclusion = body["conclusion"] as CheckRunState["conclusion"] | undefined;
  const status = conclusion === undefined ? body["status"] : "completed";
  return {
    ...(typeof body["name"] === "string" ? { name: body["name"] } : {}),
    ...(status === undefined ? {} : { status: status as CheckRunState["status"] }),
    ...(conclusion === undefined ? {} : { conclusion, completedAt: date(body["completed_at"]) ?? core.now() }),
    ...(body["details_url"] === undefined ? {} : { detailsUrl: text(body["details_url"]) }),
    ...(output === null
      ? {}
      : {
          ...{ title: text(output["title"]), summary: text(output["summary"]), text: text(output["text"]) },
          annotations: (output["annotations"] ?? []) as Array<Record<string, unknown>>,
        }),
  };
}

export const checks: Record<string, Handler> = {
  "checks/create": (request) => {
    const { core, caller, body } = request;
    const repository = repositoryOf(request);
    const headSha = String(body["head_sha"]);
    if (!repository.commits.has(headSha)) throw invalid(`No commit found for SHA: ${headSha}`);
    const check: CheckRunState = {
      id: core.id(),
      appId: "app" in caller ? caller.app.id : 0,
      name: "",
      headSha,
      status: "queued",
      conclusion: null,
      title: null,
      summary: null,
      text: null,
      detailsUrl: null,
      startedAt: date(body["started_at"]) ?? core.now(),
      completedAt: null,
      ...said(request),
    };
    (repository.checkRuns ??= new Map<number, CheckRunState>()).set(check.id, check);
    core.changed();
    return { status: 201, body: core.shapes.reply.checkRun(repository, check.appId, check) };
  },
  "checks/update": (request) => {
    const { core, caller, path } = request;
    const repository = repositoryOf(request);
    const check = found(repository.checkRuns?.get(Number(path["check_run_id"])));
    if ("app" in caller && caller.app.id !== check.appId) throw invalid("Invalid app_id `" + check.appId + "`");
    Object.assign(check, said(request));
    core.changed();
    return ok(core.shapes.reply.checkRun(repository, check.appId, check));
  },
};
