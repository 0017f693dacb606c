import sodium from "libsodium-wrappers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import { Refusal } from "../../src/domain/errors.ts";
import type { SealedToken } from "../../src/domain/release-types.ts";
import { policy } from "../world/cast.ts";
import type { UserState } from "../world/github/state.ts";
import { Story } from "../support/story.ts";

const day = 86_400_000;

/** Seals as the page does, and registers. */
async function seal(story: Story, by: UserState, named: string, more: object = {}): Promise<SealedToken> {
  const { npm, widget } = story.cast;
  const token = named.padEnd(40, "0");
  const ciphertext = Buffer.from(sodium.crypto_box_seal(sodium.from_string(token), npm.publicKey)).toString("base64");
  const [sealed] = await createDesk(story.app.parts).registerToken({
    ...{ person: { id: by.id, login: by.login }, npmUser: `${by.login}-npm`, label: "for the widget", npmKey: null },
    ...{ bypass2fa: false, releaseId: null, expiresAt: new Date(story.clock.now().getTime() + 30 * day) },
    places: [{ repositoryId: widget.id, packages: ["@acme/widget"], keyId: npm.keyId, ciphertext }],
    ...more,
  });
  await story.settle();
  if (sealed === undefined) throw new Error("nothing was sealed");
  return sealed;
}

async function todos(story: Story): Promise<Array<{ who: string; why: string }>> {
  const open = await story.app.parts.store.todos.openOfRepositories([story.cast.widget.id]);
  return open.map((todo) => ({ who: todo.personLogin, why: todo.why }));
}

async function forgotten(story: Story, token: SealedToken): Promise<string | null> {
  const row = await story.app.parts.store.tokens.get(token.id);
  if ((row?.removedAt ?? null) !== null) expect(row?.ciphertext).toBe("");
  return row?.removedWhy ?? null;
}

/** The organisation's own file, in a repository that the app is shown; what was read before holds for a minute. */
async function organizationSays(story: Story, text: string): Promise<void> {
  const files = { ".github/countersign.yml": text };
  const repository = story.github.createRepository(story.cast.acme, ".github", { files });
  for (const one of story.github.core.state.installations.values())
    story.github.owners.setRepositories(one, "added", [repository], story.cast.dave);
  await story.pass(61_000);
}

describe("where no token is kept", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open({ policyLines: "    token: { keep: never }\n" });
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("a release waits for a fresh one, is armed with it, and it is forgotten once the secret was removed", async () => {
    const { alice, bob } = story.cast;
    await story.sealToken(alice, "npm_one-that-was-kept");
    await story.say(alice, "/release 1.2.0");
    const { id } = await story.release();
    expect(await story.status()).toContain("No token is kept here: alice seals a fresh one for this release.");
    expect(await story.status()).toContain(
      `/tokens/new?repository=${story.cast.widget.id}&package=%40acme%2Fwidget&release=${id}`,
    );
    await story.say(bob, "/approve");
    expect(story.runner.jobs).toEqual([]);

    const fresh = await seal(story, alice, "npm_the-fresh-token", { releaseId: id });
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe("npm_the-fresh-token".padEnd(40, "0"));
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    expect(await forgotten(story, fresh)).toBe("used");
    await story.pass(16_000);
    await story.pass(6_000);
    expect(await todos(story)).toContainEqual({ who: "alice", why: "left-behind" });
  });

  test("one that was sealed before the approvals waits for them", async () => {
    const { alice, bob } = story.cast;
    await story.say(alice, "/release 1.2.0");
    await seal(story, alice, "npm_the-fresh-token", { releaseId: (await story.release()).id });
    expect(await story.status()).not.toContain("seals a fresh one");
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.say(bob, "/approve");
    expect(story.runner.jobs).toHaveLength(1);
  });

  test("a release that ends before it is armed leaves no token either", async () => {
    const { alice } = story.cast;
    await story.say(alice, "/release 1.2.0");
    const fresh = await seal(story, alice, "npm_the-fresh-token", { releaseId: (await story.release()).id });
    await story.say(alice, "/cancel");
    await story.pass(1_000);
    expect(await forgotten(story, fresh)).toBe("used");
    expect(await todos(story)).toEqual([{ who: "alice", why: "left-behind" }]);
  });

  test("nobody seals one without a release, for somebody else's, or for one that is over", async () => {
    const { alice, carol } = story.cast;
    const refused = async (by: UserState, releaseId: string | null): Promise<string> =>
      await seal(story, by, "npm_x", { releaseId }).then(
        () => "taken",
        (error: unknown) => (error instanceof Refusal ? error.message : String(error)),
      );
    expect(await refused(alice, null)).toMatch(/ask for the release first/);
    await story.say(alice, "/release 1.2.0");
    const { id } = await story.release();
    expect(await refused(carol, id)).toMatch(/Only whoever asked/);
    await story.say(alice, "/cancel");
    expect(await refused(alice, id)).toMatch(/is over/);
    expect(await todos(story)).toEqual([]);
  });
});

