import { beforeEach, describe, expect, test } from "vitest";
import { errand } from "../../../src/desk/channels/tell.ts";
import type { DeskParts } from "../../../src/desk/types.ts";
import { warnAll } from "../../../src/desk/warnings/pass.ts";
import { warn } from "../../../src/desk/warnings/warn.ts";
import type { Channel } from "../../../src/domain/release-types.ts";
import { GitHubError } from "../../../src/github/types.ts";
import { quiet } from "../../../src/store/log.ts";
import type { Store } from "../../../src/store/types.ts";
import { freshStore } from "../../support/database.ts";
import { aRepository, at, aToken } from "../../support/rows.ts";

const day = 86_400;
const policy = `version: 1
packages:
  - name: "@acme/widget"
    environment: npm
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
warnings: { hour: 9, zone: UTC, to: [ops] }
`;

let store: Store;
let ids = 0;
let readPolicy: () => Promise<{ text: string; blob: string } | null>;

function parts(): DeskParts {
  const github = { branchHead: () => Promise.resolve("a".repeat(40)), file: () => readPolicy() };
  return {
    store,
    github: { repository: (repository: object) => ({ ...github, repository }) },
    clock: { now: () => at(80 * day + 9 * 3600) },
    ids: { next: () => `id${String((ids += 1)).padStart(6, "0")}` },
    log: quiet,
    publicUrl: "https://countersign.test",
  } as unknown as DeskParts;
}

function channel(id: string, over: Partial<Channel> = {}): Channel {
  return {
    ...{ id, scope: "repository", repositoryId: 11, personId: null, kind: "slack", name: id, sealedAddress: "sealed" },
    ...{ sealedKeyId: "k", shownAddress: "hooks.slack.com", createdAt: at(0), createdBy: 21, lastSentAt: null },
    ...{ lastFailedAt: null, lastError: null, removedAt: null, slot: `repository/11/${id}` },
    ...over,
  };
}

/** Seven days and some hours before its end. */
const ending = (id: string, over = {}) =>
  aToken({ id, slot: id, warnAt: at(80 * day), sealedAt: at(0), expiresAt: at(87 * day + 20 * 3600), ...over });

async function tasks() {
  const when = ["w", 5000, at(200 * day), at(201 * day)] as const;
  return [...(await store.tasks.claim(...when)), ...(await store.tasks.claimUnhurried(...when))];
}

beforeEach(async () => {
  const fresh = await freshStore();
  store = fresh.store;
  readPolicy = () => Promise.resolve({ text: policy, blob: "b".repeat(40) });
  await store.repositories.see(aRepository(), at(0));
  const own = { scope: "person" as const, repositoryId: null, personId: 21, slot: "person/21/own" };
  for (const one of [channel("team"), channel("ops"), channel("own", own)]) await store.channels.add(one);
  return fresh.close;
});

describe("giving a person's warnings", () => {
  test("tells the channels that the policy names, and the owner's own, what ends, when, and where it is renewed", async () => {
    await store.tokens.put(ending("t1"));
    await warn(parts(), "11/21");
    const told = (await tasks()).filter(({ kind }) => kind === "notify").map(({ payload }) => errand.parse(payload));
    expect(told.map(({ channelId }) => channelId).toSorted()).toEqual(["ops", "own"]);
    expect(told[0]?.message).toEqual({
      kind: "token-warning",
      repository: "acme/widget_kit",
      owner: "alice",
      lines: [
        {
          packages: ["@acme/widget"],
          environment: "npm",
          daysLeft: 7,
          endsAt: at(87 * day + 20 * 3600).toISOString(),
        },
      ],
      forecast: ["From 27 May 2026 nobody can release @acme/widget.", "Only alice can release @acme/widget."],
      link: "https://countersign.test/tokens/new?repository=11&package=%40acme%2Fwidget",
    });
  });

  test("says it once, however many do it at the same time and afterwards", async () => {
    await store.tokens.put(ending("t1"));
    await store.tokens.put(ending("t2", { environmentId: 8 }));
    await Promise.all([1, 2, 3, 4].map(() => warn(parts(), "11/21")));
    // As if the clock had been turned back.
    for (const id of ["t1", "t2"]) await store.tokens.warnNext(id, at(80 * day));
    await warn(parts(), "11/21");
    expect((await tasks()).map(({ kind }) => kind).toSorted()).toEqual(["notify", "notify", "warning-issue"]);
    expect((await store.warnings.given(["t1", "t2"])).map(({ days }) => days)).toEqual([7, 7]);
    expect((await store.tokens.get("t1"))?.warnAt?.toISOString()).toBe(at(84 * day + 9 * 3600).toISOString());
  });

  test("leaves everything to be done where GitHub can't be asked for the policy just now", async () => {
    await store.tokens.put(ending("t1"));
    readPolicy = () => Promise.reject(new GitHubError("unavailable", "file", "GitHub didn't answer."));
    await expect(warn(parts(), "11/21")).rejects.toThrow("GitHub didn't answer.");
    expect(await store.warnings.given(["t1"])).toEqual([]);
    expect((await store.tokens.get("t1"))?.warnAt).toEqual(at(80 * day));
  });

  test("passes over what was replaced meanwhile, and what the runner refused", async () => {
    await store.tokens.put(ending("old", { slot: "s" }));
    await store.tokens.put(aToken({ id: "new", slot: "s", sealedAt: at(79 * day), expiresAt: at(160 * day) }));
    await store.tokens.put(ending("refused", { refusedAt: at(70 * day) }));
    await warn(parts(), "11/21");
    expect(await store.warnings.given(["old", "new", "refused"])).toEqual([]);
    expect(await tasks()).toEqual([]);
  });
});

test("the pass asks about each person and repository once, a second apart, whatever the pages", async () => {
  for (let n = 0; n < 1200; n += 1)
    await store.tokens.put(
      ending(`t${String(n).padStart(5, "0")}`, { environmentId: n, personId: n % 700, warnAt: at(n % 3) }),
    );
  await store.tokens.put(ending("later", { personId: 9999, warnAt: at(81 * day) }));
  expect(await warnAll(parts())).toEqual({ due: 1200, asked: 700 });
  expect(await warnAll(parts())).toEqual({ due: 1200, asked: 0 });
  const asked = await tasks();
  expect(new Set(asked.map(({ key }) => key)).size).toBe(700);
  expect(asked.every(({ kind, key }) => kind === "warn" && key.endsWith(":due"))).toBe(true);
});
