import { openAccounts } from "../accounts.ts";
import type { Command } from "../call.ts";
import { serverOf, signIn } from "../session.ts";

export const signInCommand: Command = {
  name: "sign-in",
  usage: "[--url ADDRESS]",
  what: "Sign in with GitHub: a code to enter in your browser.",
  help: { "--github ADDRESS": "the GitHub that you expect, where the server has moved to another one" },
  options: { github: { type: "string" } },
  words: 0,
  async run(call) {
    const accounts = openAccounts(call.io);
    const url = serverOf(call, accounts);
    const { login, expiresAt } = await signIn(call, accounts, url);
    call.output.result({ url, github: accounts.get(url)?.githubUrl ?? null, login, expiresAt });
  },
};
