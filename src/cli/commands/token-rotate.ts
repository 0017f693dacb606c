import type { Token } from "../answers.ts";
import type { Call, Command } from "../call.ts";
import { Failure, usage } from "../failure.ts";
import { pickTokens } from "../pick.ts";
import { sealHelp, sealInto, sealOptions } from "../seal.ts";
import { sessionFor } from "../session.ts";
import { targetsOf } from "../targets.ts";

export const tokenRotate: Command = {
  name: "token rotate",
  usage: "[ID or PACKAGE]",
  what: "Put a new token where an old one is, in all its environments.",
  help: sealHelp,
  options: sealOptions,
  words: 1,
  async run(call) {
    const session = sessionFor(call);
    const tokens = await session.api.tokens();
    const old = oldOnes(call, tokens);
    const targets = targetsOf(call, old, await session.api.places());
    if (targets.length === 0)
      throw new Failure("not-allowed", "None of its environments takes a token of yours any more: remove it instead.");
    await sealInto(call, session, targets, old);
  },
};

/** The old token in all its places: it is one token at npm, and ends as one. */
function oldOnes({ positionals: [word] }: Call, tokens: Token[]): Token[] {
  if (tokens.length === 0)
    throw new Failure("not-found", "You have no token on file: `countersign token add` puts one there.");
  const meant = word === undefined ? tokens : pickTokens(tokens, word);
  const groups = new Set(meant.map(({ groupId }) => groupId));
  if (word === undefined && groups.size > 1)
    throw usage(
      `Say which of your ${groups.size} tokens: its id as \`countersign token list\` shows it, or a package.`,
    );
  return tokens.filter(({ groupId }) => groups.has(groupId));
}
