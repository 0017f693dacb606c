import { expect, test } from "vitest";
import { dayWords, forecast, forecastWords } from "../../src/domain/forecast.ts";
import { aToken, at } from "../support/rows.ts";

const day = 86_400;
const now = at(0);
const alice = { personId: 21, personLogin: "alice" };
const bob = { personId: 22, personLogin: "bob" };
const leftPad = { packages: ["left-pad"] };

const words = (tokens: Parameters<typeof forecast>[0], when = now): string[] =>
  forecast(tokens, when).flatMap((one) => forecastWords(one, when));

test("a package can be released until the last token for it ends", () => {
  const tokens = [
    aToken({ ...alice, ...leftPad, expiresAt: at(10 * day) }),
    aToken({ ...bob, ...leftPad, expiresAt: at(20 * day) }),
  ];
  expect(words(tokens)).toEqual([`From ${dayWords(at(20 * day))} nobody can release left-pad.`]);
});

test("the only one who can release a package is named, however many tokens they have", () => {
  const tokens = [
    aToken({ ...alice, ...leftPad, environmentId: 7, expiresAt: at(10 * day) }),
    aToken({ ...alice, ...leftPad, environmentId: 8, expiresAt: at(5 * day) }),
    aToken({ ...bob, ...leftPad, expiresAt: at(-1) }),
  ];
  expect(words(tokens)).toEqual([
    "From 11 March 2026 nobody can release left-pad.",
    "Only alice can release left-pad.",
  ]);
});

test("where all have ended nobody can, since the last one did", () => {
  const tokens = [
    aToken({ ...alice, ...leftPad, expiresAt: at(-2 * day) }),
    aToken({ ...bob, ...leftPad, expiresAt: at(-day) }),
  ];
  expect(words(tokens)).toEqual(["Since 28 February 2026 nobody can release left-pad."]);
  expect(forecast(tokens, now)[0]?.only).toBeNull();
});

test("each package of a token has its own forecast, in order of name", () => {
  const tokens = [
    aToken({ ...alice, packages: ["b", "a"], expiresAt: at(5 * day) }),
    aToken({ ...bob, packages: ["b"], expiresAt: at(9 * day) }),
  ];
  expect(forecast(tokens, now)).toEqual([
    { package: "a", nobodyFrom: at(5 * day), only: { id: 21, login: "alice" } },
    { package: "b", nobodyFrom: at(9 * day), only: null },
  ]);
});

test("what was forgotten, refused, or sealed for one release only carries nothing", () => {
  const tokens = [
    aToken({ ...leftPad, removedAt: at(-1) }),
    aToken({ ...leftPad, refusedAt: at(-1) }),
    aToken({ ...leftPad, forReleaseId: "r1" }),
  ];
  expect(forecast(tokens, now)).toEqual([]);
});