describe("/tokens", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("tells how the repository's tokens stand, and one's own, without naming anybody else", async () => {
    const { alice, carol, bob, mallory } = story.cast;
    await story.say(alice, "/tokens");
    expect(story.lastWords()).toMatch(/none that works: nobody can release it \| none: \[add one\]/);
    await seal(story, alice, "npm_the-token-of-alice");
    await story.say(alice, "/tokens");
    const day = (await story.app.parts.store.tokens.ofPerson(alice.id))[0]?.expiresAt.toISOString().slice(0, 10) ?? "";
    expect(story.lastWords()).toContain(`only one person can release it; from ${day} nobody can | works until ${day}`);
    await seal(story, carol, "npm_the-token-of-carol", { label: "carols-own-label" });
    await story.say(bob, "/tokens");
    expect(story.lastWords()).toMatch(/2 people can release it/);
    expect(story.lastWords()).not.toMatch(/alice|carol/);
    const all = createDesk(story.app.parts);
    const { packages } = await all.repositoryTokens({ id: bob.id, login: "bob" }, story.cast.widget.id);
    expect(packages[0]?.tokens?.map(({ token }) => token.personLogin)).toEqual(["carol", "alice"]);
    await expect(all.repositoryTokens({ id: mallory.id, login: "mallory" }, story.cast.widget.id)).rejects.toThrow(
      "Only people with write access",
    );
    await story.say(mallory, "/tokens");
    expect(story.lastWords()).toBe("Only people with write access are told how the npm tokens stand.");
  });
});

describe("what the organisation asks of all repositories", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("holds against the repository's own policy, at intake and when a release is asked for", async () => {
    const { alice } = story.cast;
    const before = await seal(story, alice, "npm_sealed-before-the-rule");
    await organizationSays(story, "version: 1\ndefaults: { token: { maxDays: 7, bypass2fa: false } }\n");
    await expect(seal(story, alice, "npm_another-one-too-long")).rejects.toThrow("may live 7 days at most");
    expect(await forgotten(story, before)).toBeNull();
    await story.say(alice, "/release 1.2.0");
    expect(story.lastWords()).toContain("lives longer than the 7 days that a token may live here");
    const week = new Date(story.clock.now().getTime() + 7 * day);
    await seal(story, alice, "npm_one-for-a-week", { expiresAt: week });
    await story.say(alice, "/release 1.2.0");
    expect((await story.release()).state).toBe("waiting");
  });

  test("that can't be read stops releases, and says where it stands", async () => {
    const { alice } = story.cast;
    await seal(story, alice, "npm_a-good-token");
    await organizationSays(story, "version: 1\ndefaults: { token: { maxDays: 700 } }\n");
    await story.say(alice, "/release 1.2.0");
    expect(story.lastWords()).toContain(
      "`acme/.github`, line 2: npm lets no publishing token live longer than 90 days",
    );
  });
});

