import type { Command } from "../call.ts";
import { Failure, usage } from "../failure.ts";
import { isInteractive } from "../io.ts";
import { pickTokens } from "../pick.ts";
import { confirm } from "../prompt.ts";
import { sessionFor } from "../session.ts";
import { sayTodos, todosJson } from "../todos.ts";

export const tokenRemove: Command = {
  name: "token remove",
  usage: "ID or PACKAGE",
  what: "Have Countersign forget a sealed token; you revoke it at npm.",
  help: { "--yes": "don't ask" },
  options: { yes: { type: "boolean" } },
  words: 1,
  async run(call) {
    const { io, output, values } = call;
    const [word] = call.positionals;
    if (word === undefined) throw usage("Say which token: its id as `countersign token list` shows it, or a package.");
    const { api } = sessionFor(call);
    const meant = pickTokens(await api.tokens(), word);
    const what = meant.map(({ packages, environmentName }) => `${packages.join(", ")} (${environmentName})`).join("; ");
    if (values["yes"] !== true && isInteractive(io) && !(await confirm(io, `Forget your token for ${what}?`)))
      throw new Failure("interrupted", "Nothing was removed.");
    for (const { id } of meant) await api.removeToken(id);
    const groups = new Set(meant.map(({ groupId }) => groupId));
    const todos = (await api.todos()).filter(({ groupId }) => groups.has(groupId));
    output.result({ removed: meant.map(({ id }) => id), todos: todosJson(todos) });
    output.say(output.paint.good(`Forgotten: ${what}.`));
    sayTodos(output, todos);
  },
};
