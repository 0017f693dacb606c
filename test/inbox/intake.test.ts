import { createHmac, randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { createIntake } from "../../src/inbox/intake.ts";
import { signatureHolds } from "../../src/inbox/signature.ts";
import { quiet } from "../../src/store/log.ts";
import type { NewDelivery, Store } from "../../src/store/types.ts";
import { freshStore } from "../support/database.ts";
import { at } from "../support/rows.ts";

const secret = "a long secret of the test";
const payload = JSON.stringify({
  action: "completed",
  installation: { id: 5 },
  repository: { id: 11, name: "widget" },
});

let store: Store;
beforeEach(async () => {
  const fresh = await freshStore();
  store = fresh.store;
  return fresh.close;
});

const clock = { now: () => at(7) };

function sign(body: string | Uint8Array, key = secret): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

/** A request as GitHub makes it, with changes; a header given as null is left out. */
function request(body: BodyInit = payload, changes: Record<string, string | null> = {}): RequestInit {
  const headers: Record<string, string | null> = {
    "content-type": "application/json",
    "x-github-event": "workflow_run",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": typeof body === "string" ? sign(body) : "",
    ...changes,
  };
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  return { method: "POST", headers: present, body, duplex: "half" } as RequestInit;
}

/** Answer of an intake to a request. */
async function answer(init: RequestInit, parts: Partial<Parameters<typeof createIntake>[0]> = {}) {
  const response = await createIntake({ store, secrets: [secret], clock, log: quiet, ...parts }).request("/", init);
  return { status: response.status, body: (await response.json()) as { stored: boolean; problem?: string } };
}

async function stored(): Promise<number> {
  return (await store.inbox.counts()).waiting;
}

describe("a delivery that GitHub signed", () => {
  test("is stored as it came before it is answered with 202", async () => {
    const spaced = ` ${payload}\n`;
    expect(await answer(request(spaced, { "x-github-delivery": "guid-1" }))).toEqual({
      status: 202,
      body: { stored: true },
    });
    const [kept] = await store.inbox.claim("w", 1, at(7), at(67));
    expect(Buffer.from(kept!.body).toString()).toBe(spaced);
    const about = { guid: "guid-1", event: "workflow_run", action: "completed", installationId: 5, repositoryId: 11 };
    expect(kept).toMatchObject({ ...about, receivedAt: at(7) });
  });

  test("is answered with 200 where its GUID is there already, also when both come at once", async () => {
    const init = () => request(payload, { "x-github-delivery": "guid-1" });
    const intake = createIntake({ store, secrets: [secret], clock, log: quiet });
    const both = await Promise.all([intake.request("/", init()), intake.request("/", init())]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 202]);
    expect((await intake.request("/", init())).status).toBe(200);
    expect(await stored()).toBe(1);
  });

  test("may lack action, installation and repository, or carry odd ones", async () => {
    expect((await answer(request("{}"))).status).toBe(202);
    const odd = JSON.stringify({
      action: "x\u0000y",
      installation: { id: "5" },
      repository: [],
      text: "\u0000 \ud83d\ude00",
    });
    expect((await answer(request(odd))).status).toBe(202);
    const kept = await store.inbox.claim("w", 5, at(7), at(67));
    for (const each of kept) expect(each).toMatchObject({ action: null, installationId: null, repositoryId: null });
  });

  test("is taken under either secret while the secret is changed", async () => {
    for (const key of ["old secret", "new secret"]) {
      const init = request(payload, { "x-hub-signature-256": sign(payload, key) });
      expect((await answer(init, { secrets: ["new secret", "old secret"] })).status).toBe(202);
    }
  });

  test("wakes the workers once it is stored", async () => {
    const woken = Promise.withResolvers<void>();
    await store.listen("inbox", () => woken.resolve());
    await answer(request());
    await woken.promise;
  });
});

