import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTokenDesk } from "../../../src/desk/tokens/index.ts";
import type { TokenDesk } from "../../../src/desk/tokens/index.ts";
import type { DeskForWeb, DeskParts } from "../../../src/desk/types.ts";
import { Refusal } from "../../../src/domain/errors.ts";
import type { Repository, SealedToken } from "../../../src/domain/release-types.ts";
import { GitHubError } from "../../../src/github/types.ts";
import type { GitHubRepository } from "../../../src/github/types.ts";
import type { Store } from "../../../src/store/types.ts";
import { freshStore } from "../../support/database.ts";

const now = new Date("2026-11-23T10:00:00Z");
const day = 86_400_000;
const alice = { id: 100, login: "alice" };
const bob = { id: 101, login: "bob" };
const widget: Repository = {
  id: 1,
  installationId: 10,
  owner: "acme",
  ownerId: 5,
  ownerType: "Organization",
  name: "widget",
  private: false,
  defaultBranch: "main",
};

const policy = `version: 1
packages:
  - name: "@acme/widget"
    workflow: publish.yml
    environment: npm
    secret: NPM_TOKEN
    mode: otp
    releasers: [Alice, "@acme/releasers"]
    approvals: { count: 1, from: [bob] }
  - name: "@acme/trusted"
    workflow: publish.yml
    environment: npm
    mode: trusted
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
`;

/** GitHub as far as these use cases ask it; each test bends one thing. */
function gitHub(repository: Repository) {
  return {
    repository,
    branchHead: () => Promise.resolve<string | null>("a".repeat(40)),
    file: () => Promise.resolve<{ text: string; blob: string } | null>({ text: policy, blob: "b".repeat(40) }),
    ownersFile: () => Promise.resolve<string | null>(null),
    permission: () => Promise.resolve<string>("write"),
    isTeamMember: () => Promise.resolve(false),
    environment: (name: string) =>
      Promise.resolve<object | null>({
        id: 2,
        name,
        adminsCanBypass: false,
        waitTimer: 0,
        requiredReviewers: null,
        branchPolicy: null,
      }),
    environmentKey: () => Promise.resolve({ keyId: "key-1", key: Buffer.alloc(32, 7).toString("base64") }),
  };
}

