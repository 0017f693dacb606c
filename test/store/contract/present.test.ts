import { expect, test } from "vitest";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  test("instances that are at work are counted, until they end", async () => {
    expect(await bench.store.instances()).toBe(1);
    await bench.store.present("one");
    expect(await bench.store.instances()).toBe(1);
    const [second, third] = [await bench.another(), await bench.another()];
    await second.present("two");
    await third.present("three");
    expect(await bench.store.instances()).toBe(3);
    expect(await third.instances()).toBe(3);
    await second.close();
    await expect.poll(async () => await bench.store.instances()).toBe(2);
  });
});