describe("what is refused, with a sentence, and stored nowhere", () => {
  const refusals: Array<[string, () => RequestInit, number, string]> = [
    [
      "a forged signature",
      () => request(payload, { "x-hub-signature-256": sign(payload, "guess") }),
      401,
      "signature doesn't fit",
    ],
    [
      "a changed payload",
      () => request(`${payload} `, { "x-hub-signature-256": sign(payload) }),
      401,
      "signature doesn't fit",
    ],
    ["no signature", () => request(payload, { "x-hub-signature-256": null }), 401, "x-hub-signature-256 is missing"],
    ["an empty signature", () => request(payload, { "x-hub-signature-256": "" }), 401, "signature doesn't fit"],
    [
      "a signature of SHA-1",
      () => request(payload, { "x-hub-signature-256": "sha1=00" }),
      401,
      "signature doesn't fit",
    ],
    ["no GUID", () => request(payload, { "x-github-delivery": null }), 400, "x-github-delivery"],
    ["a GUID of strange signs", () => request(payload, { "x-github-delivery": "a b" }), 400, "x-github-delivery"],
    ["no event", () => request(payload, { "x-github-event": null }), 400, "x-github-event"],
    ["an event of strange signs", () => request(payload, { "x-github-event": "../x" }), 400, "x-github-event"],
    [
      "a form",
      () => request(payload, { "content-type": "application/x-www-form-urlencoded" }),
      415,
      "application/json",
    ],
    ["no content type", () => request(payload, { "content-type": "" }), 415, "application/json"],
    ["no JSON", () => request("{"), 400, "JSON object"],
    ["JSON that is no object", () => request("[1]"), 400, "JSON object"],
    ["an empty body", () => request(""), 400, "JSON object"],
    ["a payload said to be too large", () => request(payload, { "content-length": "99999999999" }), 413, "25 MB"],
  ];

  test.each(refusals)("%s", async (_what, init, status, words) => {
    const { status: given, body } = await answer(init());
    expect([given, body.stored]).toEqual([status, false]);
    expect(body.problem).toContain(words);
    expect(body.problem).not.toContain("widget");
    expect(await stored()).toBe(0);
  });

  test("text that isn't UTF-8", async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d]);
    const { status } = await answer(request(bytes, { "x-hub-signature-256": sign(bytes) }));
    expect(status).toBe(400);
  });

  test("an endless payload, before all of it is in memory", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1 << 20;
        controller.enqueue(new Uint8Array(1 << 20));
      },
    });
    expect((await answer(request(endless))).status).toBe(413);
    expect(sent).toBeLessThan(32 << 20);
  });

  test("a payload that breaks off", async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    expect((await answer(request(broken))).status).toBe(400);
  });

  test("anything while the database refuses: 503 without its words", async () => {
    const down = { ...store, inbox: { store: () => Promise.reject(new Error("password=hunter2")) } };
    const { status, body } = await answer(request(), { store: down });
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  test("other methods aren't there", async () => {
    expect((await createIntake({ store, secrets: [secret], clock, log: quiet }).request("/")).status).toBe(404);
  });

  test("an intake without a secret can't be made", () => {
    for (const secrets of [[], [""], [secret, ""]]) {
      expect(() => createIntake({ store, secrets, clock, log: quiet })).toThrow("missing or empty");
    }
  });
});

describe("many at once", () => {
  test("become few INSERTs of a hundred at most, and each is answered after its own", async () => {
    const batches: NewDelivery[][] = [];
    const inbox = {
      store: async (deliveries: NewDelivery[]) => {
        batches.push(deliveries);
        return await store.inbox.store(deliveries);
      },
    };
    const intake = createIntake({ store: { inbox, notify: store.notify }, secrets: [secret], clock, log: quiet });
    const answers = await Promise.all(Array.from({ length: 250 }, async () => await intake.request("/", request())));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(await stored()).toBe(250);
    expect(batches.length).toBeLessThan(20);
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });
});

test("a signature holds for the bytes and the secret it was made with, and for no other", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ minLength: 1 }), fc.nat(), (body, key, place) => {
      const header = sign(body, key);
      expect(signatureHolds(body, header, [`${key}x`, key])).toBe(true);
      expect(signatureHolds(body, header, [`${key}x`])).toBe(false);
      const changed = Uint8Array.from([...body, 0]);
      changed[place % changed.length]! ^= 1;
      expect(signatureHolds(changed, header, [key])).toBe(false);
    }),
  );
});
