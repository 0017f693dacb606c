import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { environmentWith, ownKeys } from "../../src/settings/files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file .env", () => {
  test("adds to the environment, which wins; an empty variable is none", () => {
    writeFileSync(join(folder, ".env"), 'PORT=1\nHOST=0.0.0.0\nPRIVATE_KEY="two\nlines"\n# comment\n');
    expect(environmentWith({ PORT: "2", HOST: "", HOME: "elsewhere" }, folder)).toEqual({
      PORT: "2",
      HOST: "0.0.0.0",
      HOME: "elsewhere",
      PRIVATE_KEY: "two\nlines",
    });
  });
  test("need not be there", () => expect(environmentWith({ PORT: "2" }, folder)).toEqual({ PORT: "2" }));
});

describe("keys of our own", () => {
  test("are made once, for their owner alone, and nothing else is left", () => {
    const data = join(folder, "data");
    const [first] = ownKeys(data);
    expect(first?.key.length).toBe(32);
    expect(statSync(join(data, "keys")).mode & 0o777).toBe(0o600);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(ownKeys(data)[0]?.key).toEqual(first?.key);
    expect(readdirSync(data)).toEqual(["keys"]);
  });

  test("get their rights back where somebody copied them", () => {
    ownKeys(folder);
    chmodSync(join(folder, "keys"), 0o644);
    ownKeys(folder);
    expect(statSync(join(folder, "keys")).mode & 0o777).toBe(0o600);
  });

  test.each(["", "nonsense\n", "own:c2hvcnQ=\n"])(
    "that hold %j are refused with a sentence, and stay as they are",
    (text) => {
      writeFileSync(join(folder, "keys"), text);
      expect(() => ownKeys(folder)).toThrow(/isn't a list of keys .* put it back from a backup/);
      expect(readFileSync(join(folder, "keys"), "utf8")).toBe(text);
    },
  );
});
