import { seal } from "../domain/sealed-box.ts";
import { createCommand, tokenName, usualDays } from "../domain/token-command.ts";
import type { Token, Todo } from "./answers.ts";
import { text } from "./call.ts";
import type { Call } from "./call.ts";
import { Failure, usage } from "./failure.ts";
import { isInteractive } from "./io.ts";
import { ask } from "./prompt.ts";
import type { Session } from "./session.ts";
import { repositoryName } from "./targets.ts";
import type { Target } from "./targets.ts";
import { sayTodos, todosJson } from "./todos.ts";
import { givenToken } from "./token-input.ts";
import type { GivenToken } from "./token-input.ts";
import { tokenJson } from "./token-json.ts";

/** What the commands that take a token have in common. */
export const sealOptions = {
  expires: { type: "string" },
  "npm-user": { type: "string" },
  name: { type: "string" },
  "bypass-2fa": { type: "boolean" },
  release: { type: "string" },
  sure: { type: "boolean" },
} as const;

export const sealHelp = {
  "--expires YYYY-MM-DD": "the day on which npm lets it expire; not needed with npm's JSON",
  "--npm-user NAME": "whose token it is at npm; else as for the token before",
  "--name NAME": "its name at npm, so that you find it again",
  "--bypass-2fa": "npm lets it pass without a second factor; refused unless the policy allows it",
  "--release ID": "for one release that waits, where no token is kept (`keep: never`)",
  "--sure": "seal a token whose checksum is wrong",
};

const dayMs = 86_400_000;

/** Takes a token, seals it to every target, puts it on file, and says what came of it. */
export async function sealInto(call: Call, session: Session, targets: Target[], before: Token[]): Promise<void> {
  checkOptions(call);
  showCommand(call, targets);
  const npmUser = await npmUserOf(call, targets, before);
  const given = await givenToken(call);
  const expiresAt = await expiryOf(call, targets, given);
  const places = [];
  for (const target of targets) places.push(await sealed(call, session, target, given.text));
  const tokens = await session.api.addToken({
    npmUser,
    label: labelOf(call, targets, given),
    npmKey: given.key,
    expiresAt,
    bypass2fa: call.values["bypass-2fa"] === true || given.bypass2fa,
    releaseId: text(call.values, "release"),
    places,
  });
  const replaced = new Set(targets.map(({ place }) => place.current?.groupId));
  const todos = (await session.api.todos()).filter(({ groupId }) => replaced.has(groupId));
  report(call, tokens, todos);
}

function checkOptions({ values }: Call): void {
  const day = text(values, "expires");
  if (day !== null && !/^\d{4}-\d\d-\d\d$/.test(day)) throw usage("--expires is a day, written like 2026-12-23.");
}

/** For somebody who hasn't made the token yet. */
function showCommand({ io, output }: Call, targets: Target[]): void {
  const [first] = targets;
  if (first === undefined || !isInteractive(io)) return;
  const { mode, registry } = first.place;
  output.note("Make a token at npm, in another window:");
  output.note(`  ${createCommand({ packages: packagesOf(targets), mode, registry, days: daysFor(targets) })}`);
  for (const limit of new Set(targets.flatMap(({ place }) => place.rules.limits))) output.note(limit);
}

function packagesOf(targets: Target[]): string[] {
  return [...new Set(targets.flatMap(({ packages }) => packages))].toSorted();
}

/** Days that a token for all of these may live, where nobody says otherwise. */
function daysFor(targets: Target[]): number {
  return Math.min(usualDays, ...targets.map(({ place }) => place.rules.maxDays));
}

async function npmUserOf(call: Call, targets: Target[], before: Token[]): Promise<string> {
  const given = text(call.values, "npm-user");
  if (given !== null) return given;
  const known =
    targets.map(({ place }) => place.current?.npmUser).find((name) => name !== undefined) ?? before[0]?.npmUser;
  if (isInteractive(call.io)) return await ask(call.io, "Your npm user name, as `npm whoami` says it", known);
  if (known !== undefined) return known;
  throw usage("Say whose token it is at npm: --npm-user NAME, as `npm whoami` says it.");
}

/** npm's own word where there is one; else the option's, else the person's. */
async function expiryOf({ io, values }: Call, targets: Target[], given: GivenToken): Promise<string> {
  const option = text(values, "expires");
  if (given.expiresAt !== null) {
    if (option !== null && option !== given.expiresAt.slice(0, 10))
      throw usage(`npm says that the token expires on ${given.expiresAt.slice(0, 10)}: leave --expires out.`);
    return given.expiresAt;
  }
  if (option !== null) return option;
  if (!isInteractive(io)) throw usage("Say when npm lets the token expire: --expires YYYY-MM-DD.");
  const usual = new Date(io.now().getTime() + daysFor(targets) * dayMs).toISOString().slice(0, 10);
  const day = await ask(io, "The day on which it expires", usual);
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw usage("A day is written like 2026-12-23.");
  return day;
}

/** Where npm's command was shown, the token has most likely the name in it. */
function labelOf({ io, values }: Call, targets: Target[], given: GivenToken): string {
  return text(values, "name") ?? given.name ?? (isInteractive(io) ? tokenName(packagesOf(targets)) : "");
}

async function sealed({ output }: Call, session: Session, { place, packages }: Target, token: string) {
  const { repository, environmentName } = place;
  const environment = place.approvesStages === true ? { environment: environmentName } : {};
  const told = await session.api.keyId(repository.id, packages[0] ?? place.package, environment.environment);
  const { keyId, key } = await session.environmentKey(repository, environmentName);
  if (told !== keyId)
    output.warn(
      `The server names another key for ${environmentName} in ${repositoryName(place)} than GitHub does: sealed to GitHub's.`,
    );
  try {
    return { repositoryId: repository.id, packages, ...environment, keyId, ciphertext: await seal(token, key) };
  } catch {
    throw new Failure(
      "unsealed",
      `The token couldn't be sealed to the key of ${environmentName} in ${repositoryName(place)}.`,
    );
  }
}

function report({ output }: Call, tokens: Token[], todos: Todo[]): void {
  output.result({ tokens: tokens.map(tokenJson), todos: todosJson(todos) });
  const where = tokens.length === 1 ? "1 environment" : `${tokens.length} environments`;
  output.say(output.paint.good(`Sealed for ${where}. Only GitHub can open it.`));
  for (const { packages, repository, environmentName, expiresAt } of tokens) {
    const inside = repository === null ? "" : ` in ${repository.owner}/${repository.name}`;
    output.say(`  ${packages.join(", ")}${inside}, ${environmentName}, until ${expiresAt.slice(0, 10)}`);
  }
  sayTodos(output, todos);
}
