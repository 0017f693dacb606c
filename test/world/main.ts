/**
 * The world as a process of its own, so that the app's memory and logs can be searched apart from it. Prints one line of JSON with
 * its addresses and credentials (`WorldLine`), and then does what it is told at its control address. It ends when it is told to, on
 * SIGTERM and SIGINT, and when the pipe that is its standard input ends, so that it doesn't outlive whoever started it.
 */
import { fstatSync } from "node:fs";
import { parseArgs } from "node:util";
import { appEnv } from "./app-env.ts";
import { createCast } from "./cast.ts";
import type { Cast } from "./cast.ts";
import { startControl } from "./control/server.ts";
import { verbsOf } from "./control/verbs.ts";
import { startWorld } from "./index.ts";
import type { World } from "./index.ts";

/** What the first line says. */
export interface WorldLine {
  github: string;
  registry: string;
  issuer: string;
  control: { url: string; key: string };
  /** The app's environment variables, but for its database. */
  app: Record<string, string>;
  repositoryId: number;
  issue: number;
  /** Person → the address that signs a browser in as that person; `?to=` says where it goes then. */
  people: Record<string, string>;
}

const help = `node scripts/run.mjs test/world/main.ts --public-url <address of the app> [--workflow <file of test/world/workflows>]
`;

async function main(): Promise<void> {
  const options = readOptions();
  if (options === null) return;
  const world = await startWorld();
  const cast = createCast(world, { ...options, registryUrl: world.registry.url });
  const { promise: told, resolve: stop } = Promise.withResolvers<void>();
  const control = await startControl(verbsOf(world, cast, stop));
  process.stdout.write(`${JSON.stringify(lineOf(world, cast, options.publicUrl, control))}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.resume().once("end", stop).once("error", stop);
  await told;
  await control.close();
  await world.close();
}

/** Null where there is nothing to start; what was wrong has been said. */
function readOptions(): { publicUrl: string; workflow: string } | null {
  const say = (sentence: string): null => {
    process.stderr.write(`${sentence}\n${help}`);
    process.exitCode = 2;
    return null;
  };
  try {
    const { values } = parseArgs({
      options: { "public-url": { type: "string" }, workflow: { type: "string", default: "publish.yml" } },
    });
    const publicUrl = URL.parse(values["public-url"] ?? "");
    if (publicUrl === null) return say("--public-url is needed: the address at which the app will be.");
    return { publicUrl: publicUrl.origin, workflow: values.workflow };
  } catch (error) {
    return say(error instanceof Error ? error.message : String(error));
  }
}

function lineOf(world: World, cast: Cast, publicUrl: string, { url, key }: { url: string; key: string }): WorldLine {
  const { github, registry, runner } = world;
  const { alice, bob, carol, dave, mallory } = cast;
  return {
    github: github.url,
    registry: registry.url,
    issuer: runner.issuer,
    control: { url, key },
    app: appEnv(world, cast, publicUrl),
    repositoryId: cast.widget.id,
    issue: cast.issue.number,
    people: Object.fromEntries(
      [alice, bob, carol, dave, mallory].map(({ login }) => [login, `${github.url}/as/${login}`]),
    ),
  };
}

await main();
// Whatever still listens must not keep a world alive that is over.
process.exit();
