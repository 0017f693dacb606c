import { z } from "zod";
import { last } from "../github/index.ts";
import type { UserState } from "../github/state.ts";
import type { Cast } from "../cast.ts";
import type { World } from "../index.ts";
import type { PersonAtNpm } from "../registry/index.ts";

/** What can be asked of a world that runs as a process of its own. A verb's answer is JSON; what it throws is a sentence. */
export type Verb = (body: unknown) => unknown;

const people = ["alice", "bob", "carol", "dave", "mallory"] as const;
const nothing = z.strictObject({});

/** A verb with its input's form; an input that doesn't fit throws zod's error. */
const verb =
  <Form extends z.ZodType>(form: Form, act: (input: z.infer<Form>) => unknown): Verb =>
  (body) =>
    act(form.parse(body));

/** The verbs of a world with its cast; `stop` ends the process. */
export function verbsOf(world: World, cast: Cast, stop: () => void): Record<string, Verb> {
  return {
    ...{ ...gitHubVerbs(world, cast), ...npmVerbs(world), ...stageVerbs(world) },
    ...{ ...waitVerbs(world, cast), close: verb(nothing, stop) },
  };
}

function gitHubVerbs({ github, judge }: World, cast: Cast): Record<string, Verb> {
  const comments = (): unknown[] =>
    github.comments(cast.widget, cast.issue).map(({ id, userId, body }) => {
      const by = people.find((name) => person(cast, name).id === userId);
      return { id, by: by ?? (userId === cast.app.botId ? "app" : "someone"), body };
    });
  return {
    say: verb(z.strictObject({ by: z.enum(people), body: z.string().min(1) }), ({ by, body }) => ({
      id: github.comment(cast.widget, cast.issue, person(cast, by), body).id,
    })),
    comments: verb(nothing, comments),
    run: verb(
      z.strictObject({ by: z.enum(people), version: z.string(), tag: z.string().default("latest") }),
      ({ by, version, tag }) => ({
        id: github.runWorkflow(cast.widget, person(cast, by), "publish.yml", { version, tag }).id,
      }),
    ),
    runs: verb(nothing, () =>
      github.runs(cast.widget).map((run) => ({
        id: run.id,
        status: github.statusOf(run),
        jobs: last(run).jobs.map(({ key, status, conclusion, steps, log }) => ({
          key,
          status,
          conclusion,
          steps,
          log,
        })),
      })),
    ),
    secrets: verb(nothing, () => github.environmentSecrets()),
    /** What GitHub's document finds wrong with anything said so far. */
    violations: verb(nothing, () => judge.violations),
    fault: verb(
      z.strictObject({
        operation: z.string().exactOptional(),
        method: z.string().exactOptional(),
        nth: z.int().exactOptional(),
        times: z.int().exactOptional(),
        status: z.int().exactOptional(),
        statusAfter: z.int().exactOptional(),
        dropRequest: z.boolean().exactOptional(),
        dropAnswer: z.boolean().exactOptional(),
      }),
      (fault) => void github.core.faults.on(fault),
    ),
    clearFaults: verb(nothing, () => github.core.faults.clear()),
  };
}

