import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const npmCli = join(import.meta.dirname, "..", "..", "..", "node_modules", "npm", "bin", "npm-cli.js");

export interface Said {
  status: number;
  /** Both of its streams. */
  output: string;
  stdout: string;
}

/** The real npm in a package's folder, with a home of its own and a token from its variables, as in a job. */
export interface Npm {
  folder: string;
  /** The package's `package.json`, and other files of it. */
  write(manifest: Record<string, unknown>, files?: Record<string, string>): Promise<void>;
  run(args: string[], token: string, env?: Record<string, string>): Promise<Said>;
  read(file: string): Promise<Buffer>;
  close(): Promise<void>;
}

export async function createNpm(registry: { url: string }): Promise<Npm> {
  const home = await mkdtemp(join(tmpdir(), "countersign-npm-"));
  const folder = join(home, "package");
  await mkdir(folder);
  const rc = `${registry.url.replace("http:", "")}:_authToken=\${TOKEN}\nregistry=${registry.url}\n`;
  await writeFile(join(folder, ".npmrc"), rc);
  return {
    folder,
    async write(manifest, files = {}) {
      const all = { "package.json": JSON.stringify(manifest), ...files };
      for (const [path, text] of Object.entries(all)) await writeFile(join(folder, path), text);
    },
    async run(args, token, env = {}) {
      const variables = {
        PATH: process.env["PATH"] ?? "",
        HOME: home,
        TOKEN: token,
        CI: "true",
        NPM_CONFIG_FETCH_RETRIES: "0",
      };
      return await new Promise((done) => {
        const options = { cwd: folder, env: { ...variables, ...env } };
        execFile(process.execPath, [npmCli, ...args], options, (error, stdout, stderr) =>
          done({ status: error === null ? 0 : 1, output: stdout + stderr, stdout }),
        );
      });
    },
    read: async (file) => await readFile(join(folder, file)),
    close: async () => await rm(home, { recursive: true, force: true }),
  };
}
