import { execFileSync } from "node:child_process";
import type { OwnAction } from "../domain/set-up/pins.ts";

/**
 * Where runners get our workflow step from, as the clone that this server runs from tells: its origin, where that is on the same GitHub,
 * and its commit, where the origin has it. Null where there is no clone, or it is of elsewhere.
 */
export function actionOfClone(folder: string, githubUrl: string): OwnAction | null {
  const git = (...args: string[]): string => {
    try {
      return execFileSync("git", ["-C", folder, ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 5000,
      }).trim();
    } catch {
      return "";
    }
  };
  const repository = repositoryOf(git("config", "--get", "remote.origin.url"), githubUrl);
  const commit = git("rev-parse", "HEAD");
  if (repository === null || !/^[0-9a-f]{40}$/.test(commit)) return null;
  return git("branch", "--remotes", "--contains", commit) === "" ? null : { repository, commit };
}

/** `owner/name` of an address as git takes it, where it is on this GitHub. */
export function repositoryOf(address: string, githubUrl: string): string | null {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^/@]*@)?([^/]+)\/(.+)$/.exec(address) ??
    /^(?:[^/@]+@)([^/:]+):(.+)$/.exec(address) ??
    [];
  const wanted = URL.parse(githubUrl);
  if (host === undefined || path === undefined || (host !== wanted?.host && host !== wanted?.hostname)) return null;
  return /^([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(path)?.[1] ?? null;
}
