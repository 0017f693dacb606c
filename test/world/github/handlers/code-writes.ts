import { Answer, invalid } from "../errors.ts";
import { commitFiles } from "../commits.ts";
import { blobSha } from "../shapes/git.ts";
import type { Handler } from "./types.ts";
import { actorOf, found, repositoryOf } from "./types.ts";

/** What people and jobs write to a repository with rights of their own: the app never has them. */
export const codeWrites: Record<string, Handler> = {
  "git/create-ref": (request) => {
    const repository = repositoryOf(request);
    const { core, body } = request;
    const ref = String(body["ref"]);
    const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
    const sha = String(body["sha"]);
    if (kind === undefined) throw invalid("Reference name must start with 'refs/'.");
    if (!repository.commits.has(sha)) throw invalid("Object does not exist");
    const names = kind === "heads" ? repository.branches : (repository.tags ??= new Map<string, string>());
    if (names.has(name)) throw invalid("Reference already exists");
    names.set(name, sha);
    core.changed();
    return { status: 201, body: core.shapes.reply.gitRef(repository, ref, sha) };
  },
  "repos/create-or-update-file-contents": (request) => {
    const repository = repositoryOf(request);
    const { core, body, path, caller } = request;
    const file = path["path"] ?? "";
    const branch = String(body["branch"] ?? repository.defaultBranch);
    const head = found(repository.commits.get(repository.branches.get(branch) ?? ""));
    const before = head.files.get(file);
    // A token without the right to change workflows is told that there is nothing (docs, "Repository contents": `workflow` scope).
    if (file.startsWith(".github/workflows/") && "permissions" in caller && caller.permissions["workflows"] !== "write")
      throw new Answer(404, "Not Found");
    if (before !== undefined && body["sha"] === undefined) throw invalid('Invalid request. "sha" wasn\'t supplied.');
    if (before !== undefined && body["sha"] !== blobSha(before))
      throw new Answer(409, `${file} does not match ${String(body["sha"])}`);
    const text = Buffer.from(String(body["content"]), "base64").toString();
    const commit = commitFiles(
      request,
      repository,
      actorOf(request),
      { [file]: text },
      String(body["message"]),
      branch,
    );
    return {
      status: before === undefined ? 201 : 200,
      body: core.shapes.reply.fileCommit(repository, commit, file, branch),
    };
  },
  "pulls/create": (request) => {
    const repository = repositoryOf(request);
    const { core, body } = request;
    const side = (name: string): { branch: string; sha: string } => {
      const sha = repository.branches.get(name);
      if (sha === undefined) throw invalid(`Validation Failed: ${name} is not a branch`);
      return { branch: name, sha };
    };
    const [head, base] = [side(String(body["head"])), side(String(body["base"]))];
    const pull = {
      id: core.id(),
      number: repository.nextIssue++,
      title: String(body["title"] ?? ""),
      body: String(body["body"] ?? ""),
      authorId: actorOf(request),
      at: core.now(),
      head,
      base,
    };
    (repository.pulls ??= []).push(pull);
    core.changed();
    return { status: 201, body: core.shapes.reply.pullRequest(repository, pull) };
  },
  /** Makes the tag where there is none yet. */
  "repos/create-release": (request) => {
    const repository = repositoryOf(request);
    const { core, body } = request;
    const tag = String(body["tag_name"]);
    const target = String(body["target_commitish"] ?? repository.defaultBranch);
    const commit = core.commitAt(repository, target);
    if (commit === undefined) throw invalid("Validation Failed: target_commitish is invalid");
    const tags = (repository.tags ??= new Map<string, string>());
    const all = (repository.releases ??= []);
    if (all.some((one) => one.tag === tag)) throw invalid("Validation Failed: tag_name already_exists");
    if (!tags.has(tag)) tags.set(tag, commit.sha);
    const release = {
      ...{ id: core.id(), tag, target, name: String(body["name"] ?? tag), latest: body["make_latest"] !== "false" },
      ...{ authorId: actorOf(request), at: core.now() },
    };
    all.push(release);
    core.changed();
    return { status: 201, body: core.shapes.reply.release(repository, release) };
  },
};
