import { describe, expect, test } from "vitest";
import { busyMorning } from "./gallery.ts";
import { apiClient } from "./api-client.ts";
import { createBench } from "./bench.ts";
import { signedIn } from "./visitor.ts";

async function page(path: string, login = "alice"): Promise<string> {
  const response = await (await signedIn(createBench(busyMorning()), login)).get(path);
  expect(response.status).toBe(200);
  return words(await response.text());
}

/** What a page says, on one line. */
function words(markup: string): string {
  return markup
    .replace(/^[\s\S]*<main/, "<main")
    .replace(/<\/(?:p|h1|h2|li|td|dd|tr)>/g, " · ")
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ")
    .replace(/(?: · )+/g, " · ")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"');
}

describe("the page of what is inside", () => {
  test("says first what is dangerous, then the numbers, package.json, files and lines", async () => {
    const told = await page("/releases/r2/contents");
    const order = [
      "Danger A new install script: it runs on every machine that installs the package.",
      "postinstall: node tools/setup.js",
      "Danger Text has characters that nobody sees",
      "Danger Code looks as if it was made unreadable on purpose",
      "Look New dependencies.",
      "right-pad ^1.0.1",
      "Note Files are gone.",
      "1.1.0, as the registry has it",
      "2 new, 3 changed, 4 as before",
      "scripts › postinstall",
      "lib/index.js unseen characters",
      "LICENSE · 11 B",
      "const allowed = isAdmin; // ⟨U+202E⟩ check later ⟨U+2066⟩",
    ];
    const places = order.map((one) => told.indexOf(one));
    expect(order.filter((_, at) => (places[at] ?? -1) < 0)).toEqual([]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  test.each([
    ["r1", "Nothing is told yet"],
    ["r3", "This is the package's first version: there is nothing to compare it with."],
    ["r4", `Don't approve: this tells of the bytes ${"d".repeat(40)}`],
    ["r5", "It could not be compared with the version before: The registry answered 503 when asked for the package."],
    ["r6", "What is inside could not be read. The step stopped reading the tarball: it has more than 100000 entries."],
  ])("of %s says: %s", async (id, sentence) => {
    expect((await page(`/releases/${id}/contents`)).replaceAll("&#39;", "'")).toContain(sentence);
  });

  test("is of another version where its form isn't known", async () => {
    const scene = busyMorning();
    scene.contents = { r1: { toldAt: new Date(), contents: null, points: [], otherBytes: null } };
    const told = await (await signedIn(createBench(scene), "bob")).get("/releases/r1/contents");
    expect(words(await told.text())).toContain("This was told by another version of Countersign");
  });

  test("is linked from the release with the number of dangers, and not before anything is told", async () => {
    expect(await page("/releases/r2")).toContain("What is inside · 3 dangers");
    expect(await page("/releases/r4")).toContain("What is inside · Other bytes");
    expect(await page("/releases/r1", "bob")).not.toContain("What is inside");
  });

  test("stands before the field for npm's code: dangers in full, the rest in a line", async () => {
    const told = await page("/challenges/c1");
    expect(told.indexOf("A new install script")).toBeLessThan(told.indexOf("One-time code"));
    expect(told).toContain("To look at: New files in places that the version before didn&#39;t have");
    expect(told).toContain("9 files, 7.6 kB unpacked. Beside 1.1.0: 2 new, 3 changed, 1 gone.");
  });

  test("stands in full where a version is staged and somebody approves it at npm", async () => {
    const scene = busyMorning();
    const stagedAt = new Date("2026-11-23T09:59:00Z");
    scene.views = scene.views.map((view) =>
      view.release.id === "r2"
        ? { ...view, challenge: null, release: { ...view.release, mode: "stage", state: "staged", stagedAt } }
        : view,
    );
    const response = await (await signedIn(createBench(scene), "alice")).get("/releases/r2");
    const told = words(await response.text());
    expect(told.indexOf("To be approved at npm")).toBeLessThan(told.indexOf("A new install script"));
    expect(told).toContain("All files, and the lines that differ");
  });

  test("says on npm's question that nothing was told", async () => {
    const scene = busyMorning();
    scene.contents = {};
    const told = await (await signedIn(createBench(scene), "alice")).get("/challenges/c1");
    expect(words(await told.text())).toContain("The workflow step told nothing of it; its log says why.");
  });
});

test("the API tells the same", async () => {
  const bench = createBench(busyMorning());
  const api = apiClient(bench);
  const bearer = await api.signIn("alice");
  const ask = async (id: string) => await api.send("GET", `/releases/${id}/contents`, undefined, bearer);
  expect(await ask("r1")).toMatchObject({ status: 200, body: { toldAt: null, points: [], contents: null } });
  expect(await ask("r2")).toMatchObject({
    status: 200,
    body: {
      otherBytes: null,
      points: [{ weight: "danger", code: "install-script-new" }, {}, {}, {}, {}, {}, {}, {}, {}],
    },
  });
  expect(await ask("none")).toMatchObject({ status: 404 });
});
