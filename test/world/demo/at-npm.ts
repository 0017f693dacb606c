import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The npm that comes with the packages: an older one doesn't know `npm stage`. */
export const npmCli = join(import.meta.dirname, "..", "..", "..", "node_modules", "npm", "bin", "npm-cli.js");

/** A person's own machine: npm with their token, and nothing of CI. */
export interface OwnMachine {
  /** Their `.npmrc`, for whoever types a command in another terminal. */
  npmrc: string;
  /** Runs the real npm; gives what it prints. @throws where npm refuses */
  npm(args: readonly string[], otp?: string): Promise<string>;
}

export function ownMachine(
  folder: string,
  registry: string,
  { user, token }: { user: string; token: string },
): OwnMachine {
  const npmrc = join(folder, `${user}.npmrc`);
  const lines = [`registry=${registry}`, `${registry.replace(/^https?:/, "")}:_authToken=${token}`];
  writeFileSync(npmrc, `${lines.join("\n")}\n`, { mode: 0o600 });
  return {
    npmrc,
    async npm(args, otp) {
      const env = {
        ...{ PATH: process.env["PATH"] ?? "", HOME: folder, npm_config_userconfig: npmrc },
        ...(otp === undefined ? {} : { npm_config_otp: otp }),
      };
      const { stdout } = await promisify(execFile)(process.execPath, [npmCli, ...args], { cwd: folder, env });
      return stdout;
    },
  };
}
