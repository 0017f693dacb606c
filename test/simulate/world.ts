import { createHash } from "node:crypto";
import sodium from "libsodium-wrappers";
import type { PackageState, PublishedVersion, Registry } from "../../src/npm/types.ts";
import { aToken } from "../support/rows.ts";
import { TestClock } from "../support/clock.ts";
import { createCast } from "../world/cast.ts";
import type { Cast } from "../world/cast.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { UserState } from "../world/github/state.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import type { PaperRunner } from "../world/paper/runner.ts";
import type { Store } from "../../src/store/types.ts";

export const packageName = "@acme/widget";
const publicUrl = "http://127.0.0.1:9";

/** One judge and one key pair do for all runs of a process: making them is slow, and nothing hangs on them. */
let judge: Judge | null = null;
let keyPair: { publicKey: string; privateKey: string } | null = null;

/** Everything around the app: GitHub, runner, registry, people, and what each of them saw. */
export interface World {
  clock: TestClock;
  github: GitHub;
  cast: Cast;
  runner: PaperRunner;
  registry: Registry;
  publicUrl: string;
  /** Each publish that came to the registry, in order; a version is taken once. */
  published: Array<{ version: string; runId: number; token: string; at: Date }>;
  publish(version: string, runId: number, token: string): boolean;
  /** Puts a token of a person's on file; its text is told to nobody but the environment. */
  sealToken(store: Store, by: UserState): Promise<void>;
  /** Id of the sealed token that holds this text. */
  tokens: Map<string, string>;
  close(): Promise<void>;
}

export async function openWorld(post: (request: Request) => Promise<Response>): Promise<World> {
  await sodium.ready;
  judge ??= createJudge();
  const clock = new TestClock(new Date("2026-11-23T08:00:00Z"));
  const runner = createPaperRunner();
  const github = await startGitHub({
    ...{ now: () => clock.now(), judge, runner },
    // The intake stands at the path that it is mounted on.
    post: async (url, request) => await post(new Request(new URL("/", url), request)),
  });
  keyPair ??= github.core.newKeyPair();
  const known = keyPair;
  github.core.newKeyPair = () => known;
  github.core.faults.deliveries(() => "hold");
  const cast = createCast({ github } as Parameters<typeof createCast>[0], { workflow: "publish-quick.yml", publicUrl });
  const published: World["published"] = [];
  const tokens = new Map<string, string>();
  const versions = new Set(["1.0.0"]);
  return {
    ...{ clock, github, cast, runner, publicUrl, published, tokens },
    registry: registryOf(versions),
    publish(version, runId, token) {
      if (versions.has(version)) return false;
      versions.add(version);
      published.push({ version, runId, token, at: clock.now() });
      return true;
    },
    sealToken: async (store, by) => await sealToken({ clock, cast, tokens }, store, by),
    close: async () => await github.close(),
  };
}

function registryOf(versions: ReadonlySet<string>): Registry {
  const shasum = (version: string): string => createHash("sha1").update(`${packageName}@${version}`).digest("hex");
  return {
    package: () =>
      Promise.resolve<PackageState>({ versions: [...versions], tags: { latest: [...versions].at(-1) ?? "" } }),
    version: (_name, version) =>
      Promise.resolve<PublishedVersion | null>(
        versions.has(version)
          ? {
              shasum: shasum(version),
              integrity: null,
              publisher: "somebody",
              trusted: false,
              approver: null,
              tags: [],
            }
          : null,
      ),
    status: () => Promise.resolve(null),
    history: () => Promise.resolve(null),
    address: () => "https://registry.test/",
    webOrigins: () => [],
  };
}

async function sealToken(
  { clock, cast, tokens }: Pick<World, "clock" | "cast" | "tokens">,
  store: Store,
  by: UserState,
): Promise<void> {
  const { widget, npm } = cast;
  const now = clock.now();
  const id = `token-${tokens.size + 1}-${by.login}`;
  const text = `npm_${id}`;
  tokens.set(text, id);
  const ciphertext = Buffer.from(sodium.crypto_box_seal(text, npm.publicKey)).toString("base64");
  await store.tokens.put(
    aToken({
      ...{ id, groupId: id, repositoryId: widget.id, personId: by.id, personLogin: by.login },
      ...{ environmentId: npm.id, environmentName: npm.name, npmUser: `${by.login}-npm`, label: "release" },
      ...{ keyId: npm.keyId, ciphertext, sealedAt: now, expiresAt: new Date(now.getTime() + 30 * 86_400_000) },
      slot: `${widget.id}/${npm.id}/${by.id}`,
    }),
  );
}
