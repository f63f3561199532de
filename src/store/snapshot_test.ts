import { assertEquals } from "@std/assert";
import { emptySnapshot, HELD_COLLECTIONS, recentSinceMs } from "./snapshot.ts";

const DAY_MS = 24 * 3_600_000;

Deno.test("emptySnapshot() has every collection, each with what was added to it", () => {
  const builder = emptySnapshot();
  for (const name of HELD_COLLECTIONS) builder.add(name, "key", JSON.stringify({ of: name }));
  const snapshot = builder.snapshot();
  assertEquals(Object.keys(snapshot).toSorted(), HELD_COLLECTIONS.toSorted());
  for (const name of HELD_COLLECTIONS) {
    const records: ReadonlyMap<string, unknown> = snapshot[name];
    assertEquals([...records], [["key", { of: name }]]);
  }
});

Deno.test("emptySnapshot() leaves records alone that it does not know: a newer version wrote them", () => {
  const builder = emptySnapshot();
  builder.add("of-the-future", "key", "1");
  builder.add("toString", "key", "1");
  builder.add("outbox", "key", "1");
  assertEquals(Object.values(builder.snapshot()).map(({ size }) => size), [
    ...HELD_COLLECTIONS.map(() => 0),
  ]);
});

Deno.test("recentSinceMs() goes a day back from now, or from the newest end if that is later", () => {
  assertEquals(recentSinceMs(10 * DAY_MS, 0), 9 * DAY_MS);
  assertEquals(recentSinceMs(10 * DAY_MS, 5 * DAY_MS), 9 * DAY_MS);
  assertEquals(recentSinceMs(0, 5 * DAY_MS), 4 * DAY_MS);
});
