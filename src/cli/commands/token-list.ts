import type { Place, Token } from "../answers.ts";
import type { Call, Command } from "../call.ts";
import { printable } from "../output.ts";
import type { Paint } from "../output.ts";
import { shortIds } from "../pick.ts";
import { sessionFor } from "../session.ts";
import { table } from "../table.ts";
import { repositoryName } from "../targets.ts";
import { sayTodos, todosJson } from "../todos.ts";
import { tokenJson } from "../token-json.ts";

const dayMs = 86_400_000;

export const tokenList: Command = {
  name: "token list",
  usage: "",
  what: "Your tokens on file, where one is missing, and what is to be done at npm.",
  help: {},
  options: {},
  words: 0,
  async run(call) {
    const { api } = sessionFor(call);
    const tokens = await api.tokens();
    const [places, todos] = await Promise.all([api.places(), api.todos()]);
    const missing = places.filter(({ current }) => current === null || current.state === "expired");
    call.output.result({
      tokens: tokens.map(tokenJson),
      missing: missing.map(missingJson),
      todos: todosJson(todos),
    });
    show(call, tokens, missing);
    sayTodos(call.output, todos);
  },
};

function missingJson(place: Place): Record<string, unknown> {
  const { package: name, environmentName: environment, command } = place;
  return { package: name, repository: repositoryName(place), environment, command };
}

const heads = ["ID", "PACKAGES", "REPOSITORY", "ENVIRONMENT", "NPM USER", "EXPIRES", "STATE"];

function show({ io, output }: Call, tokens: Token[], missing: Place[]): void {
  if (tokens.length === 0) output.say("You have no token on file.");
  else {
    const ids = shortIds(tokens.map(({ id }) => id));
    const rows = tokens.map((token) => row(token, ids.get(token.id) ?? token.id, io.now()));
    const columns = io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : null;
    const paint = (cell: string, at: number): string => (at === heads.length - 1 ? colour(output.paint, cell) : cell);
    for (const line of table(heads, rows, columns, paint)) output.say(line);
  }
  if (missing.length > 0) output.say();
  for (const place of missing)
    output.say(`Missing: ${place.package} in ${repositoryName(place)}, ${place.environmentName}`);
}

function row(token: Token, id: string, now: Date): string[] {
  const { packages, repository, environmentName, npmUser, expiresAt, state } = token;
  const days = Math.floor((new Date(expiresAt).getTime() - now.getTime()) / dayMs);
  const left = days < 0 ? "over" : days === 0 ? "today" : `in ${days} ${days === 1 ? "day" : "days"}`;
  const where = repository === null ? "?" : `${repository.owner}/${repository.name}`;
  return [id, packages.join(", "), where, environmentName, npmUser, `${expiresAt.slice(0, 10)}, ${left}`, state].map(
    printable,
  );
}

function colour(paint: Paint, state: string): string {
  if (state === "alive") return paint.good(state);
  return state === "expiring" ? paint.busy(state) : paint.bad(state);
}
