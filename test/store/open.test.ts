import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { quiet } from "../../src/store/log.ts";
import { DatabaseTrouble, openStore } from "../../src/store/open.ts";
import { freshDatabase } from "../support/database.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-open-"));
  return () => rm(folder, { recursive: true, force: true });
});

test("without a server's address it brings its own, ready to use, and again with the data of before", async () => {
  const first = await openStore({ dataFolder: folder, log: quiet });
  await first.people.see({ id: 1, login: "alice" }, new Date(0));
  await first.close();
  const second = await openStore({ dataFolder: folder, log: quiet });
  expect(await second.people.get(1)).toEqual({ id: 1, login: "alice" });
  await second.close();
});

test("starts its own server again when that ends by itself, and leaves it ended when it is closed", async () => {
  const told: string[] = [];
  const log = { ...quiet, error: (_: object, sentence: string) => void told.push(sentence) };
  const store = await openStore({ dataFolder: folder, log });
  await store.people.see({ id: 1, login: "alice" }, new Date(0));
  const pid = (await readFile(join(folder, "database", "postgres", "postmaster.pid"), "utf8")).split("\n")[0];
  process.kill(Number(pid), "SIGKILL");
  const known = async (): Promise<unknown> => await store.people.get(1).catch(() => "not there");
  for (let found = await known(); found === "not there" || told.length === 0; found = await known());
  expect(await known()).toEqual({ id: 1, login: "alice" });
  expect(told).toEqual(["The embedded PostgreSQL ended. It is started again; no stored data is lost."]);
  await store.close();
  expect(told).toHaveLength(1);
});

test("three instances that start at once on one empty database all work", async () => {
  const database = await freshDatabase("empty");
  const open = () => openStore({ databaseUrl: database.url, log: quiet });
  const stores = await Promise.all([open(), open(), open()]);
  await Promise.all(stores.map((store, id) => store.people.see({ id, login: `p${id}` }, new Date(0))));
  expect(await stores[0].people.get(2)).toEqual({ id: 2, login: "p2" });
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

test("a server that can't be reached gets a sentence without the password", async () => {
  const opened = openStore({ databaseUrl: "postgresql://who:hunter2@127.0.0.1:9/x", log: quiet });
  const error = await opened.then(
    () => null,
    (each: unknown) => each as Error,
  );
  expect(error).toBeInstanceOf(DatabaseTrouble);
  expect(error?.message).toContain("ECONNREFUSED");
  expect(error?.message).not.toContain("hunter2");
  await expect(openStore({ log: quiet })).rejects.toThrow("Neither DATABASE_URL nor COUNTERSIGN_DATA");
});
