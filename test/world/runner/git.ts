import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { JobOrder } from "../types.ts";
import type { Folders } from "./contexts.ts";

const run = promisify(execFile);

/**
 * Makes a folder a repository with one commit that answers to the order's SHA, as actions/checkout leaves it; npm, for one, writes
 * HEAD into what it publishes (`gitHead`). Does nothing where git isn't installed.
 */
export async function makeRepository(
  order: JobOrder,
  folders: Folders,
  folder: string,
  credentials: boolean,
): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: folders.home, GIT_CONFIG_NOSYSTEM: "1" };
  const git = async (...args: string[]): Promise<string> =>
    (await run("git", args, { cwd: folder, env })).stdout.trim();
  try {
    await git("init", "--quiet", "--initial-branch=main");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const author = ["-c", "user.name=world", "-c", "user.email=world@example.com"];
  await git("add", "--all", "--force");
  await git(...author, "commit", "--quiet", "--allow-empty", "--message", `The world at ${order.sha}`);
  // The world's SHAs are not git's: the real commit stands in for the one that is named.
  await git("update-ref", `refs/replace/${order.sha}`, await git("rev-parse", "HEAD"));
  await git("checkout", "--quiet", "--detach", order.sha);
  await git("remote", "add", "origin", `${order.serverUrl}/${order.repository.owner}/${order.repository.name}`);
  const token = order.secrets["GITHUB_TOKEN"];
  if (!credentials || token === undefined) return;
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  await git("config", `http.${order.serverUrl}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
}
