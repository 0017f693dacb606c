import { openAccounts } from "../accounts.ts";
import { closeSession } from "../api.ts";
import type { Command } from "../call.ts";
import { Failure } from "../failure.ts";
import { serverOf } from "../session.ts";

export const signOutCommand: Command = {
  name: "sign-out",
  usage: "[--url ADDRESS]",
  what: "End the session here, at the server and at GitHub.",
  help: {},
  options: {},
  words: 0,
  async run(call) {
    const { output } = call;
    const accounts = openAccounts(call.io);
    const url = serverOf(call, accounts);
    const known = accounts.get(url);
    if (known?.signIn) {
      // Forgotten here first: whatever the server says, nobody is signed in on this machine any more.
      accounts.put(url, { ...known, signIn: null });
      await closeSession(url, known.signIn.bearer).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        if (error.code !== "signed-out")
          output.warn(`The server didn't hear of it, and ends the session by itself: ${error.message}`);
      });
    }
    output.result({ url, signedOut: true });
    output.say(`Signed out of ${url}.`);
  },
};
