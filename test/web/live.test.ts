import { beforeEach, describe, expect, test } from "vitest";
import { createLive } from "../../src/web/live.ts";
import type { Live } from "../../src/web/live.ts";
import type { Store } from "../../src/store/types.ts";

describe("a stream of what changed", () => {
  let live: Live;
  let say: (releaseId: string) => void;
  beforeEach(() => {
    live = createLive({
      listen: (_channel, heard) => {
        say = heard;
        return Promise.resolve(() => Promise.resolve());
      },
      releases: { get: (id: string) => Promise.resolve({ repositoryId: Number(id.slice(1)) }) } as Store["releases"],
    });
  });

  /** What was said so far; the first words tell whoever comes to look. */
  async function reader(ids: number[], signal = new AbortController().signal) {
    const response = await live.stream(new Set(ids), signal);
    const body = response.body?.getReader();
    const next = async (): Promise<string | null> => {
      const read = await body?.read();
      return read?.value === undefined ? null : new TextDecoder().decode(read.value);
    };
    expect(await next()).toBe("retry: 2000\ndata:\n\n");
    return { next, cancel: async () => await body?.cancel() };
  }

  test("names the release, to those who may see its repository", async () => {
    const [one, other] = [await reader([1]), await reader([2])];
    say("r2");
    say("r1");
    expect(await one.next()).toBe("data: r1\n\n");
    expect(await other.next()).toBe("data: r2\n\n");
  });

  test("tells everybody to look where the database wasn't heard for a while", async () => {
    const [one, other] = [await reader([1]), await reader([])];
    say("");
    expect([await one.next(), await other.next()]).toEqual(["data: \n\n", "data: \n\n"]);
  });

  test("is forgotten when its reader leaves, its request is aborted, or the server stops", async () => {
    const aborted = new AbortController();
    const [left, gone, stopped] = [await reader([1]), await reader([1], aborted.signal), await reader([1])];
    expect(live.size()).toBe(3);
    await left.cancel();
    aborted.abort();
    expect(live.size()).toBe(1);
    expect(await gone.next()).toBeNull();
    live.close();
    expect(live.size()).toBe(0);
    expect(await stopped.next()).toBeNull();
    say("r1");
  });
});
