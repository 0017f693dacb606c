import { afterEach, expect, test } from "vitest";
import { failure, Fake } from "./fake.ts";

let fake: Fake;
afterEach(async () => await fake.close());

const ask = async (): Promise<unknown> => await fake.widget.relation("actions/checkout", "v5", "abc");

test("how a commit lies to a tag is asked once an hour, also by several at once", async () => {
  fake = await Fake.start(() => ({ status: 200, body: { status: "behind", commits: [] } }));
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(["behind", "behind", "behind"]);
  expect(fake.lines).toEqual(["GET /repos/actions/checkout/compare/v5...abc?per_page=1&page=1"]);
  fake.now = new Date(fake.now.getTime() + 3_600_000);
  expect(await ask()).toBe("behind");
  expect(fake.lines).toHaveLength(2);
});

test("what was known holds where it can't be asked again; what was never known is an error", async () => {
  fake = await Fake.start(() => ({ status: 200, body: { status: "diverged" } }));
  expect(await ask()).toBe("diverged");
  fake.now = new Date(fake.now.getTime() + 7_200_000);
  fake.answer = () => ({ status: 403, body: { message: "no" } });
  expect(await ask()).toBe("diverged");
  expect(await failure(fake.widget.relation("actions/checkout", "v6", "abc"))).toMatchObject({ code: "forbidden" });
});

test("another repository's new name is not taken for our own's", async () => {
  fake = await Fake.start(() => ({ status: 301, body: {}, headers: { location: "/repositories/9" } }));
  expect(await failure(ask())).toMatchObject({ code: "moved" });
});

test("a file whose blob is known isn't asked for again in another commit", async () => {
  const content = Buffer.from("on: push").toString("base64");
  fake = await Fake.start(() => ({ status: 200, body: { type: "file", encoding: "base64", content, sha: "b1" } }));
  const [one, two] = ["1".repeat(40), "2".repeat(40)] as const;
  await fake.widget.file("x.yml", one, "b1");
  expect(await fake.widget.file("y.yml", two, "b1")).toEqual({ text: "on: push", blob: "b1" });
  expect(fake.lines).toHaveLength(1);
});
