import { openAccounts } from "./accounts.ts";
import type { Accounts, SignIn } from "./accounts.ts";
import { serverAddress } from "./address.ts";
import { createApi, openSession, readAbout } from "./api.ts";
import type { Api } from "./api.ts";
import { text } from "./call.ts";
import type { Call } from "./call.ts";
import { signInByDevice } from "./device.ts";
import type { DeviceCode } from "./device.ts";
import { Failure, usage } from "./failure.ts";
import { readEnvironmentKey } from "./github.ts";
import type { EnvironmentKey } from "./github.ts";

/** Somebody who is signed in, or will be as soon as that is needed. */
export interface Session {
  api: Api;
  environmentKey(repository: { owner: string; name: string }, environment: string): Promise<EnvironmentKey>;
}

/** The server that a command is about: --url, COUNTERSIGN_URL, or the last one. */
export function serverOf({ io, values }: Call, accounts: Accounts): string {
  const given = text(values, "url") || io.env["COUNTERSIGN_URL"] || accounts.last();
  if (given) return serverAddress(given);
  throw usage("Say where your Countersign is: `--url https://…` once, it is remembered; or set COUNTERSIGN_URL.");
}

/** The session with the server that a command is about. A person is asked to sign in where that is needed; a program is told. */
export function sessionFor(call: Call): Session {
  const accounts = openAccounts(call.io);
  const server = serverOf(call, accounts);
  const good = (): SignIn | null => {
    const known = accounts.get(server)?.signIn ?? null;
    return known === null || new Date(known.expiresAt) <= call.io.now() ? null : known;
  };
  const begin = async (): Promise<SignIn> => {
    if (call.output.json)
      throw new Failure("signed-out", "You are not signed in, or not any more: run `countersign sign-in` first.");
    return await signIn(call, accounts, server);
  };
  /** Nothing was done where the sign-in wasn't taken, so the work may be done again. */
  const signed = async <T>(work: (by: SignIn) => Promise<T>): Promise<T> => {
    const known = good();
    if (known !== null) {
      try {
        return await work(known);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== "signed-out") throw error;
      }
    }
    return await work(await begin());
  };
  return {
    api: createApi(server, (work) => signed(({ bearer }) => work(bearer))),
    environmentKey: (repository, environment) =>
      signed(({ githubToken }) =>
        readEnvironmentKey(accounts.get(server)?.githubUrl ?? "", githubToken, repository, environment),
      ),
  };
}

/** Signs in at GitHub and then at the server, and writes both down. */
export async function signIn(call: Call, accounts: Accounts, server: string): Promise<SignIn> {
  const { clientId, githubUrl: said } = await readAbout(server);
  const githubUrl = expectedGitHub(call, serverAddress(said), accounts.get(server)?.githubUrl ?? null);
  const githubToken = await signInByDevice(githubUrl, clientId, (code) => show(call, server, code));
  const { bearer, expiresAt, person } = await openSession(server, githubToken);
  const known = { login: person.login, bearer, githubToken, expiresAt };
  accounts.put(server, { githubUrl, signIn: known });
  call.output.note(`Signed in as ${person.login}, until ${expiresAt.slice(0, 16).replace("T", " ")} UTC.`);
  return known;
}

/** The server names its GitHub, and keys are read there: so it must not become another one unnoticed. */
function expectedGitHub({ values }: Call, said: string, before: string | null): string {
  const given = text(values, "github");
  const expected = given === null ? before : serverAddress(given);
  if (expected === null || expected === said) return said;
  throw new Failure(
    "github-changed",
    `This server works with the GitHub at ${said} now, not with ${expected}. If whoever runs it says that this is right, run \`countersign sign-in --github ${said}\`.`,
  );
}

function show({ io, output }: Call, server: string, { userCode, address, seconds }: DeviceCode): void {
  const message = `To sign in to ${server}, open ${address} and enter ${userCode}`;
  const code = { code: "device-code", message, address, userCode, seconds };
  if (output.json) io.stderr.write(`${JSON.stringify(code)}\n`);
  else io.stderr.write(`${message}\nWaiting for GitHub, for ${Math.round(seconds / 60)} minutes at most …\n`);
}
