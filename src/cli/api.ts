import type * as z from "zod/mini";
import * as answers from "./answers.ts";
import { Failure } from "./failure.ts";
import { ask } from "./http.ts";
import type { Asked } from "./http.ts";

/** One sealed box for one environment. */
export interface SealedPlace {
  repositoryId: number;
  packages: string[];
  /** The one that approves the packages' stages; without it the one that publishes them. */
  environment?: string;
  keyId: string;
  ciphertext: string;
}

export interface NewToken {
  npmUser: string;
  label: string;
  npmKey: string | null;
  /** A day or an instant. */
  expiresAt: string;
  bypass2fa: boolean;
  releaseId: string | null;
  places: SealedPlace[];
}

type Call = Pick<Asked, "method" | "body" | "bearer"> & { path: string };

/** One request to the server. @throws Failure with the server's own code and sentence where it refuses */
async function request(server: string, { path, ...call }: Call): Promise<unknown> {
  const { status, body } = await ask({ ...call, url: `${server}/api/v1${path}`, who: "Countersign" });
  if (status >= 200 && status < 300) return body;
  const problem = answers.problem.safeParse(body);
  if (problem.success) throw new Failure(problem.data.code, problem.data.message);
  throw strange(server, status);
}

function read<Schema extends z.ZodMiniType>(server: string, schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw strange(server, 200);
}

function strange(server: string, status: number): Failure {
  return new Failure(
    "not-countersign",
    `${server} answered ${status} with something that is not Countersign's, or not of this version: look at the address, and at what stands before it.`,
  );
}

/** What the server says to anybody. */
export async function readAbout(server: string): Promise<z.output<typeof answers.about>> {
  return read(server, answers.about, await request(server, { method: "GET", path: "/about" }));
}

/** A session for GitHub's token. */
export async function openSession(server: string, githubToken: string): Promise<z.output<typeof answers.session>> {
  const body = { githubToken };
  return read(server, answers.session, await request(server, { method: "POST", path: "/session", body }));
}

export async function closeSession(server: string, bearer: string): Promise<void> {
  await request(server, { method: "DELETE", path: "/session", bearer });
}

/** The API as somebody who is signed in. */
export interface Api {
  places(): Promise<answers.Place[]>;
  /** The name of the key that the server reads at GitHub for a package's environment. */
  keyId(repositoryId: number, packageName: string, environment?: string): Promise<string>;
  tokens(): Promise<answers.Token[]>;
  addToken(token: NewToken): Promise<answers.Token[]>;
  removeToken(id: string): Promise<void>;
  todos(): Promise<answers.Todo[]>;
  /** Those that GitHub shows the person, where the app is installed. */
  repositories(): Promise<Array<{ id: number; owner: string; name: string }>>;
  doctor(repositoryId: number): Promise<answers.Doctor>;
}

/** @param signed runs a request with a bearer, and once more after a new sign-in where the server doesn't take it */
export function createApi(server: string, signed: <T>(work: (bearer: string) => Promise<T>) => Promise<T>): Api {
  const call = async <Schema extends z.ZodMiniType>(schema: Schema, of: Call): Promise<z.output<Schema>> =>
    read(server, schema, await signed((bearer) => request(server, { ...of, bearer })));
  return {
    places: async () => (await call(answers.places, { method: "GET", path: "/token-places" })).places,
    async keyId(repositoryId, packageName, environment) {
      const query = new URLSearchParams({ repository: String(repositoryId), package: packageName });
      if (environment !== undefined) query.set("environment", environment);
      return (await call(answers.key, { method: "GET", path: `/token-places/key?${query.toString()}` })).keyId;
    },
    tokens: async () => (await call(answers.tokens, { method: "GET", path: "/tokens" })).tokens,
    addToken: async (body) => (await call(answers.tokens, { method: "POST", path: "/tokens", body })).tokens,
    async removeToken(id) {
      await signed((bearer) =>
        request(server, { method: "DELETE", path: `/tokens/${encodeURIComponent(id)}`, bearer }),
      );
    },
    todos: async () => (await call(answers.todos, { method: "GET", path: "/todos" })).todos,
    repositories: async () => (await call(answers.repositories, { method: "GET", path: "/repositories" })).repositories,
    doctor: async (id) => await call(answers.doctor, { method: "GET", path: `/repositories/${id}/doctor` }),
  };
}