describe("whoever may not release any more", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const without = (login: string): Record<string, string> => ({
    ".github/countersign.yml": policy.replace("[alice, carol]", login === "alice" ? "[carol]" : "[alice]"),
  });

  test("taken out of the policy, loses the token here and is asked to revoke it; the others keep theirs", async () => {
    const { alice, carol, dave, widget } = story.cast;
    const [hers, others] = [
      await seal(story, alice, "npm_the-token-of-alice"),
      await seal(story, carol, "npm_of-carol-here"),
    ];
    story.github.commit(widget, dave.id, without("alice"), "alice leaves");
    await story.settle();
    expect(await forgotten(story, hers)).toBe("not-releaser");
    expect(await forgotten(story, others)).toBeNull();
    expect(await todos(story)).toEqual([{ who: "alice", why: "not-releaser" }]);
  });

  test("with a release that runs, has it stopped and its secret removed", async () => {
    const { alice, bob, dave, widget } = story.cast;
    const token = await seal(story, alice, "npm_the-token-of-alice");
    await story.say(alice, "/release 1.2.0");
    await story.say(bob, "/approve");
    expect(story.github.environmentSecrets()).not.toEqual([]);
    story.github.commit(widget, dave.id, without("alice"), "alice leaves");
    await story.settle();
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await forgotten(story, token)).toBe("not-releaser");
    expect((await story.release()).endText).toContain("alice may not release here any more");
  });

  test.each([
    ["by its owner", "remove", "actions/get-environment-public-key"],
    ["by its owner, a moment later", "remove", "repos/list-deployment-branch-policies"],
    ["since the owner may not release any more", "leave", "actions/get-environment-public-key"],
    [
      "since the owner may not release any more, as the secret is put",
      "leave",
      "actions/create-or-update-environment-secret",
    ],
  ])(
    "a token that is forgotten %s while it is being armed leaves no secret and opens no gate",
    async (_by, how, operationId) => {
      const { alice, bob, dave, widget } = story.cast;
      const token = await seal(story, alice, "npm_the-token-of-alice");
      await story.say(alice, "/release 1.2.0");
      let met = 0;
      story.github.core.faults.on({
        operation: operationId,
        times: 1,
        before: async () => {
          met += 1;
          if (how === "remove")
            await createDesk(story.app.parts).removeToken({
              person: { id: alice.id, login: "alice" },
              tokenId: token.id,
            });
          // Its webhook waits for its turn; the look waits until the arming is through.
          else story.github.commit(widget, dave.id, without("alice"), "alice leaves");
        },
      });
      await story.say(bob, "/approve");
      await story.pass(60_000, 4);
      expect(met).toBe(1);
      expect(await forgotten(story, token)).toBe(how === "remove" ? "removed" : "not-releaser");
      expect(story.github.environmentSecrets()).toEqual([]);
      const release = await story.release();
      expect(release.state).not.toBe("published");
      // Once the secret is put the arming goes through; the look then stops it.
      if (how === "remove") expect(release.gateApprovedAt).toBe(null);
    },
  );

  test("a collaborator no longer, is noticed at the event, and without one by the night", async () => {
    const { alice, widget } = story.cast;
    const token = await seal(story, alice, "npm_the-token-of-alice");
    widget.collaborators.delete(alice.id);
    await story.pass(60_000);
    expect(await forgotten(story, token)).toBeNull();
    const { askSweep } = await import("../../src/jobs/schedule.ts");
    await askSweep(story.app.parts);
    await story.pass(60_000);
    expect(await forgotten(story, token)).toBe("not-releaser");
  });

  test("where the app is taken from the repository, nothing of it is kept", async () => {
    const { alice, dave, widget } = story.cast;
    const token = await seal(story, alice, "npm_the-token-of-alice");
    const [installation] = [...story.github.core.state.installations.values()];
    if (installation === undefined) throw new Error("not installed");
    story.github.owners.setRepositories(installation, "removed", [widget], dave);
    await story.settle();
    expect(await forgotten(story, token)).toBe("app-removed");
    expect(await todos(story)).toEqual([{ who: "alice", why: "app-removed" }]);
  });

  test("keeps it while the policy can't be read", async () => {
    const { alice, dave, widget } = story.cast;
    const token = await seal(story, alice, "npm_the-token-of-alice");
    story.github.commit(widget, dave.id, { ".github/countersign.yml": "nonsense: [" }, "broken");
    await story.settle();
    expect(await forgotten(story, token)).toBeNull();
  });
});