function npmVerbs({ registry }: World): Record<string, Verb> {
  const accounts = new Map<string, PersonAtNpm>();
  const known = (name: string): PersonAtNpm => {
    const account = accounts.get(name);
    if (account === undefined) throw new Error(`There is no npm account ${name}: make it with \`account\` first.`);
    return account;
  };
  const named = z.strictObject({ account: z.string() });
  return {
    account: verb(
      z.strictObject({ name: z.string().min(1), tfa: z.enum(["totp", "web"]).nullable() }),
      async ({ name, tfa }) => {
        const account = await registry.account(name, { tfa });
        accounts.set(name, account);
        return { recovery: account.recovery };
      },
    ),
    token: verb(
      named.extend({
        packages: z.array(z.string()),
        expiresAt: z.iso.datetime().optional(),
        bypass2fa: z.boolean().default(false),
        readOnly: z.boolean().default(false),
        stageOnly: z.boolean().default(false),
        session: z.boolean().default(false),
      }),
      ({ account, expiresAt, ...of }) => {
        const expiry = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
        return { token: registry.token(known(account).name, { ...of, ...expiry }) };
      },
    ),
    code: verb(named, ({ account }) => ({ code: known(account).totp() })),
    confirm: verb(
      named.extend({ authUrl: z.url() }),
      async ({ account, authUrl }) => await known(account).confirm(authUrl),
    ),
    isAlive: verb(z.strictObject({ token: z.string() }), ({ token }) => ({ alive: registry.isAlive(token) })),
    seed: verb(z.strictObject({ name: z.string(), version: z.string() }), async ({ name, version }) => {
      await registry.seed(name, version);
    }),
    published: verb(z.strictObject({ name: z.string() }), async ({ name }) => await registry.published(name)),
    registryLog: verb(nothing, () => registry.log),
    registryFault: verb(
      z.strictObject({ down: z.boolean().default(false), status: z.int().nullable().default(null) }),
      (fault) => void Object.assign(registry.faults, fault),
    ),
    registryHabit: verb(
      z.strictObject({
        listsTokens: z.boolean().default(false),
        forgets: z.boolean().default(true),
        stagesNew: z.boolean().default(false),
        stageOnlyApproves: z.boolean().default(true),
        disallowedAsOtp: z.boolean().default(false),
        tellsStatus: z.boolean().default(true),
      }),
      (habit) => void Object.assign(registry.habits, habit),
    ),
    collaborator: verb(
      named.extend({ package: z.string(), right: z.enum(["read-write", "read-only"]) }),
      ({ account, package: name, right }) => registry.collaborator(name, known(account).name, right),
    ),
  };
}

/** What happens at npm beside the app: stages, trusted publishers, versions that appear without it. */
function stageVerbs({ registry, runner }: World): Record<string, Verb> {
  const one = z.strictObject({ id: z.uuid() });
  const version = z.strictObject({ name: z.string(), version: z.string() });
  return {
    stages: verb(nothing, () => registry.stages.list()),
    approveStage: verb(one.extend({ by: z.string() }), async ({ id, by }) => await registry.stages.approve(id, by)),
    removeStage: verb(one, ({ id }) => registry.stages.remove(id)),
    markStage: verb(one.extend({ status: z.enum(["staged", "validating", "blocked"]) }), ({ id, status }) =>
      registry.stages.mark(id, status),
    ),
    trust: verb(
      z.strictObject({
        name: z.string(),
        repository: z.string(),
        workflow: z.string(),
        environment: z.string().nullable().default(null),
        permissions: z.array(z.enum(["createPackage", "createStagedPackage"])).min(1),
      }),
      ({ name, ...of }) => registry.trust(name, { ...of, issuer: runner.issuer }),
    ),
    packageSettings: verb(z.strictObject({ name: z.string(), disallowTokens: z.boolean() }), ({ name, ...of }) =>
      registry.set(name, of),
    ),
    publishElsewhere: verb(
      version.extend({ by: z.string(), tag: z.string().default("latest") }),
      async ({ name, version: number, ...of }) => await registry.publishElsewhere(name, number, of),
    ),
    holdVersion: verb(version, ({ name, version: number }) => registry.hold(name, number)),
    settleVersion: verb(version.extend({ end: z.enum(["published", "blocked"]) }), async (of) => {
      await registry.settle(of.name, of.version, of.end);
    }),
    versionStatus: verb(version, async (of) => ({ status: await registry.status(of.name, of.version) })),
  };
}

function waitVerbs({ github }: World, cast: Cast): Record<string, Verb> {
  const ms = z.int().positive().max(300_000).default(30_000);
  const said = (text: string): boolean =>
    github
      .comments(cast.widget, cast.issue)
      .some(({ userId, body }) => userId === cast.app.botId && body.includes(text));
  return {
    /** Until no job runs and no delivery is on its way. */
    untilIdle: verb(z.strictObject({ ms }), async (of) => await github.until(() => github.idle(), "quiet", of.ms)),
    /** Until a comment of the app has this text in it. */
    untilSaid: verb(
      z.strictObject({ text: z.string().min(1), ms }),
      async (of) => await github.until(() => said(of.text), `a comment with "${of.text}"`, of.ms),
    ),
  };
}

const person = (cast: Cast, name: (typeof people)[number]): UserState => cast[name];
