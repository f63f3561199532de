import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { PersistentMap } from "./persistent_map.ts";

Deno.test("a persistent map holds what a Map would, and no change reaches an older one", () => {
  const keys = fc.constantFrom("a", "b", "c", "tx-1", "tx-2", "tx-3", "");
  const moves = fc.array(fc.record({ key: keys, value: fc.option(fc.integer()) }));
  fc.assert(fc.property(moves, (sequence) => {
    const model = new Map<string, number>();
    const past: [PersistentMap<number>, [string, number][]][] = [];
    let map = PersistentMap.of<number>();
    for (const { key, value } of sequence) {
      past.push([map, [...model]]);
      if (value === null) model.delete(key);
      else model.set(key, value);
      map = value === null ? map.without(key) : map.with(key, value);
    }
    past.push([map, [...model]]);
    for (const [each, entries] of past) {
      assertEquals(each.size, entries.length);
      assertEquals(new Set(each.keys()), new Set(entries.map(([key]) => key)));
      assertEquals([...each.values()].toSorted(), entries.map(([, value]) => value).toSorted());
      for (const [key, value] of entries) {
        assertEquals([each.get(key), each.has(key)], [value, true]);
      }
    }
    assertEquals(PersistentMap.of(model), map);
  }));
});

Deno.test("a persistent map without an entry that it does not have is itself", () => {
  const map = PersistentMap.of([["a", 1]]);
  assertStrictEquals(map.without("b"), map);
  assertEquals([map.get("b"), map.has("b")], [undefined, false]);
});