describe("sealed tokens", () => {
  let store: Store;
  let url: string;
  let close: () => Promise<void>;
  let github: ReturnType<typeof gitHub>;
  let desk: TokenDesk;

  beforeEach(async () => {
    ({ store, url, close } = await freshStore());
    await store.repositories.see(widget, now);
    await store.people.see(alice, now);
    await store.people.see(bob, now);
    github = gitHub(widget);
    let ids = 0;
    const said = (): void => undefined;
    desk = createTokenDesk({
      store,
      github: { repository: () => github as unknown as GitHubRepository } as unknown as DeskParts["github"],
      registry: {} as DeskParts["registry"],
      clock: { now: () => now },
      ids: { next: () => `id-${++ids}` },
      log: { info: said, warn: said, error: said },
      publicUrl: "https://countersign.test",
    });
  });
  afterEach(async () => {
    await close();
  });

  const place = () => ({
    repositoryId: 1,
    packages: ["@acme/widget"],
    keyId: "key-1",
    ciphertext: randomBytes(88).toString("base64"),
  });
  const input = () => ({
    person: alice,
    npmUser: "alice-npm",
    label: "laptop",
    npmKey: null,
    bypass2fa: false,
    releaseId: null,
    expiresAt: new Date(now.getTime() + 30 * day),
    places: [place()],
  });
  const register = async (given: Parameters<DeskForWeb["registerToken"]>[0] = input()): Promise<SealedToken> => {
    const [token] = await desk.registerToken(given);
    if (token === undefined) throw new Error("no token");
    return token;
  };

  const refused = async (work: Promise<unknown>): Promise<Refusal> => {
    const error: unknown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Refusal)) throw new Error("not refused", { cause: error });
    return error;
  };

  test("are listed where the policy lets the person release with a token, and nowhere else", async () => {
    expect((await desk.tokenPlaces(alice, [1])).map((place) => place.package)).toEqual(["@acme/widget"]);
    expect(await desk.tokenPlaces(bob, [1])).toEqual([]);
    github.isTeamMember = () => Promise.resolve(true);
    expect(await desk.tokenPlaces(bob, [1])).toHaveLength(1);
    github.permission = () => Promise.resolve("read");
    expect(await desk.tokenPlaces(bob, [1])).toEqual([]);
    expect(await desk.tokenPlaces(alice, [99])).toEqual([]);
  });

  test("have no place where there is no policy, a broken one, or no answer from GitHub", async () => {
    github.file = () => Promise.resolve(null);
    expect(await desk.tokenPlaces(alice, [1])).toEqual([]);
    github.file = () => Promise.resolve({ text: "packages: 1", blob: "b" });
    expect(await desk.tokenPlaces(alice, [1])).toEqual([]);
    github.file = () => Promise.reject(new GitHubError("unavailable", "file", "down"));
    expect(await desk.tokenPlaces(alice, [1])).toEqual([]);
  });

  test("are put on file, replaced, and removed, each noted without ciphertext", async () => {
    const first = input();
    const { id } = await register(first);
    expect(await desk.tokensOf(alice)).toMatchObject([{ id, npmUser: "alice-npm", keyId: "key-1", environmentId: 2 }]);
    expect((await desk.tokenPlace(alice, 1, "@acme/widget")).current?.id).toBe(id);
    const second = await register();
    expect((await desk.tokensOf(alice)).map((token) => token.id)).toEqual([second.id]);
    expect(await store.tokens.get(id)).toMatchObject({ removedWhy: "replaced", ciphertext: "" });
    await desk.removeToken({ person: alice, tokenId: second.id });
    expect(await desk.tokensOf(alice)).toEqual([]);
    expect(await store.tokens.get(second.id)).toMatchObject({ removedWhy: "removed", ciphertext: "" });
    const noted = await audit(url);
    expect(noted.map((event) => event.what)).toEqual([
      ...["token.sealed", "todo.opened", "token.sealed"],
      ...["token.removed", "todo.opened"],
    ]);
    expect(JSON.stringify(noted)).not.toContain(first.places[0]?.ciphertext);
  });

  test("are removed by their owner alone, in the same words as one that isn't there", async () => {
    const { id } = await register();
    const foreign = await refused(desk.removeToken({ person: bob, tokenId: id }));
    const absent = await refused(desk.removeToken({ person: bob, tokenId: "none" }));
    expect([foreign.code, foreign.message]).toEqual([absent.code, absent.message]);
    expect(await desk.tokensOf(alice)).toHaveLength(1);
  });

  test.each([
    ["an old key", { place: { keyId: "key-0" } }, "token-key-rotated"],
    ["no ciphertext", { place: { ciphertext: "" } }, "bad-input"],
    ["text that isn't base64", { place: { ciphertext: "%%%" } }, "bad-input"],
    [
      "a token that was only encoded",
      { place: { ciphertext: Buffer.from(`npm_${"a".repeat(80)}`).toString("base64") } },
      "bad-input",
    ],
    ["something too short", { place: { ciphertext: randomBytes(50).toString("base64") } }, "bad-input"],
    ["something too long", { place: { ciphertext: randomBytes(60_000).toString("base64") } }, "bad-input"],
    ["a day that is over", { expiresAt: new Date(now.getTime() - 1) }, "bad-input"],
    ["no day", { expiresAt: new Date(Number.NaN) }, "bad-input"],
    ["more than 90 days", { expiresAt: new Date(now.getTime() + 90 * day + 1) }, "bad-input"],
    ["a name that no npm user has", { npmUser: "not a name" }, "bad-input"],
    ["a token as the name", { npmUser: `npm_${"a".repeat(36)}` }, "bad-input"],
    ["a token as the label", { label: `npm_${"a".repeat(36)}` }, "bad-input"],
    ["a long label", { label: "x".repeat(101) }, "bad-input"],
    ["somebody whom the policy doesn't name", { person: bob }, "not-allowed"],
    ["a package that needs no token", { place: { packages: ["@acme/trusted"] } }, "not-now"],
    ["a repository that isn't known", { place: { repositoryId: 99 } }, "not-found"],
  ])("with %s are refused, and nothing is kept", async (_what, over, code) => {
    const sealed = { ...place(), ...("place" in over ? over.place : {}) };
    const given = { ...input(), ...over, places: [sealed] };
    const refusal = await refused(desk.registerToken(given));
    expect(refusal.code).toBe(code);
    if (sealed.ciphertext !== "") expect(refusal.message).not.toContain(sealed.ciphertext);
    expect(refusal.message).not.toContain("npm_aaa");
    expect(await store.tokens.ofPerson(given.person.id)).toEqual([]);
  });

  test("may live 90 days to the second", async () => {
    await desk.registerToken({ ...input(), expiresAt: new Date(now.getTime() + 90 * day) });
    expect(await desk.tokensOf(alice)).toHaveLength(1);
  });

  test("need write access and an environment that exists", async () => {
    github.permission = () => Promise.resolve("triage");
    expect((await refused(desk.tokenPlace(alice, 1, "@acme/widget"))).code).toBe("not-allowed");
    github.permission = () => Promise.resolve("maintain");
    github.environment = () => Promise.resolve(null);
    expect((await refused(desk.tokenPlace(alice, 1, "@acme/widget"))).code).toBe("environment-missing");
  });
});

/** Everything that was noted, as it lies in the database. */
async function audit(url: string): Promise<Array<{ what: string; detail: unknown }>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ what: string; detail: unknown }>('select what, detail from "AuditEvent" order by seq'))
      .rows;
  } finally {
    await client.end();
  }
}
