import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { withEntry, withoutEntry } from "./maps.ts";

const MAPS = fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.integer()))
  .map((entries) => new Map(entries));

Deno.test("withEntry() sets one entry in a copy and leaves the map as it was", () => {
  fc.assert(fc.property(MAPS, fc.string({ maxLength: 2 }), fc.integer(), (map, key, value) => {
    const before = [...map];
    const next = withEntry(map, key, value);
    assertEquals([...map], before);
    assertNotStrictEquals(next, map);
    assertEquals(next.get(key), value);
    assertEquals(next.size, map.size + (map.has(key) ? 0 : 1));
    for (const [other, held] of map) if (other !== key) assertEquals(next.get(other), held);
  }));
});

Deno.test("withEntry() keeps the place of an entry that it replaces", () => {
  const map = new Map([["a", 1], ["b", 2]]);
  assertEquals([...withEntry(map, "a", 9)], [["a", 9], ["b", 2]]);
});

Deno.test("withoutEntry() removes one entry from a copy and leaves the map as it was", () => {
  fc.assert(fc.property(MAPS, fc.string({ maxLength: 2 }), (map, key) => {
    const before = [...map];
    const next = withoutEntry(map, key);
    assertEquals([...map], before);
    assertEquals([...next], before.filter(([other]) => other !== key));
  }));
});

Deno.test("withoutEntry() gives the map itself where there is nothing to remove", () => {
  const map = new Map([["a", 1]]);
  assertStrictEquals(withoutEntry(map, "b"), map);
});
