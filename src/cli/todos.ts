import { revokeCommand } from "../domain/token-command.ts";
import type { Todo } from "./answers.ts";
import type { Output } from "./output.ts";
import { printable } from "./output.ts";

/** What the person has to do at npm, since nobody else can. */
export function sayTodos({ say, paint }: Output, todos: Todo[]): void {
  for (const { label, npmUser, npmKey } of todos) {
    const name = label === "" ? "the token" : `the token “${printable(label)}”`;
    const how = npmKey === null ? "on npm's site, under Access Tokens" : `with \`${revokeCommand(npmKey)}\``;
    say(paint.busy(`To do: revoke ${name} of the npm user ${npmUser}, ${how}.`));
  }
}

/** To-dos as programs get them. */
export function todosJson(todos: Todo[]): Array<Record<string, unknown>> {
  return todos.map(({ id, why, npmUser, label, npmKey, expiresAt }) => ({
    id,
    why,
    npmUser,
    label,
    npmKey,
    expiresAt,
  }));
}
